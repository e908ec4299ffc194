/** Which job does which work? */
import { startWorkers, type Workers } from '../io/queue/workers.ts';
import type { RedisHandle } from '../io/redis/connect.ts';
import { checkBatch, type BatchDeps, checkOne } from '../jobs/check/check-batch.ts';
import { sweep } from '../jobs/check/sweep.ts';
import { runHubTask } from '../jobs/hub/deliver.ts';
import type { HubDeps } from '../jobs/hub/hub.ts';
import { publish, type PublishDeps } from '../jobs/publish/publish.ts';
import type { RunningConfig } from '../jobs/running-config.ts';
import type { Log } from '../ports/log.ts';
import type { Trace } from '../ports/trace.ts';
import type { Stores } from './stores.ts';
import type { Subscriber } from './subscriber.ts';
import { expireOld } from './expire.ts';

const WRONG_CLOCK_MS = 3_600_000;

export interface AppWorkerDeps {
  readonly config: () => RunningConfig;
  readonly redis: Pick<RedisHandle, 'client' | 'prefix'>;
  readonly stores: Stores;
  /** Counts what it records, for the metrics. */
  readonly trace: Trace;
  readonly batchDeps: BatchDeps;
  readonly publishDeps: PublishDeps;
  readonly hub: HubDeps;
  readonly subscriber: Subscriber;
  /** The workers of a queue stay silent, however often they are started again. */
  readonly onDead: (queue: string) => void;
  /** Checks at once. */
  readonly concurrency: number;
  readonly now: () => number;
  readonly log: Log;
}

export function startAppWorkers(deps: AppWorkerDeps): Workers {
  const { config, redis, stores, trace, batchDeps, publishDeps, hub, subscriber, onDead, concurrency, now, log } = deps;
  const { checks, outbox, queues, status, counters } = stores;
  return startWorkers(
    {
      sweep: async () => {
        await sweep({ config, checks, outbox, queue: queues }, now());
        await subscriber.sweep();
        await status.swept(now());
      },
      retain: async () => {
        if (await isClockRight(status, now, log)) await expireOld({ config, stores, trace, now });
      },
      refresh: (due, signal) => checkOne(due, batchDeps, signal),
      refreshBatch: (due, signal) => checkBatch(due, batchDeps, signal),
      publish: (key) => publish(key, publishDeps),
      hub: (task, holder, signal) => runHubTask(task, holder, hub, signal),
      tend: (sourceId, holder, signal) => subscriber.tend(sourceId, holder, signal),
      read: (sourceId, holder, signal) => subscriber.read(sourceId, holder, signal),
    },
    {
      connection: redis.client,
      prefix: redis.prefix,
      queues,
      heartbeat: status,
      onDead,
      concurrency,
      now,
      log,
      onFailure: (queue) => {
        counters.add('failed-jobs', queue);
      },
    },
  );
}

/** Expiry by a clock that is ahead would remove posts that are not old. */
async function isClockRight(status: Stores['status'], now: () => number, log: Log): Promise<boolean> {
  const differenceMs = now() - (await status.serverTime());
  if (Math.abs(differenceMs) < WRONG_CLOCK_MS) return true;
  const facts = { name: 'clock', differenceMinutes: Math.round(differenceMs / 60_000) };
  log.warn(
    facts,
    'the clock of this machine and that of Redis differ by more than an hour; nothing is expired until they agree',
  );
  return false;
}
