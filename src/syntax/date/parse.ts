/** Which moment does a date in a feed name? */
import { clockMs, contextZone, type DateContext, DAY_MS, daysOf, zoned } from './fields.ts';
import { parseFreeDate } from './free-form.ts';
import { namedZone } from './zones.ts';

export type { DateContext };

/** Longer texts are not dates. */
const MAX_LENGTH = 200;
/** The `+` of an offset becomes a space if the date was decoded like a query string. */
const LOST_PLUS = /(\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d\d:?\d\d)$/i;

/**
 * Epoch ms of a date in any form that feeds use: RFC 822 and 2822, RFC 3339, ISO 8601 and W3CDTF, ctime, and variants of
 * these in many languages; Unix time; relative dates (`3小时前`, `yesterday 10:15`).
 *
 * A text that names no moment gives undefined; no date is invented. A year or month alone means its beginning; a day
 * without a year means the most recent such day, at most two days ahead of `now`. Whether the date is plausible is not
 * checked here.
 */
export function parseDate(text: string, context: DateContext): number | undefined {
  const start = skipSpace(text);
  const first = text.charCodeAt(start);
  const length = text.length;
  if (length - start >= 10) {
    const fast =
      isDigit(first) && text.charCodeAt(start + 4) === 45
        ? fastIso(text, start, context)
        : fastRfc(text, start, context);
    if (fast !== undefined) return fast;
  }
  const trimmed = text.trim().replace(LOST_PLUS, '$1+$2');
  if (trimmed.length === 0 || trimmed.length > MAX_LENGTH) return undefined;
  return parseFreeDate(trimmed, context);
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13);
}

function skipSpace(text: string): number {
  let at = 0;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Value of exactly two digits; NaN otherwise. */
function twoDigits(text: string, at: number): number {
  const a = text.charCodeAt(at) - 48;
  const b = text.charCodeAt(at + 1) - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : NaN;
}

/** `2004-02-28T18:14:55.123-08:00` and shorter forms in exact spelling; undefined for anything else. */
function fastIso(text: string, start: number, context: DateContext): number | undefined {
  if (text.charCodeAt(start + 7) !== 45) return undefined;
  const year = twoDigits(text, start) * 100 + twoDigits(text, start + 2);
  const days = daysOf(year, twoDigits(text, start + 5), twoDigits(text, start + 8));
  if (days === undefined) return undefined;
  let at = start + 10;
  if (isEnd(text, at)) return local(days * DAY_MS, context);
  const separator = text.charCodeAt(at);
  if ((separator !== 84 && separator !== 116 && separator !== 32) || text.charCodeAt(at + 3) !== 58) return undefined;
  const hour = twoDigits(text, at + 1);
  const minute = twoDigits(text, at + 4);
  let second = 0;
  let ms = 0;
  at += 6;
  if (text.charCodeAt(at) === 58) {
    second = twoDigits(text, at + 1);
    at += 3;
    if (text.charCodeAt(at) === 46) {
      let scale = 100;
      for (at++; isDigit(text.charCodeAt(at)); at++) {
        ms += (text.charCodeAt(at) - 48) * scale;
        scale /= 10;
      }
      ms = Math.floor(ms + 1e-6);
    }
  }
  const clock = clockMs({ hour, minute, second, ms });
  if (clock === undefined) return undefined;
  const moment = days * DAY_MS + clock;
  if (isEnd(text, at)) return local(moment, context);
  const zone = text.charCodeAt(at);
  if (zone === 90 || zone === 122) return isEnd(text, at + 1) ? moment : undefined;
  const offset = fastOffset(text, at);
  return Number.isNaN(offset) ? undefined : moment - offset * 60_000;
}

function local(moment: number, context: DateContext): number {
  return zoned(moment, contextZone(context));
}

/** True if only white space follows. */
function isEnd(text: string, at: number): boolean {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at >= text.length;
}

/** Minutes of `+08:00` or `+0800` at the end of the text; NaN for anything else. */
function fastOffset(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if (sign !== 43 && sign !== 45) return NaN;
  const hours = twoDigits(text, at + 1);
  const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0;
  const minutes = twoDigits(text, at + 3 + colon);
  if (!isEnd(text, at + 5 + colon) || !(hours <= 14 && minutes < 60)) return NaN;
  return (sign === 45 ? -1 : 1) * (hours * 60 + minutes);
}

const MONTH_LETTERS = 'janfebmaraprmayjunjulaugsepoctnovdec';
const MONTH_CODES: ReadonlyMap<number, number> = new Map(
  Array.from({ length: 12 }, (_, index) => [threeLetters(MONTH_LETTERS, index * 3), index + 1]),
);

/** The next three characters in lower case, as one number. */
function threeLetters(text: string, at: number): number {
  return ((text.charCodeAt(at) | 32) << 16) | ((text.charCodeAt(at + 1) | 32) << 8) | (text.charCodeAt(at + 2) | 32);
}

/** Zones of most feeds; other zones are looked up by name. */
const RFC_ZONES: ReadonlyMap<number, number> = new Map(
  Object.entries({ gmt: 0, utc: 0 }).map(([name, minutes]) => [threeLetters(name, 0), minutes]),
);

/** `Sat, 07 Sep 2002 00:00:01 GMT`, with or without weekday and seconds, in exact spelling. */
function fastRfc(text: string, start: number, context: DateContext): number | undefined {
  let at = start;
  if (!isDigit(text.charCodeAt(at))) {
    while (at < start + 10 && text.charCodeAt(at) > 64) at++;
    if (text.charCodeAt(at) === 44) at++;
    if (text.charCodeAt(at) !== 32) return undefined;
    while (text.charCodeAt(at) === 32) at++;
  }
  let day = twoDigits(text, at);
  if (Number.isNaN(day)) {
    day = text.charCodeAt(at) - 48;
    if (!(day >= 1 && day <= 9)) return undefined;
    at++;
  } else at += 2;
  if (text.charCodeAt(at) !== 32 || text.charCodeAt(at + 4) !== 32) return undefined;
  const month = MONTH_CODES.get(threeLetters(text, at + 1));
  if (month === undefined || text.charCodeAt(at + 9) !== 32) return undefined;
  const year = twoDigits(text, at + 5) * 100 + twoDigits(text, at + 7);
  const days = daysOf(year, month, day);
  at += 10;
  if (days === undefined || text.charCodeAt(at + 2) !== 58) return undefined;
  const hour = twoDigits(text, at);
  const minute = twoDigits(text, at + 3);
  let second = 0;
  at += 5;
  if (text.charCodeAt(at) === 58) {
    second = twoDigits(text, at + 1);
    at += 3;
  }
  const clock = clockMs({ hour, minute, second, ms: 0 });
  if (clock === undefined || text.charCodeAt(at) !== 32) return undefined;
  at++;
  const sign = text.charCodeAt(at);
  const moment = days * DAY_MS + clock;
  if (sign !== 43 && sign !== 45) {
    const known = RFC_ZONES.get(threeLetters(text, at));
    if (known !== undefined && isEnd(text, at + 3)) return moment - known * 60_000;
    const named = namedZone(text.slice(at).trimEnd(), context);
    return named === undefined ? undefined : zoned(moment, named);
  }
  const offset = fastOffset(text, at);
  return Number.isNaN(offset) ? undefined : moment - offset * 60_000;
}
