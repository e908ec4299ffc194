/** How do workers take jobs from BullMQ, and what happens to unfinished ones? */
import { setMaxListeners } from 'node:events';
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import { InvariantError } from '../../model/errors.ts';
import type { HubTask } from '../../model/hub-subscription.ts';
import type { DueSource } from '../../ports/checks.ts';
import type { Log } from '../../ports/log.ts';
import type { JobResult } from '../../ports/queue.ts';
import type { RedisClient } from '../store/script.ts';
import type { SweepHeartbeat } from '../store/sweep-heartbeat.ts';
import {
  dataOf,
  HUB_DATA,
  nameOf,
  PUBLISH_DATA,
  REFRESH_DATA,
  STANDING_DATA,
  STANDING_NAME,
  SWEEP_NAME,
} from './job-data.ts';
import { QUEUE_NAMES } from './names.ts';
import { type Queues, RETAIN_JOB } from './queue.ts';
import { type WatchedQueue, type WatchedWorker, watchWorkers, type WorkerWatch } from './worker-watch.ts';

/**
 * After this time without a sign of life a worker counts as dead, and its jobs are given to another one. Longer than a
 * heavy load may delay such signs, because the jobs would be done twice.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 3_000;

/** Concurrent deliveries to callbacks per worker; most of the time they wait. */
const HUB_CONCURRENCY = 64;

/** Concurrent verifications per worker. */
const VERIFY_CONCURRENCY = 16;

/** Concurrent requests to the hubs of sources, and notifications being read. */
const STANDING_CONCURRENCY = 16;

const PUBLISH_CONCURRENCY = 4;

export interface Processors {
  sweep(): Promise<void>;
  retain(): Promise<void>;
  refresh(due: DueSource, signal: AbortSignal): Promise<JobResult>;
  /** Returns unfinished checks to the queue itself, source by source. */
  refreshBatch(due: readonly DueSource[], signal: AbortSignal): Promise<JobResult>;
  publish(key: string): Promise<void>;
  /** `holder` names this job; a retry has the same name. */
  hub(task: HubTask, holder: string, signal: AbortSignal): Promise<JobResult>;
  tend(sourceId: string, holder: string, signal: AbortSignal): Promise<JobResult>;
  read(sourceId: string, holder: string, signal: AbortSignal): Promise<JobResult>;
}

export interface Workers {
  /** Takes no more jobs and waits for running ones; after `graceMs` they are aborted and returned to the queue. */
  close(graceMs: number): Promise<void>;
  /** Time since the job loop of this process ran last, ms. */
  loopAgeMs(): number;
}

export interface WorkerOptions {
  readonly connection: RedisClient;
  readonly prefix: string;
  readonly queues: Pick<Queues, 'park' | 'parked' | 'backlog'>;
  readonly heartbeat: Pick<SweepHeartbeat, 'alive' | 'probe'>;
  readonly concurrency: number;
  readonly now: () => number;
  readonly log: Log;
  /** Called for each attempt that failed; for metrics. */
  readonly onFailure?: (queue: string) => void;
  /** Called if the workers of a queue take no jobs although some wait, and new workers do not either. */
  readonly onDead: (queue: string) => void;
}

