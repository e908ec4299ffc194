/** How do events change our subscriptions with hubs? Pure: the same arguments give the same result. */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import type { FeedFacts } from '../../model/check.ts';
import type {
  HubDemotion,
  DiscoveredHubs,
  SourceSubscription,
  SourceSubscriptions,
  WebSubState,
} from '../../model/source-subscription.ts';
import { formatDuration } from '../../syntax/duration.ts';
import { isWebAddress } from '../../syntax/url/web-address.ts';

/** Wait for a hub that does not confirm: an hour, then four times as long each time. */
const FIRST_WAIT_MS = millisecondsInHour;
const MAX_WAIT_MS = millisecondsInDay;
/** First wait for a hub that could not be reached. */
const FIRST_RETRY_MS = millisecondsInMinute;
/** After this many failed requests the next hub is used. */
const MAX_ATTEMPTS = 4;
/** A hub that refused or did not answer gets a new request after this time. */
const REFUSED_MS = 7 * millisecondsInDay;
/** A hub gets this many unsubscribe requests; then its lease is allowed to expire. */
const MAX_UNSUBSCRIBE_ATTEMPTS = 3;
/** Longer leases are cut to this: the feed may have moved by then. */
const MAX_LEASE_MS = 90 * millisecondsInDay;
/** A renewal is at least this far away, even with a short lease. */
const MIN_RENEWAL_MS = 5_000;

/** How long a hub may take to push. A poll may find younger entries before the push arrives. */
const PUSH_DELAY_MS = 15 * millisecondsInMinute;
/** A hub that missed something is relied on again after this time without another miss; doubled each time. */
const FIRST_DEMOTION_MS = 7 * millisecondsInDay;
const MAX_DEMOTION_MS = 56 * millisecondsInDay;

/** Random values for a new subscription. */
export interface Fresh {
  readonly callbackId: string;
  readonly secret: string;
}

export function noSubscriptions(sourceId: string): SourceSubscriptions {
  return { sourceId, list: [] };
}

/** The subscription in use: not refused and not being ended. */
export function currentSubscription({ list }: SourceSubscriptions): SourceSubscription | undefined {
  return list.find(({ status }) => status === 'active' || status === 'requested' || status === 'pending');
}

/** What the schedule needs to know; undefined for a source that never named a hub. */
export function scheduleView(subscriptions: SourceSubscriptions, now: number): WebSubState | undefined {
  if (subscriptions.discovered === undefined && subscriptions.list.length === 0) return undefined;
  const subscription = currentSubscription(subscriptions);
  if (subscription === undefined || !hasLease(subscription, now))
    return { status: 'none', ...(subscription && { hub: subscription.hub }) };
  const { hub, leaseEndsAt, demotion } = subscription;
  if (demotion !== undefined) return { hub, status: 'demoted', reason: demotion.reason };
  return { hub, status: 'active', ...(leaseEndsAt !== undefined && { leaseEndsAt }) };
}

/**
 * Brings the subscriptions in line with the config: one hub at a time, the first that does not refuse. Subscriptions to
 * another topic, hub or site are ended.
 *
 * @param site  callbacks are below this address; undefined if there should be no subscription
 */
export function reconcile(
  subscriptions: SourceSubscriptions,
  site: string | undefined,
  fresh: Fresh,
  now: number,
): SourceSubscriptions {
  const { discovered } = subscriptions;
  const fits = (subscription: SourceSubscription): boolean =>
    site !== undefined &&
    subscription.site === site &&
    subscription.topic === discovered?.topic &&
    discovered.hubs.includes(subscription.hub);
  const kept = subscriptions.list.flatMap((subscription) => {
    const lapsed = lapse(subscription, now);
    if (lapsed.status === 'unsubscribing') return isOver(lapsed, now) ? [] : [lapsed];
    if (fits(lapsed)) return lapsed.status === 'refused' && lapsed.actAt <= now ? [] : [lapsed];
    return lapsed.status === 'refused' || lapsed.status === 'pending' ? [] : [unsubscribing(lapsed, now)];
  });
  const left = { ...subscriptions, list: kept };
  if (site === undefined || discovered === undefined || currentSubscription(left) !== undefined) return left;
  const refused = new Set(kept.flatMap(({ hub, status }) => (status === 'refused' ? [hub] : [])));
  const hub = discovered.hubs.find((candidate) => !refused.has(candidate));
  if (hub === undefined) return left;
  const subscription: SourceSubscription = {
    hub,
    topic: discovered.topic,
    site,
    ...fresh,
    status: 'pending',
    actAt: now,
    attempts: 0,
    pushes: 0,
    brought: 0,
    ignored: 0,
    missed: 0,
    demotions: 0,
  };
  return { ...left, list: [...kept, subscription] };
}

