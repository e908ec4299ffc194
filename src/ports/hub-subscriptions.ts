/** Who subscribed to our feeds? */
import type { HubCapacity, HubSubscription } from '../model/hub-subscription.ts';

/**
 * Who subscribed to which of our feeds. Each call is one atomic step and may be repeated.
 * A subscription counts for its callback's host and in the whole until it is dropped or has expired.
 */
export interface HubSubscriptionStore {
  /**
   * Saves a confirmed request; one that was made before the last confirmed one of its kind changes nothing.
   * What was delivered stays as it was; failures are forgotten, for the callback has just answered.
   */
  put(subscription: HubSubscription, capacity: HubCapacity): Promise<'saved' | 'outdated' | 'full'>;
  /** Ends one at its subscriber's wish, unless it was asked for anew after `askedAt`. */
  end(id: string, askedAt: number): Promise<void>;
  drop(ids: readonly string[]): Promise<void>;
  /** Drops up to `limit` whose lease has ended. @returns how many */
  expire(now: number, limit: number): Promise<number>;
  get(ids: readonly string[]): Promise<readonly (HubSubscription | undefined)[]>;
  /** Ids of the subscriptions to these topics. */
  ofTopics(topics: readonly string[]): Promise<readonly string[]>;
  /** Writes how the last delivery went; nothing where the subscription is no more. */
  note(delivery: Pick<HubSubscription, 'id' | 'deliveredEtag' | 'failures' | 'failingSince'>): Promise<void>;
  count(): Promise<number>;
  /** Whether there is room for another subscription of this host; does not keep it. */
  hasRoom(callbackHost: string, capacity: HubCapacity): Promise<boolean>;
  /** Takes one of `most` slots for requests to this host, for at most `leaseMs`; false where none is free. */
  enter(callbackHost: string, holder: string, most: number, now: number, leaseMs: number): Promise<boolean>;
  leave(callbackHost: string, holder: string): Promise<void>;
  /** Counts a request under a name; false once there were more than `most` within `windowMs`. */
  admit(name: string, most: number, windowMs: number): Promise<boolean>;
  /** ETag of the version of a feed that an outer hub was last told of. */
  pinged(topic: string): Promise<string | undefined>;
  setPinged(topic: string, etag: string): Promise<void>;
}
