/** How often should a source be checked, given what it has published? */
import { millisecondsInDay, millisecondsInHour, millisecondsInWeek } from 'date-fns/constants';
import type { ScheduleSettings } from '../../model/settings.ts';

/** This many publishing times are kept; more gain almost nothing (`bench/polling.ts`). */
const REMEMBERED_TIMES = 32;

/** A source that publishes this many posts a day is checked at the default interval. */
const DEFAULT_PER_DAY = 4;

/** Assumed before anything is known: half a post in half a day. It keeps a single post from counting too much. */
const PRIOR_POSTS = 0.5;
const PRIOR_MS = millisecondsInDay / 2;

/** This many posts, spread evenly over the day, are mixed into the hourly profile, so that few posts prove no pattern. */
const PRIOR_PROFILE = 5;
/** Weight of an hour's posts for neighbouring hours, by distance: a bell curve of 1.2 hours. */
const BELL = [0, 1, 2, 3, 4].map((distance) => Math.exp(-(distance ** 2) / (2 * 1.2 ** 2)));

export interface Rhythm {
  /** Time until the next check, within the bounds of the schedule. */
  readonly intervalMs: number;
  readonly perDay: number;
  /** True if the last week was busier than the whole window. */
  readonly isRecent: boolean;
  /** Number of posts from which the rate was computed. */
  readonly posts: number;
  readonly spanMs: number;
}

/**
 * The interval for a source with these publishing times; `undefined` if none is known.
 *
 * Estimate: the number of remembered posts divided by the time from the oldest of them *until now*, with a small prior. The
 * window is a number of posts, so it is short for a newswire and long for a blog, and a source that becomes silent slows
 * down. If the last week alone gives a higher rate, that rate is used, so a source that wakes up is noticed at once. The
 * rate is distributed over the hours of the day like the posts.
 *
 * Rule: a check is due when the integral of √rate has grown by a constant. For a given number of checks, the total delay of
 * all posts is smallest if each source is checked in proportion to the *square root* of its rate. (In proportion to the rate
 * itself, busy sources are checked too often; at equal intervals, too rarely.) The same holds for the hours of a day, so
 * quiet hours cost little.
 *
 * @param times  epoch ms, newest first, none after `now`
 */
export function rhythmOf(times: readonly number[], now: number, schedule: ScheduleSettings): Rhythm | undefined {
  const oldest = times.at(-1);
  if (oldest === undefined) return undefined;
  const spanMs = Math.max(0, now - oldest);
  const allAlong = ((times.length - 1 + PRIOR_POSTS) / (spanMs + PRIOR_MS)) * millisecondsInDay;
  const lastWeek = times.filter((time) => time > now - millisecondsInWeek).length / 7;
  const perDay = Math.max(allAlong, lastWeek);
  const intervalMs = untilSpent(perDay, profileOf(times), now, schedule);
  return {
    intervalMs: clamp(intervalMs, schedule),
    perDay,
    isRecent: lastWeek > 1.5 * allAlong,
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

/** ms from `now` until the integral of √rate has grown by what `defaultMs` is worth for a source of the default rate. */
function untilSpent(perDay: number, profile: readonly number[], now: number, schedule: ScheduleSettings): number {
  let left = Math.sqrt(DEFAULT_PER_DAY) * schedule.defaultMs;
  const end = now + schedule.maxMs;
  for (let at = now; at < end;) {
    const nextHour = (Math.floor(at / millisecondsInHour) + 1) * millisecondsInHour;
    const weight = Math.sqrt(perDay * (profile[hourOf(at)] ?? 1));
    const worth = weight * (nextHour - at);
    if (worth >= left) return at + left / weight - now;
    left -= worth;
    at = nextHour;
  }
  return schedule.maxMs;
}

function hourOf(epochMs: number): number {
  return ((Math.floor(epochMs / millisecondsInHour) % 24) + 24) % 24;
}

/**
 * The publishing times to remember after a document was read, newest first.
 *
 * Only times newer than all remembered ones count, and at most as many as the document had new posts, so that a source that
 * changes the dates of old entries does not raise its rate. New posts without a date count with the time when they were
 * first seen. Several posts at exactly the same time count once.
 *
 * @param published  times of the entries that were read
 * @param added      number of new posts; `undefined` for the first document of a source, of which all times count
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
