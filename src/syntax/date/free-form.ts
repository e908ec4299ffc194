/** Which moment does a date name that has another order, another language or missing parts? */
import { cjkDay, hasHangul, withMonthNames, withoutNumerals } from './cjk.ts';
import { compactDay, withTimeColons, unixTime } from './compact.ts';
import { clockMs, contextZone, type DateContext, DAY_MS, daysOf, MIDNIGHT, type Zone, zoned } from './fields.ts';
import { dayFromWords, mostRecentDay } from './field-order.ts';
import { relativeDate } from './relative.ts';
import { plainDateText, withoutComments } from './clean-text.ts';
import { findClock, type FoundClock, type FoundZone, takeZone } from './time-of-day.ts';

/** Epoch ms; undefined if the text is not a date. */
export function parseFreeDate(text: string, context: DateContext): number | undefined {
  const unix = unixTime(text, context.now);
  if (unix !== undefined) return unix;
  const whole = withoutNumerals(withTimeColons(plainDateText(text)));
  const { plain, comments } = withoutComments(whole);
  if (plain === '') return comments.length === 1 ? writtenDate(comments[0] ?? '', [], context) : undefined;
  return relativeDate(plain, context) ?? writtenDate(plain, comments, context);
}

function writtenDate(text: string, comments: readonly string[], context: DateContext): number | undefined {
  const found = findClock(text);
  const time = clockMs(found?.clock ?? MIDNIGHT);
  const ending = found === undefined ? zoneOfDay(text, context) : zoneAfter(found, context);
  if (time === undefined || ending === undefined) return undefined;
  const zone = ending.zone ?? zoneInComments(comments, context);
  const rest = found === undefined ? ending.rest : `${found.head} ${ending.rest}`;
  const days = dayNamed(rest.trim(), context, typeof zone === 'string' && zone.startsWith('America/'));
  if (days === undefined) return undefined;
  return zoned(days * DAY_MS + time, zone ?? homeZone(text, context));
}

/** The offset of `00:00:01 0000` after a date with a year has lost its sign. */
function zoneAfter({ head, tail }: FoundClock, context: DateContext): FoundZone | undefined {
  return tail.trim() === '0000' && /\d{4}/.test(head) ? { zone: 0, rest: '' } : takeZone(tail, context);
}

/** Hangul is used in one time zone only. */
function homeZone(text: string, context: DateContext): Zone {
  return context.timezone === undefined && hasHangul(text) ? 'Asia/Seoul' : contextZone(context);
}

function dayNamed(text: string, context: DateContext, american: boolean): number | undefined {
  const cjk = cjkDay(text);
  if (cjk !== undefined) {
    if (/\d/.test(cjk.rest)) return undefined;
    return cjk.year === undefined ? mostRecentDay(cjk.month, cjk.day, context) : daysOf(cjk.year, cjk.month, cjk.day);
  }
  return compactDay(text, context.now) ?? dayFromWords(withMonthNames(text), context, american);
}

/** `2003-12-31Z`, `2003-12-31+08:00`, `24 Dec 2021 GMT`: a day with a zone. */
function zoneOfDay(text: string, context: DateContext): FoundZone {
  const match = /(?<=\d)(?:\s*([+-]\d{2}:\d{2}|z)|\s+([a-z]{3,5}))$/.exec(text);
  const name = match?.[1] ?? match?.[2];
  if (match === null || name === undefined) return { rest: text };
  const zone = takeZone(name, context)?.zone;
  return zone === undefined ? { rest: text } : { zone, rest: text.slice(0, match.index) };
}

function zoneInComments(comments: readonly string[], context: DateContext): Zone | undefined {
  for (const comment of comments) {
    const found = takeZone(comment, context);
    if (found?.zone !== undefined && found.rest.trim() === '') return found.zone;
  }
  return undefined;
}
