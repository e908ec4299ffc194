/** Which moment do the fields of a date name, in a given zone? */
import { offsetMinutes } from './zones.ts';

export interface DateContext {
  /** Epoch ms; relative dates and missing years are counted from it. */
  readonly now: number;
  /** IANA name, for dates without a zone; absent: UTC. */
  readonly timezone?: string;
  /** BCP 47; decides the meaning of `CST`, `03/04/2021` and a few month names. */
  readonly language?: string;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

export const MIDNIGHT: Clock = { hour: 0, minute: 0, second: 0, ms: 0 };

/** Minutes east of UTC, or an IANA name. */
export type Zone = number | string;

export function contextZone(context: DateContext): Zone {
  return context.timezone ?? 0;
}

const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN[month - 1] ?? 0);
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar; undefined for a day that does not exist. */
export function daysOf(year: number, month: number, day: number): number | undefined {
  if (!(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return undefined;
  if (day > 28 && day > daysInMonth(year, month)) return undefined;
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  return past * 365 + leapDays + (DAYS_BEFORE[month - 1] ?? 0) + leapDay + day - 719_163;
}

/** ms since midnight; `24:00` is the next midnight, second 60 (a leap second) the next minute. */
export function clockMs({ hour, minute, second, ms }: Clock): number | undefined {
  if (!(hour >= 0 && hour <= 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60)) return undefined;
  if (hour === 24 && (minute > 0 || second > 0 || ms > 0)) return undefined;
  return hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + ms;
}

/**
 * Epoch ms of a local time, which is given as if it were UTC. A time that a clock change skips is moved forward by the
 * length of the gap; of a time that occurs twice the first is used (Temporal's `compatible`).
 */
export function zoned(localMs: number, zone: Zone): number {
  if (typeof zone === 'number') return localMs - zone * MINUTE_MS;
  const before = offsetMinutes(zone, localMs - DAY_MS) ?? 0;
  const after = offsetMinutes(zone, localMs + DAY_MS) ?? 0;
  const early = localMs - before * MINUTE_MS;
  if (before === after) return early;
  if (offsetMinutes(zone, early) === before) return early;
  const late = localMs - after * MINUTE_MS;
  return offsetMinutes(zone, late) === after ? late : early;
}

/** Local time as if it were UTC. */
export function localMs(epochMs: number, zone: Zone): number {
  return epochMs + (typeof zone === 'number' ? zone : (offsetMinutes(zone, epochMs) ?? 0)) * MINUTE_MS;
}

/** 0 = Sunday. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/** Two digits as in RFC 2822 §4.3: 00 to 49 are of this century. Three digits count from 1900 (100 to 199 only). */
export function fullYear(digits: string): number | undefined {
  const value = Number(digits);
  if (digits.length === 4) return value;
  if (digits.length === 2) return value < 50 ? 2000 + value : 1900 + value;
  return digits.length === 3 && value >= 100 && value < 200 ? 1900 + value : undefined;
}