export function startWorkers(processors: Processors, options: WorkerOptions): Workers {
  const { log, now } = options;
  const stopping = new AbortController();
  // Every running check adds a listener, and there are as many as the operator allows.
  setMaxListeners(0, stopping.signal);
  const common = {
    connection: options.connection,
    prefix: options.prefix,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    // A crash is not the fault of the job: it is retried until it is done.
    maxStalledCount: 1_000,
  };

  /** A worker that logs its errors, and reports each job that it takes to the watch. */
  function made(name: string, concurrency: number, process: (job: Job, token?: string) => Promise<void>): WatchedQueue {
    const make = (): WatchedWorker => {
      const worker = new Worker(name, (job, token) => watch.fetched(name, () => process(job, token)), {
        ...common,
        concurrency,
      });
      worker.on('error', (error) => {
        watch.met(error);
        log.error({ queue: name, error: error.message }, 'the queue could not be reached; trying again');
      });
      worker.on('failed', (job, error) => {
        watch.met(error);
        log.error({ queue: name, job: job?.id, attempt: job?.attemptsMade, error: error.message }, 'a job failed');
        options.onFailure?.(name);
      });
      return worker;
    };
    return { name, concurrency, make };
  }

  const watch: WorkerWatch = watchWorkers(
    [
      made(QUEUE_NAMES.sweep, 1, (job) =>
        nameOf(job, SWEEP_NAME) === RETAIN_JOB ? processors.retain() : processors.sweep(),
      ),
      made(QUEUE_NAMES.refresh, options.concurrency, refresh),
      made(QUEUE_NAMES.publish, PUBLISH_CONCURRENCY, publish),
      made(QUEUE_NAMES.hub, HUB_CONCURRENCY, hub),
      made(QUEUE_NAMES.verify, VERIFY_CONCURRENCY, hub),
      made(QUEUE_NAMES.websub, STANDING_CONCURRENCY, standing),
    ],
    { heartbeat: options.heartbeat, backlog: (at) => options.queues.backlog(at), now, log, onDead: options.onDead },
  );

  async function refresh(job: Job, token?: string): Promise<void> {
    const { sources } = dataOf(job, REFRESH_DATA);
    const [only, ...others] = sources;
    if (others.length === 0) {
      await untilDone(job, token, job.id, () => processors.refresh(only, stopping.signal));
    } else if (job.attemptsMade > 0 || job.stalledCounter > 0) {
      // From here on, an error of the batch affects only the source that causes it.
      await options.queues.park(sources.map((due) => ({ due, atMs: now() })));
    } else {
      await untilDone(job, token, job.id, () => processors.refreshBatch(sources, stopping.signal));
    }
  }

  async function hub(job: Job, token?: string): Promise<void> {
    const task = dataOf(job, HUB_DATA);
    await untilDone(job, token, job.id, (holder) => processors.hub(task, holder, stopping.signal));
  }

  async function standing(job: Job, token?: string): Promise<void> {
    const name = nameOf(job, STANDING_NAME);
    const { sourceId } = dataOf(job, STANDING_DATA);
    const holder = job.id === undefined ? undefined : `${name} ${job.id}`;
    await untilDone(job, token, holder, (named) => processors[name](sourceId, named, stopping.signal));
  }

  /** Unfinished jobs return to the queue until the time they name, and occupy no worker meanwhile. */
  async function untilDone(
    job: Job,
    token: string | undefined,
    holder: string | undefined,
    work: (holder: string) => Promise<JobResult>,
  ): Promise<void> {
    if (holder === undefined) throw new UnrecoverableError('a job without an id');
    const result = await begun(holder, work).catch((error: unknown) => {
      if (stopping.signal.aborted) return { kind: 'later', atMs: now() } as const;
      throw final(error);
    });
    if (result.kind === 'done') return;
    await job.moveToDelayed(result.atMs, token);
    await options.queues.parked([holder]);
    throw new DelayedError();
  }

  /** BullMQ may give out one more job while it stops. */
  function begun(holder: string, work: (holder: string) => Promise<JobResult>): Promise<JobResult> {
    return stopping.signal.aborted ? Promise.resolve({ kind: 'later', atMs: now() }) : work(holder);
  }

  async function publish(job: Job): Promise<void> {
    const { key } = dataOf(job, PUBLISH_DATA);
    await processors.publish(key).catch((error: unknown) => {
      throw final(error);
    });
  }

  async function close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => {
      stopping.abort(new Error('the worker is stopping'));
    }, graceMs);
    watch.stop();
    await Promise.all(watch.workers().map((worker) => worker.close()));
    clearTimeout(timer);
  }

  return { close, loopAgeMs: () => watch.loopAgeMs() };
}

/** A retry does not help against programming errors. */
function final(error: unknown): Error {
  if (error instanceof InvariantError) return new UnrecoverableError(error.message);
  return error instanceof Error ? error : new Error(String(error));
}
