/** Who subscribed to our feeds? */
import type { HubCapacity, HubRequest, HubSubscription, Quota } from '../model/hub-subscription.ts';

/**
 * Subscriptions to our feeds and the requests that lead to them. Each call is one atomic step and may be repeated.
 * A subscription counts for the parties of its quotas until it is dropped or has expired.
 */
export interface HubSubscriptionStore {
  /**
   * Stores a request until its callback was asked to confirm it. Of several for one subscription only the last is
   * kept, and counted once.
   *
   * @returns false if one of the quotas is used up; nothing was kept then
   */
  keepRequest(id: string, request: HubRequest, waiting: readonly Quota[], now: number): Promise<boolean>;
  /** The waiting request; undefined if there is none, or it has waited too long. */
  request(id: string): Promise<HubRequest | undefined>;
  /** Removes a waiting request, unless a later one for the same subscription has replaced it. */
  forgetRequest(id: string, request: HubRequest, waiting: readonly Quota[]): Promise<void>;
  /**
   * Saves a confirmed request; one that is older than the last confirmed one changes nothing. The delivered version
   * stays recorded; failures are reset, because the callback has just answered. If no place is left, the subscription
   * whose deliveries have failed longest is dropped.
   */
  put(
    subscription: HubSubscription,
    quotas: readonly Quota[],
    capacity: HubCapacity,
  ): Promise<'saved' | 'outdated' | 'full'>;
  /** Ends a subscription at the request of its subscriber, unless it was requested again after `askedAt`. */
  end(id: string, askedAt: number): Promise<void>;
  drop(ids: readonly string[]): Promise<void>;
  /** Drops up to `limit` subscriptions whose lease has ended. @returns how many */
  expire(now: number, limit: number): Promise<number>;
  get(ids: readonly string[]): Promise<readonly (HubSubscription | undefined)[]>;
  /** Ids of the subscriptions to these topics. */
  ofTopics(topics: readonly string[]): Promise<readonly string[]>;
  /** Records the result of the last delivery; does nothing if the subscription has ended. */
  note(delivery: Pick<HubSubscription, 'id' | 'deliveredEtag' | 'failures' | 'failingSince'>): Promise<void>;
  count(): Promise<number>;
  /** Whether `put` would take another subscription of these parties; does not reserve a place. */
  hasRoom(quotas: readonly Quota[], capacity: HubCapacity): Promise<boolean>;
  /** Takes a slot under each name, for at most `leaseMs`; false, with none taken, if one name has no free slot. */
  enter(slots: readonly Quota[], holder: string, now: number, leaseMs: number): Promise<boolean>;
  leave(slots: readonly Quota[], holder: string): Promise<void>;
  /** Counts a request under a name; false after more than `most` within `windowMs`. */
  admit(quota: Quota, windowMs: number): Promise<boolean>;
  /** ETag of the version of a feed for which an external hub was pinged last. */
  pinged(topic: string): Promise<string | undefined>;
  setPinged(topic: string, etag: string): Promise<void>;
}
