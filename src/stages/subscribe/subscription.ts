/** What becomes of our standing orders with hubs, whatever happens? Pure: same arguments, same standing. */
import type { FeedFacts } from '../../model/check.ts';
import type {
  HubDemotion,
  DiscoveredHubs,
  SourceSubscription,
  SourceSubscriptions,
  WebSubState,
} from '../../model/source-subscription.ts';
import { formatDuration } from '../../syntax/duration.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A hub that does not ask whether we meant it is asked again: after an hour, then four times as long each time. */
const FIRST_WAIT_MS = HOUR_MS;
const LONGEST_WAIT_MS = DAY_MS;
/** One that could not be reached is tried again sooner. */
const FIRST_RETRY_MS = MINUTE_MS;
/** After so many requests in vain the next hub has its turn. */
const MOST_ATTEMPTS = 4;
/** A hub that said no, or nothing, is asked again after this time. */
const REFUSED_MS = 7 * DAY_MS;
/** A hub is told so often that we leave; then its lease ends by itself. */
const MOST_FAREWELLS = 3;
/** No lease is believed to last longer: the feed may have moved by then. */
const LONGEST_LEASE_MS = 90 * DAY_MS;
/** A renewal is never closer than this, however short the lease. */
const SOONEST_RENEWAL_MS = 5_000;

/** A push may take so long; what a poll finds that is younger was perhaps on its way. */
const ON_ITS_WAY_MS = 15 * MINUTE_MS;
/** A hub that missed something is trusted again after this time without a further miss; doubled each time. */
const FIRST_DEMOTION_MS = 7 * DAY_MS;
const LONGEST_DEMOTION_MS = 56 * DAY_MS;

/** What a new order needs that nobody can guess. */
export interface Fresh {
  readonly callbackId: string;
  readonly secret: string;
}

export function noSubscriptions(sourceId: string): SourceSubscriptions {
  return { sourceId, orders: [] };
}

/** The order that counts: what is asked for, not what is being ended. */
export function currentSubscription({ orders }: SourceSubscriptions): SourceSubscription | undefined {
  return orders.find(({ status }) => status === 'active' || status === 'asked' || status === 'wanted');
}

/** What the schedule goes by; undefined for a source that never named a hub. */
export function scheduleView(standing: SourceSubscriptions, now: number): WebSubState | undefined {
  if (standing.offer === undefined && standing.orders.length === 0) return undefined;
  const order = currentSubscription(standing);
  if (order === undefined || !hasLease(order, now)) return { status: 'none', ...(order && { hub: order.hub }) };
  const { hub, leaseEndsAt, demotion } = order;
  if (demotion !== undefined) return { hub, status: 'demoted', reason: demotion.reason };
  return { hub, status: 'active', ...(leaseEndsAt !== undefined && { leaseEndsAt }) };
}

/**
 * Brings the orders in line with what is wanted: one hub at a time, the first that does not refuse. What is for another
 * topic, hub or site is ended.
 *
 * @param site  the address that callbacks are below; undefined where no subscription is wanted
 */
export function reconcile(
  standing: SourceSubscriptions,
  site: string | undefined,
  fresh: Fresh,
  now: number,
): SourceSubscriptions {
  const { offer } = standing;
  const fits = (order: SourceSubscription): boolean =>
    site !== undefined && order.site === site && order.topic === offer?.topic && offer.hubs.includes(order.hub);
  const kept = standing.orders.flatMap((order) => {
    const lapsed = lapse(order, now);
    if (lapsed.status === 'leaving') return isOver(lapsed, now) ? [] : [lapsed];
    if (fits(lapsed)) return lapsed.status === 'refused' && lapsed.actAt <= now ? [] : [lapsed];
    return lapsed.status === 'refused' || lapsed.status === 'wanted' ? [] : [leaving(lapsed, now)];
  });
  const left = { ...standing, orders: kept };
  if (site === undefined || offer === undefined || currentSubscription(left) !== undefined) return left;
  const refused = new Set(kept.flatMap(({ hub, status }) => (status === 'refused' ? [hub] : [])));
  const hub = offer.hubs.find((candidate) => !refused.has(candidate));
  if (hub === undefined) return left;
  const order: SourceSubscription = {
    hub,
    topic: offer.topic,
    site,
    ...fresh,
    status: 'wanted',
    actAt: now,
    attempts: 0,
    pushes: 0,
    brought: 0,
    ignored: 0,
    missed: 0,
    demotions: 0,
  };
  return { ...left, orders: [...kept, order] };
}

