/** Which time of day, and in which zone, does a free-form date name? */
import type { Clock, DateContext, Zone } from './fields.ts';
import { monthOf, nameKey, weekdayNamed } from './names.ts';
import { namedZone, zonePhrase } from './zones.ts';

export interface FoundClock {
  readonly clock: Clock;
  /** The text before and after it. */
  readonly head: string;
  readonly tail: string;
}

/** Forms of a time, in the order in which they are tried; groups: hour, minute, second, fraction. */
const CLOCKS: readonly RegExp[] = [
  // 10:14:55.123, T9:15, 10:20:30:123; not the offset +08:00
  /(?:(?<=\d)\s?t\s?|(?<![\d:+-]))(\d{1,2})\s?:\s?(\d{1,2})(?:\s?:\s?(\d{1,2})(?:[.,](\d{1,9})|:(\d{3}))?)?(?![\d:])/,
  // 9时5分, 15시 30분, 8点半, 9時
  /(?<!\d)(\d{1,2})\s*(?:时|時(?!間)|點|点|시(?!간))钟?鐘?\s*(?:(\d{1,2})\s*(?:分|분)?\s*(?:(\d{1,2})\s*(?:秒|초))?)?/,
  // 15h30, 15 h 30 min, 15h
  /(?<![\d.:/-])(\d{1,2})\s?(?:h|hs|u)\s?(\d{2})(?:\s?(?:m|mn|min)\.?\s?(?:(\d{2})\s?s)?)?(?![\p{L}\d])/u,
  /(?<![\d.:/-])(\d{1,2})\s?(?:h|uhr|uur|horas|heures|ore)(?!\p{L})/u,
  // 3pm, 5.10 p.m.
  /(?<![\d:./-])(\d{1,2})(?:\.(\d{2}))?(?=\s?[ap]\.?\s?m(?:\.|\b))/,
  // kl. 15.30, 15.30 Uhr, and at the end after a whole date
  /(?<=\b(?:kl|klo|klockan|um|ore|alle|at|at)\.?\s)(\d{1,2})[.](\d{2})(?:\.(\d{2}))?(?!\d)/,
  /(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?=\s?(?:uhr|uur))/,
  /(?<=\d{4}\.?,?\s)(\d{1,2})\.(\d{2})(?:\.(\d{2}))?$/,
];

const HALF = /^\s*半/;
const QUARTER = /^\s*([一三13])刻/;

type Period = 'am' | 'pm' | 'noon' | 'night';

const PERIODS: readonly (readonly [RegExp, Period])[] = [
  [/(?:凌晨|清晨|早上|早晨|上午|午前|今晨|早|오전|새벽|아침)\s*$/, 'am'],
  [/(?:中午|正午|낮)\s*$/, 'noon'],
  [/(?:下午|午后|午後|傍晚|오후|저녁)\s*$/, 'pm'],
  [/(?:晚上|晚间|晚間|夜间|夜間|深夜|夜里|晚|夜|밤)\s*$/, 'night'],
  [/(?<!\p{L})a\.?\s?m\.?\s*$/u, 'am'],
  [/(?<!\p{L})p\.?\s?m\.?\s*$/u, 'pm'],
];

const AFTER: readonly (readonly [RegExp, Period])[] = [
  [/^\s*a\.?\s?m(?!\p{L})\.?/u, 'am'],
  [/^\s*p\.?\s?m(?!\p{L})\.?/u, 'pm'],
  [/^\s*π\.?\s?μ\.?/, 'am'],
  [/^\s*μ\.?\s?μ\.?/, 'pm'],
];

/** Words after a time that only say that it is a time. */
const AFTER_CLOCK = /^\s*(?:h|hs|hrs?|hours|uhr|uur|horas|heures|ч|год|钟|鐘|整|ώρα)(?![\p{L}])\.?/u;

/** @param text  as returned by `plainDateText` */
export function findClock(text: string): FoundClock | undefined {
  for (const form of CLOCKS) {
    const match = form.exec(text);
    if (match === null) continue;
    let head = text.slice(0, match.index);
    let tail = text.slice(match.index + match[0].length);
    let minute = Number(match[2] ?? 0);
    if (HALF.test(tail)) minute = 30;
    const quarter = QUARTER.exec(tail)?.[1];
    if (quarter !== undefined) minute = quarter === '三' || quarter === '3' ? 45 : 15;
    tail = tail.replace(HALF, '').replace(QUARTER, '');
    let period: Period | undefined;
    for (const [pattern, name] of AFTER) {
      if (period !== undefined || !pattern.test(tail)) continue;
      period = name;
      tail = tail.replace(pattern, '');
    }
    for (const [pattern, name] of PERIODS) {
      if (!pattern.test(head)) continue;
      period ??= name;
      head = head.replace(pattern, '');
      break;
    }
    tail = tail.replace(AFTER_CLOCK, '');
    const hour = hourOf(Number(match[1]), period);
    const fraction = match[4] ?? match[5] ?? '';
    const ms = fraction === '' ? 0 : Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6);
    return { clock: { hour, minute, second: Number(match[3] ?? 0), ms }, head, tail };
  }
  return undefined;
}

