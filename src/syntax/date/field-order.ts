/** Which day do numbers and month names mean, in any order? */
import { contextZone, type DateContext, DAY_MS, daysOf, fullYear, localMs, weekdayOf } from './fields.ts';
import { monthOf, nameKey, weekdayNamed } from './names.ts';

interface NumberToken {
  readonly kind: 'number';
  readonly digits: string;
  readonly value: number;
  /** Punctuation between the previous token and this one. */
  readonly signs: string;
}

interface WordToken {
  readonly kind: 'word';
  readonly month: number | undefined;
  readonly weekday: number | undefined;
}

const TOKEN = /(\d+)|(\p{L}[\p{L}\p{M}'’׳`]*(?:-\p{L}[\p{L}\p{M}]*)*)|([^\s\p{L}\d])/gu;

/** Letters directly after a number: 1st, 2nd, 1er, 24-го, 24-én. */
const SUFFIXES: ReadonlySet<string> = new Set('st nd rd th er e eme a o ro do t й го е en an i de'.split(' '));

/** Words between the parts of a date. */
const FILLERS: ReadonlySet<string> = new Set(
  (
    'at on of the and de del di da do la las les le el il du a as um am kl klo klockan ore ora alle den der dne dia om op og och y ' +
    'h hs hrs uhr uur heures horas г в у год года р року ngay thang nam luc van r'
  ).split(' '),
);

/** A text with more words than these before the date is prose. */
const MAX_LEADING_WORDS = 3;

/**
 * Days since 1970 of the day that the text names; undefined if it names no day, or contains anything else.
 *
 * @param text      without time and zone, as returned by `plainDateText`
 * @param american  true if a North American zone follows the date
 */
export function dayFromWords(text: string, context: DateContext, american: boolean): number | undefined {
  const tokens = tokensOf(text, context);
  if (tokens === undefined) return undefined;
  const numbers = tokens.filter((token) => token.kind === 'number');
  const words = tokens.filter((token) => token.kind === 'word');
  const weekday = words.find(
    (word) => word.weekday !== undefined && (word.month === undefined || words.length > 1),
  )?.weekday;
  const month = numbers.length < 3 ? monthAmong(words) : undefined;
  if (month === 'several') return undefined;
  if (month !== undefined) return dayOfMonth(month, numbers, context);
  if (words.some((word) => word.weekday === undefined)) return undefined;
  if (numbers.length === 2) return twoNumbers(numbers, context);
  if (numbers.length !== 3) return undefined;
  return threeNumbers(numbers, weekday, context, american);
}

/** Numbers, months and weekdays; undefined if the text contains anything else. */
function tokensOf(text: string, context: DateContext): readonly (NumberToken | WordToken)[] | undefined {
  const tokens: (NumberToken | WordToken)[] = [];
  let signs = '';
  let leading = 0;
  let lastEnd = -1;
  for (const match of text.matchAll(TOKEN)) {
    const [, digits, word, sign] = match;
    const adjacent = match.index === lastEnd;
    lastEnd = match.index + match[0].length;
    if (sign !== undefined) {
      const allowed = tokens.length === 0 ? /[,.'’:;|·•@~_#-]/ : /[,./'’;|·•@~_#-]/;
      if (!allowed.test(sign)) return undefined;
      signs += sign;
    } else if (digits !== undefined) {
      tokens.push({ kind: 'number', digits, value: Number(digits), signs });
      signs = '';
    } else if (word !== undefined) {
      const before = tokens.at(-1);
      for (const part of partsOf(word)) {
        const key = nameKey(part);
        if (before?.kind === 'number' && (adjacent || signs === '-') && SUFFIXES.has(key)) continue;
        const month = monthOf(key, context.language);
        const weekday = weekdayNamed(key);
        if (month !== undefined || weekday !== undefined) tokens.push({ kind: 'word', month, weekday });
        else if (!FILLERS.has(key) && (tokens.length > 0 || ++leading > MAX_LEADING_WORDS)) return undefined;
      }
      signs = '';
    }
  }
  return tokens;
}

/** `segunda-feira` is one word, `fri-dec` is two. */
function partsOf(word: string): readonly string[] {
  return word.includes('-') && weekdayNamed(nameKey(word)) === undefined ? word.split('-') : [word];
}

/** `mar` is March, and before another month it is Tuesday (`martes`). */
function monthAmong(words: readonly WordToken[]): number | 'several' | undefined {
  const months = words.filter((word) => word.month !== undefined);
  const clear = months.length > 1 ? months.filter((word, index) => index > 0 || word.weekday === undefined) : months;
  return clear.length > 1 ? 'several' : clear[0]?.month;
}

function dayOfMonth(month: number, numbers: readonly NumberToken[], context: DateContext): number | undefined {
  const [first, second] = numbers;
  if (first === undefined) return undefined;
  if (second === undefined) {
    if (isYear(first)) return daysOf(gregorianYear(fullYear(first.digits)), month, 1);
    return first.digits.length <= 2 ? mostRecentDay(month, first.value, context) : undefined;
  }
  const yearFirst = isYear(first) && !isYear(second);
  const [year, day] = yearFirst ? [first, second] : [second, first];
  if (day.digits.length > 2 && !day.digits.startsWith('0')) return undefined;
  return daysOf(gregorianYear(fullYear(year.digits)), month, day.value);
}

function isYear(token: NumberToken): boolean {
  return token.digits.length >= 3 || token.value > 31 || /['’]$/.test(token.signs);
}

/** Thai years count from 543 BC. */
function gregorianYear(year: number | undefined): number {
  if (year === undefined) return NaN;
  return year > 2400 && year < 2700 ? year - 543 : year;
}

function twoNumbers(numbers: readonly NumberToken[], context: DateContext): number | undefined {
  const [first, second] = numbers;
  if (first === undefined || second === undefined) return undefined;
  const sign = second.signs;
  if (first.digits.length === 4 && second.digits.length <= 2) return daysOf(first.value, second.value, 1);
  if (second.digits.length === 4 && first.digits.length <= 2 && sign !== '')
    return daysOf(second.value, first.value, 1);
  if (first.digits.length > 2 || second.digits.length > 2 || !/^[-/.]$/.test(sign)) return undefined;
  const dayFirst = first.value > 12 || (second.value <= 12 && sign !== '-' && isDayFirst(sign, context, false));
  return dayFirst
    ? mostRecentDay(second.value, first.value, context)
    : mostRecentDay(first.value, second.value, context);
}

const FUTURE_DAYS = 2;

/** The most recent such day, at most two days ahead of now. */
export function mostRecentDay(month: number, day: number, context: DateContext): number | undefined {
  const today = Math.floor(localMs(context.now, contextZone(context)) / DAY_MS);
  const thisYear = new Date(today * DAY_MS).getUTCFullYear();
  // A 29 February may be four or eight years back.
  for (let year = thisYear + 1; year > thisYear - 9; year--) {
    const days = daysOf(year, month, day);
    if (days !== undefined && days <= today + FUTURE_DAYS) return days;
  }
  return undefined;
}

type Order = 'ymd' | 'dmy' | 'mdy';

function threeNumbers(
  numbers: readonly NumberToken[],
  weekday: number | undefined,
  context: DateContext,
  american: boolean,
): number | undefined {
  const [first, second, third] = numbers;
  if (first === undefined || second === undefined || third === undefined) return undefined;
  const latest = context.now / DAY_MS + 366;
  const readings = ordersFor(first, third, second.signs, context, american)
    .map((order) => inOrder(order, [first.digits, second.digits, third.digits]))
    .filter((days) => days !== undefined);
  const matching = weekday === undefined ? undefined : readings.find((days) => weekdayOf(days) === weekday);
  if (matching !== undefined) return matching;
  // A year of four digits is certain. With two digits, the reading that is not in the future is used.
  if (first.digits.length === 4 || third.digits.length === 4) return readings[0];
  return readings.find((days) => days <= latest) ?? readings[0];
}

function ordersFor(
  first: NumberToken,
  third: NumberToken,
  sign: string,
  context: DateContext,
  american: boolean,
): readonly Order[] {
  if (first.digits.length >= 3 || first.value > 31) return ['ymd'];
  const european: readonly Order[] = isDayFirst(sign, context, american) ? ['dmy', 'mdy'] : ['mdy', 'dmy'];
  if (third.digits.length === 4) return european;
  const asian = /^(?:zh|ja|ko|hu|lt|mn)\b/i.test(context.language ?? '');
  return asian || sign === '-' ? ['ymd', ...european] : [...european, 'ymd'];
}

function inOrder(order: Order, digits: readonly [string, string, string]): number | undefined {
  const at = (letter: string) => digits[order.indexOf(letter)] ?? '';
  const year = fullYear(at('y'));
  // Blogger writes a zero too many in the month; other numbers of three digits are neither month nor day.
  if (year === undefined || Math.max(at('m').length, at('d').length) > 3) return undefined;
  return daysOf(gregorianYear(year), Number(at('m')), Number(at('d')));
}

/** `03/04/2021` is in March in America and if nothing else is known; in other countries it is in April. */
function isDayFirst(sign: string, context: DateContext, american: boolean): boolean {
  if (sign !== '/') return true;
  if (american) return false;
  const language = context.language?.toLowerCase() ?? '';
  const home = context.timezone ?? '';
  if (/^(?:en-us|en-ph|zh|ja|ko|fil)\b/.test(language) || /^(?:America\/|US\/)/.test(home)) return false;
  if (language === '' || language === 'en') return /^(?:Europe|Africa|Australia|Indian)\//.test(home);
  return true;
}
