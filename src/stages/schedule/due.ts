/** When is the next check, and which rule says so? */
import type { HttpHints } from '../../model/fetch-outcome.ts';
import type { ScheduleSettings } from '../../model/settings.ts';
import type { CheckReason, SourceState } from '../../model/source-state.ts';
import { clamp, rhythmOf } from './adaptive.ts';
import { firstOpen } from './skip.ts';
import { atTime, inWords, rateInWords } from './words.ts';

const DAY_MS = 86_400_000;
/** No wish of an origin holds for longer; nonsense such as a year is not meant for feeds. */
const LONGEST_WISH_MS = 31 * DAY_MS;
/** The part of a wait that is left to chance, so that sources do not march in step. Always added, never taken off. */
const JITTER_SHARE = 0.1;
const MOST_JITTER_MS = 600_000;

export interface Due {
  readonly nextCheckAt: number;
  readonly reason: CheckReason;
  readonly reasonText: string;
}

/** One rule's opinion; the latest counts. */
export interface Wish {
  readonly at: number;
  readonly reason: CheckReason;
  readonly text: string;
  /** An interval that the operator fixed is kept to the ms: the sources were spread when they were added. */
  readonly exact?: boolean;
}

export interface Moment {
  readonly schedule: ScheduleSettings;
  /** When the check that is now over was due. */
  readonly checkedAt: number;
  readonly now: number;
  /** 0 to 1. */
  readonly jitter: number;
}

/** The source's own rhythm, before anybody else is asked: fixed, adaptive, or the daily look at a hub that pushes. */
export function rhythmWish(state: SourceState, moment: Moment): Wish {
  const { schedule, now } = moment;
  const { websub } = state;
  if (websub?.status === 'active' && (websub.leaseEndsAt ?? Infinity) > now) {
    const at = onward(Math.max(DAY_MS, schedule.minMs), moment);
    return { at, reason: 'websub', text: `the hub ${websub.hub ?? ''} pushes what is new; a daily check on it` };
  }
  if (schedule.minMs >= schedule.maxMs) {
    const at = onward(schedule.minMs, moment);
    return { at, reason: 'interval', text: `always every ${inWords(schedule.minMs)}`, exact: true };
  }
  const rhythm = rhythmOf(state.publishedTimes, now, schedule);
  if (rhythm === undefined) {
    const interval = clamp(schedule.defaultMs, schedule);
    const text = `every ${inWords(interval)}, as long as no publishing time is known`;
    return { at: onward(interval, moment), reason: 'interval', text };
  }
  const { intervalMs, perDay, isLately, posts, spanMs } = rhythm;
  const bound =
    intervalMs <= schedule.minMs ? ' (schedule.min)' : intervalMs >= schedule.maxMs ? ' (schedule.max)' : '';
  const seen = `${posts} ${posts === 1 ? 'post' : 'posts'} in ${inWords(spanMs)}, ${isLately ? 'lately ' : ''}${rateInWords(perDay)}`;
  return {
    at: onward(intervalMs, moment),
    reason: 'adaptive',
    text: `${seen}: again after ${inWords(intervalMs)}${bound}`,
  };
}

/**
 * An interval on from when the check was due, so that no time is lost to waiting and fetching; but where the check came late by more
 * than half of it, on from now.
 */
export function onward(intervalMs: number, { checkedAt, now }: Moment): number {
  const at = Math.min(checkedAt, now) + intervalMs;
  return at >= now + intervalMs / 2 ? at : now + intervalMs;
}

/** What the answer said, counted from its arrival. */
export function httpWishes({ freshForMs, retryAfterMs }: HttpHints, now: number): Wish[] {
  const wishes: Wish[] = [];
  if (freshForMs !== undefined && freshForMs > 0) {
    const text = `the answer is fresh for ${inWords(freshForMs)} (Cache-Control or Expires)`;
    wishes.push({ at: now + Math.min(freshForMs, LONGEST_WISH_MS), reason: 'max-age', text });
  }
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    const text = `the origin asks to wait ${inWords(retryAfterMs)} (Retry-After)`;
    wishes.push({ at: now + Math.min(retryAfterMs, LONGEST_WISH_MS), reason: 'retry-after', text });
  }
  return wishes;
}

/**
 * What the feed itself said when it was last read. Unlike what HTTP says, it is a habit written into a template
 * rather than a request: the operator's `schedule.max` is the most that it can ask for.
 */
export function feedWishes({ ttlMs, updatePeriodMs }: SourceState, moment: Moment): Wish[] {
  const wishes: Wish[] = [];
  if (ttlMs !== undefined && ttlMs > 0) {
    wishes.push(boundedWish(ttlMs, 'ttl', `the feed may be kept for ${inWords(ttlMs)} (ttl`, moment));
  }
  if (updatePeriodMs !== undefined && updatePeriodMs > 0) {
    const text = `the feed says that it is updated every ${inWords(updatePeriodMs)} (sy:updatePeriod`;
    wishes.push(boundedWish(updatePeriodMs, 'update-period', text, moment));
  }
  return wishes;
}

/** @param text  with a bracket still open */
function boundedWish(waitMs: number, reason: CheckReason, text: string, moment: Moment): Wish {
  const { schedule, now } = moment;
  if (waitMs <= schedule.maxMs) return { at: now + waitMs, reason, text: `${text})` };
  const bound = `${text}; schedule.max is ${inWords(schedule.maxMs)})`;
  return { at: onward(Math.max(schedule.minMs, schedule.maxMs), moment), reason, text: bound };
}

/** The latest wish, with jitter, moved out of the hours and days that the feed skips. */
export function decide(first: Wish, others: readonly Wish[], state: SourceState, { now, jitter }: Moment): Due {
  const latest = others.reduce((chosen, wish) => (wish.at > chosen.at ? wish : chosen), first);
  const spread = Math.min(JITTER_SHARE * Math.max(0, latest.at - now), MOST_JITTER_MS) * jitter;
  const at = Math.round(first.exact === true ? latest.at : latest.at + spread);
  const skip = { hours: state.skipHours ?? [], days: state.skipDays ?? [] };
  const open = firstOpen(at, skip);
  if (open === at) return { nextCheckAt: at, reason: latest.reason, reasonText: latest.text };
  const byDay = skip.days.includes(new Date(at).getUTCDay());
  return {
    // Everybody who obeys comes when the hour is over; a few minutes of difference do the origin good.
    nextCheckAt: Math.round(open + MOST_JITTER_MS * jitter),
    reason: byDay ? 'skip-days' : 'skip-hours',
    reasonText: `${atTime(at)} falls into the ${byDay ? 'days' : 'hours'} in which the feed is not to be read (${byDay ? 'skipDays' : 'skipHours'}); before that: ${latest.text}`,
  };
}
