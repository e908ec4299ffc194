/** Which jobs can be added to the queue? */
import type { HubTask } from '../model/hub-subscription.ts';
import type { DueSource } from './checks.ts';

/** The queue as seen by those who add jobs. Adding a job that is already waiting does nothing. */
export interface JobQueue {
  /**
   * Jobs of up to 50 checks each. Neighbours in the list get into the same job, so checks of one host should be
   * neighbours.
   */
  addRefreshes(due: readonly DueSource[]): Promise<void>;
  /** Upper bound of the checks that wait for a worker; delayed ones are not counted. */
  refreshBacklog(): Promise<number>;
  /** A separate job for each check, delayed until its time; a check that was woken meanwhile is not delayed. */
  park(checks: readonly ParkedCheck[]): Promise<void>;
  /** One job for each dirty key; `posts` for all bulk keys together. */
  addPublishes(keys: readonly string[]): Promise<void>;
  /**
   * At most one delivery for each subscription, or ping for each topic, waits; one that is added while another runs,
   * runs after it.
   */
  addHubTasks(tasks: readonly HubTask[]): Promise<void>;
  /** Resumes jobs that waited for a slot of a host, or prevents them from waiting if they are just being parked. */
  wake(holders: readonly string[]): Promise<void>;
}

/** A check that is to be repeated later. */
export interface ParkedCheck {
  readonly due: DueSource;
  readonly atMs: number;
}

/** What a job returns to the queue: done, or to be continued. */
export type JobResult = { readonly kind: 'done' } | { readonly kind: 'later'; readonly atMs: number };