/** The order that a request is to be made for now. */
export function dueSubscription({ orders }: SourceSubscriptions, now: number): SourceSubscription | undefined {
  return orders.find(({ status, actAt }) => status !== 'refused' && actAt <= now);
}

/** A request is about to be sent. Until `actAt` the hub has time to confirm. */
export function markRequested(order: SourceSubscription, now: number): SourceSubscription {
  const waitMs = Math.min(FIRST_WAIT_MS * 4 ** order.attempts, LONGEST_WAIT_MS);
  return {
    ...order,
    status: order.status === 'wanted' ? 'asked' : order.status,
    attempts: order.attempts + 1,
    askedAt: now,
    actAt: beforeLeaseEnds(order, now, waitMs),
  };
}

export type HubReply =
  | { readonly kind: 'accepted' }
  /** 4xx: asking the same again would be refused again. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly retryAfterMs?: number };

/** What the hub said to the request itself. Its question comes by the callback, perhaps even before this. */
export function withReply(order: SourceSubscription, reply: HubReply, now: number): SourceSubscription {
  switch (reply.kind) {
    case 'accepted':
      return order;
    case 'refused':
      if (order.status === 'leaving') return { ...order, attempts: MOST_FAREWELLS, actAt: now };
      // A lease that runs is used to its end.
      if (hasLease(order, now)) return { ...order, trouble: reply.message };
      return refuse(order, reply.message, now);
    case 'failed': {
      const { status, attempts } = order;
      if (status !== 'leaving' && !hasLease(order, now) && attempts >= MOST_ATTEMPTS) {
        return refuse(order, reply.message, now);
      }
      const backoffMs = Math.min(FIRST_RETRY_MS * 4 ** (attempts - 1), LONGEST_WAIT_MS);
      const waitMs = Math.max(backoffMs, reply.retryAfterMs ?? 0);
      return { ...order, trouble: reply.message, actAt: beforeLeaseEnds(order, now, waitMs) };
    }
  }
}

/** The hub's question whether we meant it (WebSub §5.3); undefined for what we do not wish. */
export interface Intent {
  readonly mode: 'subscribe' | 'unsubscribe';
  readonly topic: string;
  /** As the hub says; undefined where it says none. */
  readonly leaseMs: number | undefined;
}

export function withVerification(
  order: SourceSubscription,
  intent: Intent,
  now: number,
): SourceSubscription | 'over' | undefined {
  if (intent.topic !== order.topic) return undefined;
  if (intent.mode === 'unsubscribe') return order.status === 'leaving' ? 'over' : undefined;
  if (order.status !== 'asked' && order.status !== 'active') return undefined;
  const leaseMs = Math.min(intent.leaseMs ?? REQUESTED_LEASE_MS, LONGEST_LEASE_MS);
  const { trouble, ...rest } = order;
  return {
    ...rest,
    status: 'active',
    attempts: 0,
    activeSince: hasLease(order, now) ? (order.activeSince ?? now) : now,
    leaseEndsAt: now + leaseMs,
    actAt: now + Math.max(SOONEST_RENEWAL_MS, Math.floor(leaseMs / 2)),
  };
}

/** What we ask for: long enough to be no burden, short enough that a moved feed is noticed. */
export const REQUESTED_LEASE_MS = 10 * DAY_MS;

/** The hub says that there is no subscription, at first or later (WebSub §5.2). */
export function withDenial(
  order: SourceSubscription,
  reason: string | undefined,
  now: number,
): SourceSubscription | 'over' {
  if (order.status === 'leaving') return 'over';
  return refuse(order, `the hub denies the subscription${reason === undefined ? '' : `: ${reason}`}`, now);
}

/** A notification with a good signature arrived. */
export function withNotification(order: SourceSubscription, now: number): SourceSubscription {
  return { ...order, pushes: order.pushes + 1, lastPushAt: now };
}

/** What was found when a poll of the source had ended. */
export interface Polled {
  readonly facts: Pick<FeedFacts, 'added' | 'addedTimes'>;
  /** When the source was checked before, if ever. */
  readonly lastCheckAt: number | undefined;
}

