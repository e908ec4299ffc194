/** What does the store keep of our subscriptions with the hubs of sources? */
import type { HubNotification, SourceSubscriptions } from '../model/source-subscription.ts';

export interface VersionedSubscriptions {
  readonly subscriptions: SourceSubscriptions;
  /** 1 or more; 0 means that nothing is stored yet. */
  readonly version: number;
}

/** Our subscriptions with the hubs of sources. Each call is one atomic round trip. */
export interface SourceSubscriptionStore {
  get(sourceIds: readonly string[]): Promise<readonly (VersionedSubscriptions | undefined)[]>;
  /** Writes the subscriptions of a source and its callbacks; false if they were changed since they were read. */
  put(subscriptions: SourceSubscriptions, expectedVersion: number): Promise<boolean>;
  /** The source that a callback belongs to. */
  sourceOf(callbackId: string): Promise<string | undefined>;
  /**
   * Up to `limit` sources whose subscriptions are due, and as many with unread notifications. Each is put off by `leaseMs`,
   * so that no other worker gets it.
   */
  claimDue(
    now: number,
    limit: number,
    leaseMs: number,
  ): Promise<{ readonly due: readonly string[]; readonly pushed: readonly string[] }>;
  /** Makes those of these sources due that have subscriptions or a known hub. */
  touch(sourceIds: readonly string[], now: number): Promise<void>;
  /** Sources that have subscriptions or a known hub. */
  all(): Promise<readonly string[]>;
  /** Stores the site's address; true if it was another one before. */
  useSite(site: string): Promise<boolean>;
  /** Stores a notification until it is read; false if `most` of this source are waiting already. */
  addPush(push: HubNotification, most: number): Promise<boolean>;
  /** The oldest unread notification; it stays until it is dropped. */
  firstPush(sourceId: string): Promise<HubNotification | undefined>;
  dropPush(sourceId: string): Promise<void>;
}

/** Jobs on subscriptions. Adding a job that is waiting adds nothing; a job added while it runs runs once more. */
export interface SubscriptionJobs {
  addTending(sourceIds: readonly string[]): Promise<void>;
  addReading(sourceIds: readonly string[]): Promise<void>;
}
