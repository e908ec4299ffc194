/** How does the work on our standing with hubs get into BullMQ, and out again? */
import { setMaxListeners } from 'node:events';
import { DelayedError, type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
import type { JobResult, Log, StandingJobs } from '../../ports.ts';
import type { RedisClient } from '../store/script.ts';

/** Requests to hubs, and what they pushed. */
export const STANDINGS_QUEUE = 'websub';

const CONCURRENCY = 16;
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 5_000;

const JOB_OPTIONS = {
  removeOnComplete: true,
  removeOnFail: { count: 200, age: 7 * 86_400 },
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
};

type Kind = 'tend' | 'read';

interface Task {
  readonly sourceId: string;
}

export interface StandingQueue extends StandingJobs {
  counts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** @param prefix  a cluster hash tag without the colon, e.g. `{feedmill}` */
export function createStandingQueue(connection: RedisClient, prefix: string): StandingQueue {
  const queue = new Queue<Task>(STANDINGS_QUEUE, {
    connection,
    prefix,
    defaultJobOptions: JOB_OPTIONS,
    skipVersionCheck: true,
  });

  async function add(kind: Kind, sourceIds: readonly string[]): Promise<void> {
    if (sourceIds.length === 0) return;
    await queue.addBulk(
      sourceIds.map((sourceId) => ({
        name: kind,
        data: { sourceId },
        opts: { deduplication: { id: `${kind} ${sourceId}`, keepLastIfActive: true } },
      })),
    );
  }

  return {
    addTending: (sourceIds) => add('tend', sourceIds),
    addReading: (sourceIds) => add('read', sourceIds),
    counts: () => queue.getJobCounts(),
    close: () => queue.close(),
  };
}

export interface StandingProcessors {
  /** `holder` names this job: it stays the same when the job is tried again. */
  tend(sourceId: string, holder: string, signal: AbortSignal): Promise<JobResult>;
  read(sourceId: string, holder: string, signal: AbortSignal): Promise<JobResult>;
}

export interface StandingWorkerOptions {
  readonly connection: RedisClient;
  readonly prefix: string;
  readonly now: () => number;
  readonly log: Log;
}

export function startStandingWorker(
  processors: StandingProcessors,
  { connection, prefix, now, log }: StandingWorkerOptions,
): { close(graceMs: number): Promise<void> } {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const worker = new Worker<Task>(STANDINGS_QUEUE, work, {
    connection,
    prefix,
    concurrency: CONCURRENCY,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    // A crash is not the job's fault: it is tried until it is done.
    maxStalledCount: 1_000,
    skipVersionCheck: true,
  });
  worker.on('error', (error) => {
    log.error({ queue: worker.name, error: error.message }, 'the queue could not be reached; trying again');
  });
  worker.on('failed', (job, error) => {
    const facts = { queue: worker.name, job: job?.id, attempt: job?.attemptsMade, error: error.message };
    log.error(facts, 'a job failed');
  });

  async function work(job: Job<Task>, token?: string): Promise<void> {
    const holder = job.id;
    if (holder === undefined) throw new UnrecoverableError('a job without an id');
    const { sourceId } = job.data;
    const named = `${job.name} ${holder}`;
    const processed =
      job.name === 'tend'
        ? processors.tend(sourceId, named, stopping.signal)
        : processors.read(sourceId, named, stopping.signal);
    const result = await processed.catch((error: unknown) => {
      if (stopping.signal.aborted) return { kind: 'later', atMs: now() } as const;
      throw error;
    });
    if (result.kind === 'done') return;
    await job.moveToDelayed(result.atMs, token);
    throw new DelayedError();
  }

  return {
    async close(graceMs) {
      const timer = setTimeout(() => {
        stopping.abort(new Error('the worker is stopping'));
      }, graceMs);
      await worker.close();
      clearTimeout(timer);
    },
  };
}
