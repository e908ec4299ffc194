/** Who subscribed to our feeds? */
import type { HubCapacity, HubRequest, HubSubscription, Quota } from '../model/hub-subscription.ts';

/**
 * Subscriptions to our feeds and the requests that lead to them. Each call is one atomic step and may be repeated.
 * A subscription counts for the parties of its quotas until it is dropped or has expired.
 */
export interface HubSubscriptionStore {
  /**
   * Keeps a request until its callback was asked. Of several for one subscription only the last is kept, and counted once.
   *
   * @returns false if one of the quotas is used up; nothing was kept then
   */
  keepRequest(id: string, request: HubRequest, waiting: readonly Quota[], now: number): Promise<boolean>;
  /** The request that waits; undefined if there is none, or it has waited too long. */
  request(id: string): Promise<HubRequest | undefined>;
  /** Ends the wait of a request, unless a later one for the same subscription has replaced it. */
  forgetRequest(id: string, request: HubRequest, waiting: readonly Quota[]): Promise<void>;
  /**
   * Saves a confirmed request; one that was made before the last confirmed one of its kind changes nothing.
   * What was delivered stays as it was; failures are forgotten, because the callback has just answered.
   * If there is no place left, the subscription whose deliveries have failed for longest gives up its own.
   */
  put(
    subscription: HubSubscription,
    quotas: readonly Quota[],
    capacity: HubCapacity,
  ): Promise<'saved' | 'outdated' | 'full'>;
  /** Ends one at its subscriber's request, unless it was requested again after `askedAt`. */
  end(id: string, askedAt: number): Promise<void>;
  drop(ids: readonly string[]): Promise<void>;
  /** Drops up to `limit` whose lease has ended. @returns how many */
  expire(now: number, limit: number): Promise<number>;
  get(ids: readonly string[]): Promise<readonly (HubSubscription | undefined)[]>;
  /** Ids of the subscriptions to these topics. */
  ofTopics(topics: readonly string[]): Promise<readonly string[]>;
  /** Writes how the last delivery went; nothing if the subscription has ended. */
  note(delivery: Pick<HubSubscription, 'id' | 'deliveredEtag' | 'failures' | 'failingSince'>): Promise<void>;
  count(): Promise<number>;
  /** Whether `put` would take another subscription of these parties; does not reserve a place. */
  hasRoom(quotas: readonly Quota[], capacity: HubCapacity): Promise<boolean>;
  /** Takes a slot under every name, for at most `leaseMs`; false, and none taken, if one name has no slot free. */
  enter(slots: readonly Quota[], holder: string, now: number, leaseMs: number): Promise<boolean>;
  leave(slots: readonly Quota[], holder: string): Promise<void>;
  /** Counts a request under a name; false after more than `most` within `windowMs`. */
  admit(quota: Quota, windowMs: number): Promise<boolean>;
  /** ETag of the version of a feed that an outer hub was last sent a ping for. */
  pinged(topic: string): Promise<string | undefined>;
  setPinged(topic: string, etag: string): Promise<void>;
}