function hourOf(hour: number, period: Period | undefined): number {
  if (hour > 12 || period === undefined) return hour;
  switch (period) {
    case 'am':
      return hour === 12 ? 0 : hour;
    case 'pm':
      return hour === 12 ? 12 : hour + 12;
    case 'noon':
      return hour < 5 ? hour + 12 : hour;
    case 'night':
      // "Twelve at night" is the end of the day; "one at night" to "four at night" are its beginning.
      return hour === 12 ? 24 : hour < 5 ? hour : hour + 12;
  }
}

export interface FoundZone {
  /** Absent if the text has no zone, or an unknown one. */
  readonly zone?: Zone;
  readonly rest: string;
}

const OFFSET = /^(?:(?:utc|gmt|ut|z)\s*([+-])\s*|([+-]))(\d{1,2})(?::?(\d{2}))?(?::?\d{2})?(?=z?(?![\d:\p{L}]))/u;
const NAMED_OFFSET = /^\s?([+-])(\d{2}):?(\d{2})(?!\d)/;
const WORD = /^([a-zа-я_]+(?:\/[a-z_]+(?:[-/][a-z_]+)*(?:[+-]\d{1,2})?)?)\.?(?![\p{L}\d])/u;

/**
 * Reads the zone at the beginning of the text after a time. Undefined for an invalid offset (`+zz:00`): such a date is
 * not usable.
 */
export function takeZone(tail: string, context: DateContext): FoundZone | undefined {
  const text = tail.replace(/^[\s,;.]+/, '');
  const offset = OFFSET.exec(text);
  if (offset !== null) {
    const minutes = offsetOf(offset[1] ?? offset[2] ?? '+', offset[3] ?? '', offset[4]);
    // A sign may be a dash: `10:00 -24 Dec 2021`.
    if (minutes === undefined) return undefined;
    return { zone: minutes, rest: withoutZoneNames(text.slice(offset[0].length), context) };
  }
  if (/^(?:utc|gmt)?[+-](?=\S)/.test(text)) return undefined;
  const phrase = zonePhrase(text);
  if (phrase !== undefined) return { zone: phrase.zone, rest: text.slice(phrase.length) };
  const word = WORD.exec(text);
  const name = word?.[1];
  if (word === null || name === undefined || isCalendarWord(name)) return { rest: text };
  const rest = text.slice(word[0].length);
  const zone = namedZone(name, context);
  if (zone === undefined) {
    // An unknown zone at the end, or before the year as in ctime, is ignored: an uncertain hour is better than no date.
    return name.length >= 2 && name.length <= 5 && /^\s*(?:\d{4})?$/.test(rest) ? { rest } : { rest: text };
  }
  const more = NAMED_OFFSET.exec(rest);
  const exact = more === null ? undefined : offsetOf(more[1] ?? '+', more[2] ?? '', more[3]);
  if (more !== null && exact !== undefined) return { zone: exact, rest: rest.slice(more[0].length) };
  return { zone, rest };
}

function offsetOf(sign: string, hours: string, minutes: string | undefined): number | undefined {
  const value = Number(hours) * 60 + Number(minutes ?? 0);
  if (value > 14 * 60 || Number(minutes ?? 0) > 59) return undefined;
  return sign === '-' ? -value : value;
}

/** `+0000 UTC`, `-05:00Z`, `-0800 PST`: the name only repeats the offset. */
function withoutZoneNames(rest: string, context: DateContext): string {
  const word = WORD.exec(rest.trimStart());
  const name = word?.[1];
  if (word === null || name === undefined || isCalendarWord(name)) return rest;
  return namedZone(name, context) === undefined ? rest : rest.trimStart().slice(word[0].length);
}

function isCalendarWord(word: string): boolean {
  const key = nameKey(word);
  return monthOf(key) !== undefined || (key.length > 2 && weekdayNamed(key) !== undefined);
}
