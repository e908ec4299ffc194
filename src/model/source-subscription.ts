/** What do we know of the hubs that a source names, and of our subscriptions with them (WebSub)? Times are epoch ms. */

/** What the Link headers of a feed, or the feed itself, named when it was last read (WebSub §4). */
export interface DiscoveredHubs {
  /** Absolute, in the order of the document. */
  readonly hubs: readonly string[];
  /** The address that the feed calls its own, rel=self. */
  readonly topic: string;
}

/**
 * `wanted`: not yet asked for; `asked`: waiting for the hub's question; `active`: confirmed, its lease runs;
 * `refused`: the hub does not want to, or cannot; `leaving`: to be ended.
 */
export type SourceSubscriptionStatus = 'wanted' | 'asked' | 'active' | 'refused' | 'leaving';

/** Our standing order for one topic with one hub. */
export interface SourceSubscription {
  readonly hub: string;
  readonly topic: string;
  /** The site's address when the order was made: the callback is below it. */
  readonly site: string;
  /** Unguessable; the last part of the callback's path. */
  readonly callbackId: string;
  /** What the hub signs with; never logged or shown. */
  readonly secret: string;
  readonly status: SourceSubscriptionStatus;
  /** When something is to be done about it next. */
  readonly actAt: number;
  /** Requests in a row that the hub has not confirmed. */
  readonly attempts: number;
  readonly askedAt?: number;
  /** Since when the hub is bound to push. */
  readonly activeSince?: number;
  readonly leaseEndsAt?: number;
  /** Notifications with a good signature, and new posts that they brought. */
  readonly pushes: number;
  readonly brought: number;
  readonly lastPushAt?: number;
  /** Notifications that were ignored, as their signature was missing or wrong. */
  readonly ignored: number;
  /** What the hub said last that we did not like. */
  readonly trouble?: string;
  /** Entries that polls found and no push had brought. */
  readonly missed: number;
  /** How often it lost our trust. */
  readonly demotions: number;
  /** Set while it is not trusted. */
  readonly demotion?: HubDemotion;
}

export interface HubDemotion {
  readonly at: number;
  /** When it may be trusted again. */
  readonly until: number;
  /** One sentence for the operator. */
  readonly reason: string;
  /** `brought` at the time: by more it has proved that it still pushes. */
  readonly broughtBefore: number;
}

/** How a source stands with the hubs that it names. */
export interface SourceSubscriptions {
  readonly sourceId: string;
  readonly offer?: DiscoveredHubs;
  /** One that counts, and those that are being ended or were refused. */
  readonly orders: readonly SourceSubscription[];
}

/** What the schedule needs to know of it. */
export interface WebSubState {
  /** The hub that counts. */
  readonly hub?: string;
  /** `none`: a hub was named, and nothing came of it (yet). */
  readonly status: 'none' | 'active' | 'demoted';
  readonly leaseEndsAt?: number;
  /** Why a hub is not trusted. */
  readonly reason?: string;
}

/** A notification as it arrived, its signature found good. */
export interface HubNotification {
  readonly sourceId: string;
  readonly callbackId: string;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly contentType?: string;
  readonly receivedAt: number;
}

/** A notification at a callback, before anybody has looked at it. */
export interface ArrivedNotification {
  /** As it was sent. */
  readonly body: Uint8Array;
  /** X-Hub-Signature. */
  readonly signature: string | undefined;
  readonly contentType: string | undefined;
  /** The body without its content coding; undefined where that cannot be taken off within the limit. */
  readonly plain: () => Promise<Uint8Array | undefined>;
}

/** What we answer at a callback. */
export interface CallbackAnswer {
  readonly status: number;
  /** Plain text. */
  readonly text: string;
  readonly retryAfterSeconds?: number;
}
