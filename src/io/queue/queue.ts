/** How are jobs added to BullMQ? */
import type { Job, JobsOptions } from 'bullmq';
import { millisecondsInMinute } from 'date-fns/constants';
import type { FailedJob } from '../../model/admin.ts';
import { checkId } from '../../model/check-id.ts';
import type { HubTask } from '../../model/hub-subscription.ts';
import type { JobCounts } from '../../model/system-state.ts';
import type { DueSource } from '../../ports/checks.ts';
import type { JobQueue, ParkedCheck } from '../../ports/queue.ts';
import type { SubscriptionJobs } from '../../ports/source-subscriptions.ts';
import type { RedisClient } from '../store/script.ts';
import type { OpenQueues, StandingWork } from './open-queues.ts';
import { QUEUE_NAMES } from './names.ts';

export const SWEEP_SCHEDULER = 'sweep';

/** How often the sweep looks for due sources. */
const SWEEP_EVERY_MS = 1_000;

/** Posts that arrive within this time are published together. */
const PUBLISH_DELAY_MS = 2_000;

/** A ping that an external hub does not accept is repeated for three hours. */
const PING_RETRIES = { attempts: 11, backoff: { type: 'exponential', delay: 10_000, jitter: 0.5 } };

/** Error of BullMQ when a job is woken that is not delayed (any more). */
const NOT_DELAYED = /is not in the delayed state|Missing key for job/u;

/** BullMQ's score of a delayed job is its time, ms, times this. */
const DELAYED_SCORE_PER_MS = 4_096;

/** How often old posts are looked for. */
const RETAIN_EVERY_MS = 10 * millisecondsInMinute;

/** Runs in the queue of the sweep: one at a time for all workers. */
export const RETAIN_JOB = 'retain';

/** Checks per job: the cost of the queue is paid once for all of them. */
const MOST_IN_BATCH = 50;

/** How long a check is remembered that was woken before it was parked. */
const WOKEN_FOR_MS = millisecondsInMinute;

export interface Queues extends JobQueue, SubscriptionJobs {
  /** To be called once a job is delayed: wakes it if a slot became free in between. */
  parked(holders: readonly string[]): Promise<void>;
  /**
   * Makes sure that the repeating sweep exists, with the current interval; may be called by any worker, any number of
   * times.
   */
  scheduleSweep(): Promise<void>;
  /** The same for the expiry of old posts. */
  scheduleRetention(): Promise<void>;
  /** Number of jobs that a worker could take at `now`, by queue: waiting ones, and delayed ones that are due. */
  backlog(now: number): Promise<ReadonlyMap<string, number>>;
  /**
   * After the clock was set back: makes jobs due that were added at a time that is now in the future, and schedules
   * repeating jobs again.
   */
  clockSetBack(now: number): Promise<void>;
  /** No worker of any process takes a job, until `resume`. May be called twice. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Number of running jobs. */
  inHand(): Promise<number>;
  counts(): Promise<JobCounts>;
  failed(limit: number): Promise<readonly FailedJob[]>;
  close(): Promise<void>;
}

/**
 * The first call that needs a queue imports BullMQ and opens all queues. Most commands need none, and BullMQ is a fifth
 * of the code that they would load.
 *
 * @param prefix  a cluster hash tag without the colon, e.g. `{feedmill}`
 */
