/** What does our own hub know of the subscribers to our feeds (WebSub)? */

/** A request to the hub that its callback has not confirmed yet. Plain JSON: the store keeps it until then. */
export interface HubRequest {
  readonly mode: 'subscribe' | 'unsubscribe';
  /** Path of the feed, `/category/x.rss`. */
  readonly topic: string;
  /** The topic as the subscriber wrote it; verifications repeat it character by character. */
  readonly topicUrl: string;
  readonly callback: string;
  /** Signs notifications, 1 to 199 bytes; never logged. */
  readonly secret?: string;
  readonly leaseSeconds: number;
  /** Epoch ms. Of two confirmed requests the later one wins. */
  readonly askedAt: number;
  /** Address of the client that sent the request; empty if unknown. */
  readonly requester: string;
}

/** A confirmed subscription and the state of its deliveries. */
export interface HubSubscription extends Omit<HubRequest, 'mode' | 'leaseSeconds'> {
  /** Hash of topic and callback, 32 hex digits: a callback has one subscription for a topic. */
  readonly id: string;
  /** Addresses of the callback's host when it confirmed; deliveries share slots by them. */
  readonly addresses: readonly string[];
  /** Epoch ms. */
  readonly leaseEndsAt: number;
  /** ETag of the version that was delivered last; undefined before the first delivery. */
  readonly deliveredEtag?: string;
  /** Failed deliveries in a row. */
  readonly failures: number;
  /** Epoch ms of the first of these failures; absent without failures. */
  readonly failingSince?: number;
}

/** One job of the hub. */
export type HubTask =
  /** Asks the callback of the last request for this subscription. */
  | { readonly kind: 'verify'; readonly subscriptionId: string }
  | { readonly kind: 'deliver'; readonly subscriptionId: string }
  /** Sends the outer hub a ping: a feed has changed. */
  | { readonly kind: 'ping'; readonly topic: string };

/** A party and how many subscriptions or requests it may have. */
export interface Quota {
  /** Any length; stores hash it. */
  readonly name: string;
  readonly most: number;
}

/** How many subscriptions the hub accepts in all, beside the quotas of each party. */
export interface HubCapacity {
  readonly altogether: number;
  /** The last places, which go to parties with less than `few` subscriptions. */
  readonly reserved: number;
  readonly few: number;
}
