/** How often is a source worth asking, by what it has published? */
import type { ScheduleSettings } from '../../model/settings.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** So many publishing times are remembered; more gain next to nothing (`bench/polling.ts`). */
const REMEMBERED_TIMES = 32;

/** A source that publishes so much is asked at the default interval; that is what gives the default its meaning. */
const DEFAULT_PER_DAY = 4;

/** How much is assumed before anything is seen: half a post in half a day. Keeps one lucky post from meaning much. */
const PRIOR_POSTS = 0.5;
const PRIOR_MS = DAY_MS / 2;

/** So many posts spread evenly over the day are mixed into the profile of hours, so that few posts prove no habit. */
const PRIOR_PROFILE = 5;
/** Weight of an hour's posts for the hours around it, by distance: a bell of 1.2 hours. */
const BELL = [0, 1, 2, 3, 4].map((distance) => Math.exp(-(distance ** 2) / (2 * 1.2 ** 2)));

export interface Rhythm {
  /** Until the next check, between the bounds of the schedule. */
  readonly intervalMs: number;
  readonly perDay: number;
  /** The last week was busier than the whole. */
  readonly isLately: boolean;
  /** What the rate was made from. */
  readonly posts: number;
  readonly spanMs: number;
}

/**
 * The interval for a source with these publishing times, `undefined` where none is known.
 *
 * Estimator: the posts of the remembered window over its length *up to now*, with a small prior. The window is counted in posts, so
 * it is short for a newswire and long for a blog, and a source that falls silent slows down by itself; where the last week
 * alone gives a higher rate, that one counts, so that a source which wakes up is noticed at once. The rate is
 * spread over the hours of the day as the posts were.
 *
 * Rule: a check is due when the integral of √rate has grown by a constant. For a number of checks that is given, the sum
 * of all posts' waiting times is least when each source is asked in proportion to the *square root* of its rate (in proportion to
 * the rate itself, the busy ones are asked too much and the rest too little; all alike, the other way round). The same
 * holds for the hours within a day, so nights and other quiet hours cost little.
 *
 * @param times  epoch ms, newest first, none after `now`
 */
export function rhythmOf(times: readonly number[], now: number, schedule: ScheduleSettings): Rhythm | undefined {
  const oldest = times.at(-1);
  if (oldest === undefined) return undefined;
  const spanMs = Math.max(0, now - oldest);
  const allAlong = ((times.length - 1 + PRIOR_POSTS) / (spanMs + PRIOR_MS)) * DAY_MS;
  const lastWeek = times.filter((time) => time > now - WEEK_MS).length / 7;
  const perDay = Math.max(allAlong, lastWeek);
  const intervalMs = untilSpent(perDay, profileOf(times), now, schedule);
  return {
    intervalMs: clamp(intervalMs, schedule),
    perDay,
    isLately: lastWeek > 1.5 * allAlong,
    posts: times.length,
    spanMs,
  };
}

export function clamp(intervalMs: number, { minMs, maxMs }: ScheduleSettings): number {
  return Math.min(Math.max(intervalMs, minMs), Math.max(minMs, maxMs));
}

/** Weight of each hour of the day (UTC), 1 on average. */
function profileOf(times: readonly number[]): readonly number[] {
  const counts = new Array<number>(24).fill(0);
  for (const time of times) {
    const hour = hourOf(time);
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  const smooth = counts.map((_count, hour) =>
    BELL.reduce((sum, weight, distance) => {
      const before = counts[(hour + 24 - distance) % 24] ?? 0;
      const after = distance === 0 ? 0 : (counts[(hour + distance) % 24] ?? 0);
      return sum + weight * (before + after);
    }, 0),
  );
  const mean = smooth.reduce((sum, weight) => sum + weight, 0) / 24;
  const trust = times.length / (times.length + PRIOR_PROFILE);
  return smooth.map((weight) => trust * (weight / mean) + (1 - trust));
}

/** ms from `now` until the integral of √rate has grown by what `defaultMs` at the rate of a default source is worth. */
function untilSpent(perDay: number, profile: readonly number[], now: number, schedule: ScheduleSettings): number {
  let left = Math.sqrt(DEFAULT_PER_DAY) * schedule.defaultMs;
  const end = now + schedule.maxMs;
  for (let at = now; at < end;) {
    const nextHour = (Math.floor(at / HOUR_MS) + 1) * HOUR_MS;
    const weight = Math.sqrt(perDay * (profile[hourOf(at)] ?? 1));
    const worth = weight * (nextHour - at);
    if (worth >= left) return at + left / weight - now;
    left -= worth;
    at = nextHour;
  }
  return schedule.maxMs;
}

function hourOf(epochMs: number): number {
  return ((Math.floor(epochMs / HOUR_MS) % 24) + 24) % 24;
}

/**
 * The remembered times after a document was read, newest first.
 *
 * Only times newer than all remembered count, and no more of them than the document had new posts, so that a source which stamps its
 * old entries anew gains no rate by it. New posts without a date count as published when they were first seen. Several at the
 * very same moment are one.
 *
 * @param published  times of the entries that were read
 * @param added      new posts in the document; `undefined` for the first document of a source, whose times all count
 */
export function rememberTimes(
  remembered: readonly number[],
  published: readonly number[],
  added: number | undefined,
  now: number,
): readonly number[] {
  const past = published.filter((time) => time <= now).sort((a, b) => b - a);
  if (added === undefined) return newest([...past, ...remembered]);
  const latest = remembered[0] ?? -Infinity;
  const fresh = past.filter((time) => time > latest).slice(0, added);
  const undated = published.length === 0 && added > 0 ? [now] : [];
  return fresh.length + undated.length === 0 ? remembered : newest([...undated, ...fresh, ...remembered]);
}

function newest(times: readonly number[]): readonly number[] {
  return [...new Set(times)].sort((a, b) => b - a).slice(0, REMEMBERED_TIMES);
}
