/** Which hubs of our sources have we subscribed to? */
import type { HubNotification, SourceSubscriptions } from '../model/source-subscription.ts';

export interface VersionedSubscriptions {
  readonly standing: SourceSubscriptions;
  /** 1 or more; 0 stands for one that is not there yet. */
  readonly version: number;
}

/** How we stand with the hubs of our sources. Each call is one atomic round trip. */
export interface SourceSubscriptionStore {
  get(sourceIds: readonly string[]): Promise<readonly (VersionedSubscriptions | undefined)[]>;
  /** Writes it, and makes its callbacks known and the former ones unknown; false where it was changed since it was read. */
  put(standing: SourceSubscriptions, expectedVersion: number): Promise<boolean>;
  /** The source that a callback belongs to. */
  sourceOf(callbackId: string): Promise<string | undefined>;
  /**
   * Up to `limit` sources with something to do about their orders, each put off by `leaseMs` so that nobody else gets it, and as many
   * that have notifications to be read.
   */
  claimDue(
    now: number,
    limit: number,
    leaseMs: number,
  ): Promise<{ readonly due: readonly string[]; readonly pushed: readonly string[] }>;
  /** Makes those of them due that have a standing. */
  touch(sourceIds: readonly string[], now: number): Promise<void>;
  /** Sources with a standing. */
  all(): Promise<readonly string[]>;
  /** Notes the address that callbacks are below; true where it was another before. */
  useSite(site: string): Promise<boolean>;
  /** Keeps a notification until it is read; false where `most` of this source wait already. */
  addPush(push: HubNotification, most: number): Promise<boolean>;
  /** The oldest that waits; it stays until it is dropped. */
  firstPush(sourceId: string): Promise<HubNotification | undefined>;
  dropPush(sourceId: string): Promise<void>;
}

/** Work on standings. Adding what already waits adds nothing; what is added while it runs runs once more. */
export interface SubscriptionJobs {
  addTending(sourceIds: readonly string[]): Promise<void>;
  addReading(sourceIds: readonly string[]): Promise<void>;
}
