/** Which day or moment does a run of digits name? */
import { DAY_MS, daysOf, fullYear, isLeapYear, weekdayOf } from './fields.ts';

const YEAR_2000_S = 946_684_800;
const TEN_YEARS_S = 315_576_000;

/**
 * Unix time in seconds, ms or µs (also as `/Date(…)/`). Only from the year 2000 to ten years after `now`, so that other
 * numbers are not read as a time.
 */
export function unixTime(text: string, now: number): number | undefined {
  const match = /^(?:\/?date\()?(\d{9,10}(?:\.\d{1,9})?|\d{12,13}|\d{15,16})(?:[+-]\d{4})?(?:\)\/?)?$/i.exec(text);
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  const length = digits.split('.')[0]?.length ?? 0;
  const ms = Number(digits) * (length <= 10 ? 1000 : length <= 13 ? 1 : 0.001);
  return ms >= YEAR_2000_S * 1000 && ms <= now + TEN_YEARS_S * 1000 ? Math.floor(ms) : undefined;
}

/** Adds colons to the times of ISO 8601's basic format: `20040708T235658Z`, `2004-07-08T2356`, `20040708235658`. */
export function withTimeColons(text: string): string {
  const digits = /^(\d{8})(\d{2})(\d{2})(\d{2})?(?!\d)/.exec(text);
  if (digits !== null) return timed(text, digits);
  const basic =
    /^(\d{8}|\d{7}|\d{4}-\d{2}-\d{2}|\d{4}-\d{3}|\d{4}-?w\d{2}-?\d)\s?t\s?(\d{2})(\d{2})?(\d{2})?(?![\d:])/.exec(text);
  if (basic !== null) return timed(text, basic);
  // The log format of web servers: 24/Dec/2021:08:30:00 +0000
  return text.replace(/(\/\d{4}):(?=\d{2}:\d{2})/, '$1 ');
}

function timed(text: string, match: RegExpExecArray): string {
  const [whole, day = '', hour = '', minute = '00', second = '00'] = match;
  return `${day} ${hour}:${minute}:${second}${text.slice(whole.length)}`;
}

/** Days since 1970 of a day in one of ISO 8601's rarer forms; years have four digits, or two as in RFC 2822. */
export function compactDay(text: string, now: number): number | undefined {
  const latest = now / DAY_MS + 366;
  let match = /^(\d{4})-?w(\d{2})(?:-?([1-7]))?$/.exec(text);
  if (match !== null) return dayOfWeek(Number(match[1]), Number(match[2]), Number(match[3] ?? 1));
  match = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (match !== null) return daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
  match = /^(\d{4})-?(\d{3})$/.exec(text) ?? /^(\d{2})-?(\d{3})$/.exec(text);
  if (match !== null) return dayOfYear(fullYear(match[1] ?? ''), Number(match[2]));
  match = /^-(\d{2})-?(\d{2})$/.exec(text);
  if (match !== null) return daysOf(fullYear(match[1] ?? '') ?? NaN, Number(match[2]), 1);
  match = /^(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (match !== null) {
    const short = daysOf(fullYear(match[1] ?? '') ?? NaN, Number(match[2]), Number(match[3]));
    if (short !== undefined && short <= latest) return short;
    return daysOf(Number(text.slice(0, 4)), Number(match[3]), 1);
  }
  // Other numbers of four digits are probably not years.
  return /^(?:1[89]|20|21)\d\d$/.test(text) ? daysOf(Number(text), 1, 1) : undefined;
}

function dayOfYear(year: number | undefined, ordinal: number): number | undefined {
  if (year === undefined || ordinal < 1 || ordinal > (isLeapYear(year) ? 366 : 365)) return undefined;
  const first = daysOf(year, 1, 1);
  return first === undefined ? undefined : first + ordinal - 1;
}

/** ISO 8601 weeks begin on Monday; week 1 contains 4 January. */
function dayOfWeek(year: number, week: number, weekday: number): number | undefined {
  const fourth = daysOf(year, 1, 4);
  if (fourth === undefined || week < 1 || week > 53) return undefined;
  return fourth - ((weekdayOf(fourth) + 6) % 7) + (week - 1) * 7 + weekday - 1;
}
