/** What does our hub know about the subscribers of our feeds (WebSub)? */

/** A request to our hub that the callback has not confirmed yet. Plain JSON, because it goes through the queue. */
export interface HubRequest {
  readonly mode: 'subscribe' | 'unsubscribe';
  /** Path of the feed, `/category/x.rss`. */
  readonly topic: string;
  /** The topic URL exactly as requested; the verification request repeats it. */
  readonly topicUrl: string;
  readonly callback: string;
  /** Key for the signature of notifications, 1 to 199 bytes; never logged. */
  readonly secret?: string;
  readonly leaseSeconds: number;
  /** Epoch ms. Of two confirmed requests the later one wins. */
  readonly askedAt: number;
}

/** A confirmed subscription and the state of its deliveries. */
export interface HubSubscription extends Omit<HubRequest, 'mode' | 'leaseSeconds'> {
  /** Hash of topic and callback, 32 hex digits: a callback has one subscription for a topic. */
  readonly id: string;
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
  | { readonly kind: 'verify'; readonly request: HubRequest }
  | { readonly kind: 'deliver'; readonly subscriptionId: string }
  /** Tells an external hub that a feed has changed. */
  | { readonly kind: 'ping'; readonly topic: string };

/** How many subscriptions our hub accepts. */
export interface HubCapacity {
  readonly perCallbackHost: number;
  readonly altogether: number;
}
