/** What do we know about the hubs of a source and our subscriptions with them (WebSub)? Times are epoch ms. */

/** Hubs and topic that the Link headers of a feed, or the feed itself, named last (WebSub §4). */
export interface DiscoveredHubs {
  /** Absolute, in document order. */
  readonly hubs: readonly string[];
  /** The address that the feed names as its own, rel=self. */
  readonly topic: string;
}

/**
 * `pending`: not requested yet. `requested`: waiting for the hub's verification. `active`: confirmed, the lease runs.
 * `refused`: the hub refused or did not answer. `unsubscribing`: being ended.
 */
export type SourceSubscriptionStatus = 'pending' | 'requested' | 'active' | 'refused' | 'unsubscribing';

/** Our subscription to one topic at one hub. */
export interface SourceSubscription {
  readonly hub: string;
  readonly topic: string;
  /** Address of the site when the subscription was made; the callback is below it. */
  readonly site: string;
  /** Random; the last part of the callback's path. */
  readonly callbackId: string;
  /** Key with which the hub signs; never logged or shown. */
  readonly secret: string;
  readonly status: SourceSubscriptionStatus;
  /** Time of the next action. */
  readonly actAt: number;
  /** Number of requests in a row that the hub has not confirmed. */
  readonly attempts: number;
  readonly requestedAt?: number;
  /** The source's configured address when the hub was asked last: it decides which private networks are open. */
  readonly sourceUrl?: string;
  /** Since when the subscription is active. */
  readonly activeSince?: number;
  readonly leaseEndsAt?: number;
  /** Number of notifications with a valid signature, and of new posts from them. */
  readonly pushes: number;
  readonly brought: number;
  readonly lastPushAt?: number;
  /** Number of notifications that were ignored because their signature was missing or wrong. */
  readonly ignored: number;
  /** The last error that the hub reported. */
  readonly trouble?: string;
  /** Number of entries that a poll found and no notification had brought. */
  readonly missed: number;
  /** How often the hub was demoted. */
  readonly demotions: number;
  /** Set while the hub is not relied on. */
  readonly demotion?: HubDemotion;
}

export interface HubDemotion {
  readonly at: number;
  /** When the hub may be relied on again. */
  readonly until: number;
  /** One sentence for the operator. */
  readonly reason: string;
  /** `brought` at the time of the demotion; a higher value shows that the hub still pushes. */
  readonly broughtBefore: number;
}

/** The hubs of a source and our subscriptions with them. */
export interface SourceSubscriptions {
  readonly sourceId: string;
  readonly discovered?: DiscoveredHubs;
  /** The one in use, and those that are being ended or were refused. */
  readonly list: readonly SourceSubscription[];
}

/** What the schedule needs to know about the subscription. */
export interface WebSubState {
  /** The hub of the subscription in use. */
  readonly hub?: string;
  /** `none`: the source names a hub, but there is no active subscription. */
  readonly status: 'none' | 'active' | 'demoted';
  readonly leaseEndsAt?: number;
  /** Why the hub is not relied on. */
  readonly reason?: string;
}

/** A notification with a valid signature. */
export interface HubNotification {
  readonly sourceId: string;
  readonly callbackId: string;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly receivedAt: number;
}

/** A notification at a callback, not checked yet. */
export interface ArrivedNotification {
  /** As received. */
  readonly body: Uint8Array;
  /** X-Hub-Signature. */
  readonly signature: string | undefined;
  readonly contentType: string | undefined;
  /** The body without its content coding; undefined if it cannot be decoded within the limit. */
  readonly plain: () => Promise<Uint8Array | undefined>;
}

/** Our response at a callback. */
export interface CallbackAnswer {
  readonly status: number;
  /** Plain text. */
  readonly text: string;
  readonly retryAfterSeconds?: number;
}
