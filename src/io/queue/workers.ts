/** Who takes the jobs out of BullMQ, and what happens when one is not done yet? */
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
import { QUEUE_NAMES, type Queues, RETAIN_JOB } from './queue.ts';
import { type WatchedQueue, type WatchedWorker, watchWorkers, type WorkerWatch } from './worker-watch.ts';

/**
 * A worker that died is noticed after this time, and its jobs are taken up again. Longer than a machine under heavy load keeps a
 * living worker from saying so: its jobs would be done twice.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 3_000;

/** Deliveries to callbacks at once, per worker; most of the time they wait. */
const HUB_CONCURRENCY = 64;

/** Verifications at once, per worker. */
const VERIFY_CONCURRENCY = 16;

/** Requests to the hubs of sources, and readings of what they pushed. */
const STANDING_CONCURRENCY = 16;

const PUBLISH_CONCURRENCY = 4;

export interface Processors {
  sweep(): Promise<void>;
  retain(): Promise<void>;
  refresh(due: DueSource, signal: AbortSignal): Promise<JobResult>;
  /** Gives what it cannot finish back to the queue itself, source by source. */
  refreshBatch(due: readonly DueSource[], signal: AbortSignal): Promise<JobResult>;
  publish(key: string): Promise<void>;
  /** `holder` names this job: it stays the same when the job is tried again. */
  hub(task: HubTask, holder: string, signal: AbortSignal): Promise<JobResult>;
  tend(sourceId: string, holder: string, signal: AbortSignal): Promise<JobResult>;
  read(sourceId: string, holder: string, signal: AbortSignal): Promise<JobResult>;
}

export interface Workers {
  /** Takes no more jobs, waits for those in hand; after `graceMs` they are aborted and returned to the queue. */
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
  /** The workers of a queue fetch no jobs although some wait, and new ones do not either. */
  readonly onDead: (queue: string) => void;
}

export function startWorkers(processors: Processors, options: WorkerOptions): Workers {
  const { log, now } = options;
  const stopping = new AbortController();
  // Every check in hand listens, and there are as many as the operator allows.
  setMaxListeners(0, stopping.signal);
  const common = {
    connection: options.connection,
    prefix: options.prefix,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    // A crash is not the job's fault: it is tried until it is done.
    maxStalledCount: 1_000,
  };

  /** A worker that reports its errors, and each job that it fetches to the watch. */
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
      // Whatever brought the batch down, from here on it meets each source alone.
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

  /** What is not done goes back to the queue until the time it names, and holds no worker meanwhile. */
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

  /** BullMQ may hand out one more job while it stops. */
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

/** Our own mistakes are not mended by trying again. */
function final(error: unknown): Error {
  if (error instanceof InvariantError) return new UnrecoverableError(error.message);
  return error instanceof Error ? error : new Error(String(error));
}