/** The subscription for which a request must be made now. */
export function dueSubscription({ list }: SourceSubscriptions, now: number): SourceSubscription | undefined {
  return list.find(({ status, actAt }) => status !== 'refused' && actAt <= now);
}

/** To be written before a request is sent. The hub has until `actAt` to confirm. */
export function markRequested(subscription: SourceSubscription, now: number): SourceSubscription {
  const waitMs = Math.min(FIRST_WAIT_MS * 4 ** subscription.attempts, MAX_WAIT_MS);
  return {
    ...subscription,
    status: subscription.status === 'pending' ? 'requested' : subscription.status,
    attempts: subscription.attempts + 1,
    requestedAt: now,
    actAt: beforeLeaseEnds(subscription, now, waitMs),
  };
}

export type HubReply =
  | { readonly kind: 'accepted' }
  /** 4xx: the same request would be refused again. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly retryAfterMs?: number };

/** The hub's response to the request. Its verification arrives at the callback, possibly before this response. */
export function withReply(subscription: SourceSubscription, reply: HubReply, now: number): SourceSubscription {
  switch (reply.kind) {
    case 'accepted':
      return subscription;
    case 'refused':
      if (subscription.status === 'unsubscribing')
        return { ...subscription, attempts: MAX_UNSUBSCRIBE_ATTEMPTS, actAt: now };
      // A running lease is used to its end.
      if (hasLease(subscription, now)) return { ...subscription, trouble: reply.message };
      return refuse(subscription, reply.message, now);
    case 'failed': {
      const { status, attempts } = subscription;
      if (status !== 'unsubscribing' && !hasLease(subscription, now) && attempts >= MAX_ATTEMPTS) {
        return refuse(subscription, reply.message, now);
      }
      const backoffMs = Math.min(FIRST_RETRY_MS * 4 ** (attempts - 1), MAX_WAIT_MS);
      const waitMs = Math.max(backoffMs, reply.retryAfterMs ?? 0);
      return { ...subscription, trouble: reply.message, actAt: beforeLeaseEnds(subscription, now, waitMs) };
    }
  }
}

/**
 * A verification request of the hub (WebSub §5.3). `withVerification` returns undefined for a subscription that we did
 * not request.
 */
export interface Intent {
  readonly mode: 'subscribe' | 'unsubscribe';
  readonly topic: string;
  /** As stated by the hub; undefined if absent. */
  readonly leaseMs: number | undefined;
}

export function withVerification(
  subscription: SourceSubscription,
  intent: Intent,
  now: number,
): SourceSubscription | 'over' | undefined {
  if (intent.topic !== subscription.topic) return undefined;
  if (intent.mode === 'unsubscribe') return subscription.status === 'unsubscribing' ? 'over' : undefined;
  if (subscription.status !== 'requested' && subscription.status !== 'active') return undefined;
  const leaseMs = Math.min(intent.leaseMs ?? REQUESTED_LEASE_MS, MAX_LEASE_MS);
  const { trouble, ...rest } = subscription;
  return {
    ...rest,
    status: 'active',
    attempts: 0,
    activeSince: hasLease(subscription, now) ? (subscription.activeSince ?? now) : now,
    leaseEndsAt: now + leaseMs,
    actAt: now + Math.max(MIN_RENEWAL_MS, Math.floor(leaseMs / 2)),
  };
}

/** Lease that we request: long enough to cost little, short enough to notice a moved feed. */
export const REQUESTED_LEASE_MS = 10 * millisecondsInDay;

/** The hub denies the subscription, at first or later (WebSub §5.2). */
export function withDenial(
  subscription: SourceSubscription,
  reason: string | undefined,
  now: number,
): SourceSubscription | 'over' {
  if (subscription.status === 'unsubscribing') return 'over';
  return refuse(subscription, `the hub denies the subscription${reason === undefined ? '' : `: ${reason}`}`, now);
}

/** A notification with a valid signature arrived. */
export function withNotification(subscription: SourceSubscription, now: number): SourceSubscription {
  return { ...subscription, pushes: subscription.pushes + 1, lastPushAt: now };
}

/** Result of a poll of the source. */
export interface Polled {
  readonly facts: Pick<FeedFacts, 'added' | 'addedTimes'>;
  /** Time of the check before it, if any. */
  readonly lastCheckAt: number | undefined;
}

