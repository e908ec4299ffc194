/** Which jobs can be added to the queue? */
import type { HubTask } from '../model/hub-subscription.ts';
import type { DueSource } from './checks.ts';

/** The queue's jobs, as those who add them see it. Adding what already waits adds nothing. */
export interface JobQueue {
  /** Jobs of up to 50 checks each; neighbours come together, so those of one host should be neighbours. */
  addRefreshes(due: readonly DueSource[]): Promise<void>;
  /** How many checks wait for a worker, at most; those that wait for their time are not counted. */
  refreshBacklog(): Promise<number>;
  /** A job of its own for each check, not before its time; what was woken meanwhile comes at once. */
  park(checks: readonly ParkedCheck[]): Promise<void>;
  /** One job a scope key; `posts` for all touched posts together. */
  addPublishes(keys: readonly string[]): Promise<void>;
  /** Deliveries and pings wait once for each subscription or topic; one added while it runs runs after it. */
  addHubTasks(tasks: readonly HubTask[]): Promise<void>;
  /** Brings jobs that waited for a host's slot back at once, or as soon as they are parked. */
  wake(holders: readonly string[]): Promise<void>;
}

/** A check that is to be tried again. */
export interface ParkedCheck {
  readonly due: DueSource;
  readonly atMs: number;
}

/** What a job says to the queue when it is not done yet. */
export type JobResult = { readonly kind: 'done' } | { readonly kind: 'later'; readonly atMs: number };