export function createQueues(connection: RedisClient, prefix: string): Queues {
  let opened: Promise<OpenQueues> | undefined;
  const open = (): Promise<OpenQueues> =>
    (opened ??= import('./open-queues.ts').then(({ openQueues }) => openQueues(connection, prefix)));

  async function addRefreshes(due: readonly DueSource[]): Promise<void> {
    const { refresh } = await open();
    const batches: (readonly [DueSource, ...DueSource[]])[] = [];
    for (let from = 0; from < due.length; from += MOST_IN_BATCH) {
      const [first, ...others] = due.slice(from, from + MOST_IN_BATCH);
      if (first !== undefined) batches.push([first, ...others]);
    }
    await refresh.addBulk(
      batches.map((sources) => ({
        name: sources.length === 1 ? 'refresh' : 'refresh-batch',
        data: { sources },
        opts: {
          jobId: sources.length === 1 ? checkId(sources[0]) : `${checkId(sources[0])}+${sources.length - 1}`,
        },
      })),
    );
  }

  async function refreshBacklog(): Promise<number> {
    const { refresh } = await open();
    return MOST_IN_BATCH * (await refresh.getWaitingCount());
  }

  async function park(checks: readonly ParkedCheck[]): Promise<void> {
    const { refresh } = await open();
    const now = Date.now();
    await refresh.addBulk(
      checks.map(({ due, atMs }) => ({
        name: 'refresh',
        data: { sources: [due] },
        opts: { jobId: checkId(due), delay: Math.max(0, atMs - now) },
      })),
    );
    await parked(checks.map(({ due }) => checkId(due)));
  }

  const wokenKey = (holder: string): string => `${prefix}:woken:${holder}`;

  async function parked(holders: readonly string[]): Promise<void> {
    const woken = await Promise.all(holders.map((holder) => connection.getdel(wokenKey(holder))));
    for (const holder of holders.filter((_holder, index) => woken[index] !== null)) await promote(holder);
  }

  /** False if the job does not exist, or is not delayed (any more). */
  async function promote(holder: string): Promise<boolean> {
    const { refresh, websub } = await open();
    const [work, id] = holder.split(' ');
    const job: Job | undefined = await (id === undefined ? refresh.getJob(holder) : websub.getJob(id));
    if (job === undefined || (id !== undefined && job.name !== work)) return false;
    return promoteJob(job);
  }

  /** False if it is no longer delayed. */
  async function promoteJob(job: Job): Promise<boolean> {
    try {
      await job.promote();
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !NOT_DELAYED.test(error.message)) throw error;
      return false;
    }
  }

  async function addPublishes(keys: readonly string[]): Promise<void> {
    const { publish } = await open();
    await publish.addBulk(
      keys.map((key) => ({
        name: 'publish',
        data: { key },
        opts: { deduplication: { id: key }, delay: PUBLISH_DELAY_MS },
      })),
    );
  }

  async function addHubTasks(tasks: readonly HubTask[]): Promise<void> {
    const { hub, verify } = await open();
    const jobs = tasks.map((task) => ({ name: task.kind, data: task, opts: hubOptions(task) }));
    const verifications = jobs.filter(({ name }) => name === 'verify');
    if (verifications.length > 0) await verify.addBulk(verifications);
    if (verifications.length < jobs.length) await hub.addBulk(jobs.filter(({ name }) => name !== 'verify'));
  }

  async function addStanding(work: StandingWork, sourceIds: readonly string[]): Promise<void> {
    if (sourceIds.length === 0) return;
    const { websub } = await open();
    await websub.addBulk(
      sourceIds.map((sourceId) => ({
        name: work,
        data: { sourceId },
        opts: { deduplication: { id: `${work} ${sourceId}`, keepLastIfActive: true } },
      })),
    );
  }

  async function wake(holders: readonly string[]): Promise<void> {
    await Promise.all(
      holders.filter(isJob).map(async (holder) => {
        // The other order would miss a job that is parked between the two.
        await connection.set(wokenKey(holder), '1', 'PX', WOKEN_FOR_MS);
        if (await promote(holder)) await connection.del(wokenKey(holder));
      }),
    );
  }

  async function scheduleSweep(): Promise<void> {
    const { sweep } = await open();
    await sweep.upsertJobScheduler(
      SWEEP_SCHEDULER,
      { every: SWEEP_EVERY_MS },
      { name: 'sweep', opts: { removeOnComplete: true, removeOnFail: { count: 20 }, attempts: 1 } },
    );
  }

  async function scheduleRetention(): Promise<void> {
    const { sweep } = await open();
    await sweep.upsertJobScheduler(
      RETAIN_JOB,
      { every: RETAIN_EVERY_MS },
      { name: RETAIN_JOB, opts: { removeOnComplete: true, removeOnFail: { count: 20 }, attempts: 1 } },
    );
  }

  async function backlog(now: number): Promise<ReadonlyMap<string, number>> {
    const { all } = await open();
    const entries = all.map(async (queue) => {
      if (await queue.isPaused()) return [queue.name, 0] as const;
      const [waiting, due] = await Promise.all([
        queue.getWaitingCount(),
        connection.zcount(`${prefix}:${queue.name}:delayed`, '-inf', now * DELAYED_SCORE_PER_MS),
      ]);
      return [queue.name, waiting + due] as const;
    });
    return new Map(await Promise.all(entries));
  }

  async function clockSetBack(now: number): Promise<void> {
    const { sweep, refresh, publish, hub, verify, websub } = await open();
    const next = await sweep.getJobScheduler(SWEEP_SCHEDULER);
    if (next?.next !== undefined && next.next > now + 2 * SWEEP_EVERY_MS)
      await sweep.removeJobScheduler(SWEEP_SCHEDULER);
    await scheduleSweep();
    const retention = await sweep.getJobScheduler(RETAIN_JOB);
    if (retention?.next !== undefined && retention.next > now + 2 * RETAIN_EVERY_MS) {
      await sweep.removeJobScheduler(RETAIN_JOB);
    }
    await scheduleRetention();
    for (const queue of [refresh, publish, hub, verify, websub]) {
      for (const job of await queue.getDelayed()) if (job.timestamp > now) await promoteJob(job);
    }
  }

  async function counts() {
    const { all } = await open();
    const pairs = await Promise.all(all.map(async (queue) => [queue.name, await queue.getJobCounts()] as const));
    // For the operator, verifications count as jobs of the hub.
    const { [QUEUE_NAMES.verify]: verifying = {}, ...others } = Object.fromEntries(pairs);
    const hubCounts = { ...others[QUEUE_NAMES.hub] };
    for (const [state, count] of Object.entries(verifying)) hubCounts[state] = (hubCounts[state] ?? 0) + count;
    return { ...others, [QUEUE_NAMES.hub]: hubCounts };
  }

  async function failed(limit: number): Promise<readonly FailedJob[]> {
    const { all } = await open();
    const jobs = await Promise.all(all.map((queue) => queue.getFailed(0, limit - 1)));
    return jobs.flat().map((job) => ({
      queue: job.queueName,
      id: job.id ?? '',
      failedAt: job.finishedOn,
      reason: job.failedReason,
    }));
  }

  async function inHand(): Promise<number> {
    const { all } = await open();
    const active = await Promise.all(all.map((queue) => queue.getActiveCount()));
    return active.reduce((sum, count) => sum + count, 0);
  }

  async function close(): Promise<void> {
    if (opened === undefined) return;
    const { all } = await opened;
    await Promise.all(all.map((queue) => queue.close()));
  }

  return {
    addRefreshes,
    refreshBacklog,
    park,
    parked,
    addPublishes,
    addHubTasks,
    addTending: (sourceIds) => addStanding('tend', sourceIds),
    addReading: (sourceIds) => addStanding('read', sourceIds),
    wake,
    scheduleSweep,
    scheduleRetention,
    backlog,
    clockSetBack,
    pause: async () => {
      const { all } = await open();
      await Promise.all(all.map((queue) => queue.pause()));
    },
    resume: async () => {
      const { all } = await open();
      await Promise.all(all.map((queue) => queue.resume()));
    },
    inHand,
    counts,
    failed,
    close,
  };
}

/** A check that a command makes has no job; it is woken by the channel of the host budgets. */
function isJob(holder: string): boolean {
  return !holder.startsWith('now ');
}

/** A job that is added while an equal one runs is run after it: the running delivery may send the former version. */
function hubOptions(task: HubTask): JobsOptions {
  switch (task.kind) {
    case 'verify':
      return { deduplication: { id: `verify ${task.subscriptionId}`, keepLastIfActive: true } };
    case 'deliver':
      return { deduplication: { id: `deliver ${task.subscriptionId}`, keepLastIfActive: true } };
    case 'ping':
      return { deduplication: { id: `ping ${task.topic}`, keepLastIfActive: true }, ...PING_RETRIES };
  }
}