/**
 * What a poll says about the hub that should have pushed: new entries that are older than a push may take, and younger than the
 * subscription, were missed. A hub that missed some is demoted: the source is polled as if there were none, for a week without a further
 * miss (doubled with each demotion, to eight weeks) and until it has brought something again.
 */
export function withPoll(order: SourceSubscription, { facts, lastCheckAt }: Polled, now: number): SourceSubscription {
  const { activeSince, demotion } = order;
  const { added, addedTimes = [] } = facts;
  if (!hasLease(order, now) || activeSince === undefined) return order;
  const dated = addedTimes.filter((time) => time > activeSince && time < now - ON_ITS_WAY_MS).length;
  const sinceLast = lastCheckAt !== undefined && lastCheckAt >= activeSince;
  const undated = sinceLast ? added - addedTimes.length : 0;
  const missed = dated + Math.max(0, undated);
  if (missed > 0) return demote(order, missed, now);
  if (demotion === undefined || now < demotion.until || order.brought <= demotion.broughtBefore) return order;
  const { demotion: over, ...trusted } = order;
  return trusted;
}

function demote(order: SourceSubscription, missed: number, now: number): SourceSubscription {
  // A further miss starts the time anew; only a new fall makes it longer.
  const demotions = order.demotion === undefined ? order.demotions + 1 : order.demotions;
  const forMs = Math.min(FIRST_DEMOTION_MS * 2 ** (demotions - 1), LONGEST_DEMOTION_MS);
  const entries = missed === 1 ? 'an entry' : `${missed} entries`;
  const demotion: HubDemotion = {
    at: order.demotion?.at ?? now,
    until: now + forMs,
    reason: `a poll found ${entries} that the hub had not pushed; trusted again after ${formatDuration(forMs)} without a miss`,
    broughtBefore: order.brought,
  };
  return { ...order, missed: order.missed + missed, demotions, demotion };
}

/** The posts that a notification brought. */
export function withPosts(order: SourceSubscription, posts: number): SourceSubscription {
  return { ...order, brought: order.brought + posts };
}

/** Confirmed, and its lease runs. */
export function hasLease({ status, leaseEndsAt }: SourceSubscription, now: number): boolean {
  return status === 'active' && leaseEndsAt !== undefined && leaseEndsAt > now;
}

export function discoveredHubs(
  hubs: readonly string[],
  self: string | undefined,
  address: string,
): DiscoveredHubs | undefined {
  const usable = [...new Set(hubs)].filter(isWeb);
  if (usable.length === 0) return undefined;
  // A feed that does not say its own name is known to its hub by its address, if at all.
  return { hubs: usable, topic: self !== undefined && isWeb(self) ? self : address };
}

function isWeb(url: string): boolean {
  return /^https?:\/\//iu.test(url) && URL.canParse(url);
}

/** A lease that ended without renewal: the order is as if it had never been confirmed. */
function lapse(order: SourceSubscription, now: number): SourceSubscription {
  if (order.status !== 'active' || hasLease(order, now)) return order;
  const { activeSince, leaseEndsAt, ...rest } = order;
  return {
    ...rest,
    status: 'asked',
    actAt: Math.min(order.actAt, now),
    trouble: 'the lease ended and was not renewed',
  };
}

function leaving(order: SourceSubscription, now: number): SourceSubscription {
  return { ...order, status: 'leaving', attempts: 0, actAt: now };
}

function isOver({ attempts, leaseEndsAt, actAt }: SourceSubscription, now: number): boolean {
  return (attempts >= MOST_FAREWELLS && actAt <= now) || (attempts > 0 && (leaseEndsAt ?? Infinity) <= now);
}

function refuse(order: SourceSubscription, trouble: string, now: number): SourceSubscription {
  const { activeSince, leaseEndsAt, ...rest } = order;
  return { ...rest, status: 'refused', attempts: 0, trouble, actAt: now + REFUSED_MS };
}

/** A renewal must come in time: never later than at nine tenths of what is left of the lease, nor sooner than in a few seconds. */
function beforeLeaseEnds({ leaseEndsAt }: SourceSubscription, now: number, waitMs: number): number {
  const leftMs = (leaseEndsAt ?? 0) - now;
  return leftMs <= 0 ? now + waitMs : now + Math.max(SOONEST_RENEWAL_MS, Math.min(waitMs, Math.floor(leftMs * 0.9)));
}
