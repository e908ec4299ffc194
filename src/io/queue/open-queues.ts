/** How are the queues of BullMQ opened? */
import { Queue } from 'bullmq';
import { secondsInDay } from 'date-fns/constants';
import type { z } from 'zod';
import type { HubTask } from '../../model/hub-subscription.ts';
import type { RedisClient } from '../store/script.ts';
import type { PUBLISH_DATA, REFRESH_DATA, STANDING_DATA, STANDING_NAME } from './job-data.ts';
import { QUEUE_NAMES } from './names.ts';

/** Failed jobs that are kept for the operator; finished jobs are not kept, because the source's state shows their result. */
const KEPT_FAILURES = { count: 500, age: 7 * secondsInDay };

/** Infrastructure errors are retried for half a minute; after that the source is due again when its lease ends. */
const RETRIES = { attempts: 5, backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 } };

const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: KEPT_FAILURES, ...RETRIES };

/** One check, or several: the job is named after the first and the number of others. */
export type RefreshJob = z.infer<typeof REFRESH_DATA>;

/** Jobs on our subscriptions with the hubs of a source: requests to hubs, and notifications. */
export type StandingJob = z.infer<typeof STANDING_DATA>;

export type StandingWork = z.infer<typeof STANDING_NAME>;

export type PublishJob = z.infer<typeof PUBLISH_DATA>;

export type OpenQueues = ReturnType<typeof openQueues>;

/** @param prefix  a cluster hash tag without the colon, e.g. `{feedmill}` */
export function openQueues(connection: RedisClient, prefix: string) {
  const options = { connection, prefix, defaultJobOptions: JOB_OPTIONS, skipVersionCheck: true };
  const sweep = new Queue(QUEUE_NAMES.sweep, options);
  const refresh = new Queue<RefreshJob>(QUEUE_NAMES.refresh, options);
  const publish = new Queue<PublishJob>(QUEUE_NAMES.publish, options);
  const hub = new Queue<HubTask>(QUEUE_NAMES.hub, options);
  const verify = new Queue<HubTask>(QUEUE_NAMES.verify, options);
  const websub = new Queue<StandingJob, void, StandingWork>(QUEUE_NAMES.websub, options);
  const all = [sweep, refresh, publish, hub, verify, websub];
  // Calls throw the same errors, and their callers report them. Without a listener Node.js would print them with the
  // arguments of the command, and end the process.
  for (const queue of all) queue.on('error', () => undefined);
  return { sweep, refresh, publish, hub, verify, websub, all };
}
