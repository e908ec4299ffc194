/** What does our own hub know of those who subscribe to our feeds (WebSub)? */

/** What somebody asked of the hub, not yet confirmed by the callback. Plain JSON: it travels through the queue. */
export interface HubRequest {
  readonly mode: 'subscribe' | 'unsubscribe';
  /** Path of the feed, `/category/x.rss`. */
  readonly topic: string;
  /** The topic as it was asked for; it is told back so, character by character. */
  readonly topicUrl: string;
  readonly callback: string;
  /** What notifications are signed with, 1 to 199 bytes; never logged. */
  readonly secret?: string;
  readonly leaseSeconds: number;
  /** Epoch ms. Of two confirmed requests the one made later holds. */
  readonly askedAt: number;
}

/** A confirmed subscription and how its deliveries went. */
export interface HubSubscription extends Omit<HubRequest, 'mode' | 'leaseSeconds'> {
  /** Of topic and callback, 32 hex digits: a callback has one subscription to a topic. */
  readonly id: string;
  /** Epoch ms. */
  readonly leaseEndsAt: number;
  /** ETag of the version that the callback has got; undefined before the first delivery. */
  readonly deliveredEtag?: string;
  /** Failed deliveries in a row. */
  readonly failures: number;
  /** Epoch ms of the first of them; absent without failures. */
  readonly failingSince?: number;
}

/** One job of the hub. */
export type HubTask =
  | { readonly kind: 'verify'; readonly request: HubRequest }
  | { readonly kind: 'deliver'; readonly subscriptionId: string }
  /** Tells the outer hub that a feed has changed. */
  | { readonly kind: 'ping'; readonly topic: string };

/** How many subscriptions the hub takes. */
export interface HubCapacity {
  readonly perCallbackHost: number;
  readonly altogether: number;
}