/**
 * Compares a poll with what the hub should have pushed. New entries older than `PUSH_DELAY_MS` and younger than the
 * subscription were missed. A hub that missed some is demoted: the source is polled as without a hub until a week has
 * passed without another miss (doubled with each demotion, up to eight weeks), and the hub has pushed something again.
 */
export function withPoll(
  subscription: SourceSubscription,
  { facts, lastCheckAt }: Polled,
  now: number,
): SourceSubscription {
  const { activeSince, demotion } = subscription;
  const { added, addedTimes = [] } = facts;
  if (!hasLease(subscription, now) || activeSince === undefined) return subscription;
  const dated = addedTimes.filter((time) => time > activeSince && time < now - PUSH_DELAY_MS).length;
  const sinceLast = lastCheckAt !== undefined && lastCheckAt >= activeSince;
  const undated = sinceLast ? added - addedTimes.length : 0;
  const missed = dated + Math.max(0, undated);
  if (missed > 0) return demote(subscription, missed, now);
  if (demotion === undefined || now < demotion.until || subscription.brought <= demotion.broughtBefore)
    return subscription;
  const { demotion: over, ...trusted } = subscription;
  return trusted;
}

function demote(subscription: SourceSubscription, missed: number, now: number): SourceSubscription {
  // Another miss restarts the time; only another demotion makes it longer.
  const demotions = subscription.demotion === undefined ? subscription.demotions + 1 : subscription.demotions;
  const forMs = Math.min(FIRST_DEMOTION_MS * 2 ** (demotions - 1), MAX_DEMOTION_MS);
  const entries = missed === 1 ? 'an entry' : `${missed} entries`;
  const demotion: HubDemotion = {
    at: subscription.demotion?.at ?? now,
    until: now + forMs,
    reason: `a poll found ${entries} that the hub had not pushed; relied on again after ${formatDuration(forMs)} without a miss`,
    broughtBefore: subscription.brought,
  };
  return { ...subscription, missed: subscription.missed + missed, demotions, demotion };
}

/** Counts the posts that a notification brought. */
export function withPosts(subscription: SourceSubscription, posts: number): SourceSubscription {
  return { ...subscription, brought: subscription.brought + posts };
}

/** True if the subscription is confirmed and its lease has not ended. */
export function hasLease({ status, leaseEndsAt }: SourceSubscription, now: number): boolean {
  return status === 'active' && leaseEndsAt !== undefined && leaseEndsAt > now;
}

export function discoveredHubs(
  hubs: readonly string[],
  self: string | undefined,
  address: string,
): DiscoveredHubs | undefined {
  const usable = [...new Set(hubs)].filter(isWebAddress);
  if (usable.length === 0) return undefined;
  // The hub can only know a feed without rel=self by its address.
  return { hubs: usable, topic: self !== undefined && isWebAddress(self) ? self : address };
}

/** After a lease that ended without renewal, the subscription is as if it had never been confirmed. */
function lapse(subscription: SourceSubscription, now: number): SourceSubscription {
  if (subscription.status !== 'active' || hasLease(subscription, now)) return subscription;
  const { activeSince, leaseEndsAt, ...rest } = subscription;
  return {
    ...rest,
    status: 'requested',
    actAt: Math.min(subscription.actAt, now),
    trouble: 'the lease ended and was not renewed',
  };
}

function unsubscribing(subscription: SourceSubscription, now: number): SourceSubscription {
  return { ...subscription, status: 'unsubscribing', attempts: 0, actAt: now };
}

function isOver({ attempts, leaseEndsAt, actAt }: SourceSubscription, now: number): boolean {
  return (attempts >= MAX_UNSUBSCRIBE_ATTEMPTS && actAt <= now) || (attempts > 0 && (leaseEndsAt ?? Infinity) <= now);
}

function refuse(subscription: SourceSubscription, trouble: string, now: number): SourceSubscription {
  const { activeSince, leaseEndsAt, ...rest } = subscription;
  return { ...rest, status: 'refused', attempts: 0, trouble, actAt: now + REFUSED_MS };
}

/** A renewal comes before nine tenths of the remaining lease have passed, and not sooner than in a few seconds. */
function beforeLeaseEnds({ leaseEndsAt }: SourceSubscription, now: number, waitMs: number): number {
  const leftMs = (leaseEndsAt ?? 0) - now;
  return leftMs <= 0 ? now + waitMs : now + Math.max(MIN_RENEWAL_MS, Math.min(waitMs, Math.floor(leftMs * 0.9)));
}
