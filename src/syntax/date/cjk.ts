/** Which day does a date in Chinese, Japanese or Korean name? */
import { fullYear } from './fields.ts';

export interface CjkDay {
  readonly year?: number;
  readonly month: number;
  readonly day: number;
  /** The rest of the text. */
  readonly rest: string;
}

/** The year before the first year of an era. */
const ERAS: Readonly<Record<string, number>> = {
  令和: 2018,
  平成: 1988,
  昭和: 1925,
  民国: 1911,
  民國: 1911,
  中華民國: 1911,
};

const YEAR_MONTH_DAY =
  /(令和|平成|昭和|中華民國|民[国國])?\s*(\d{1,4}|元)\s*[年년]\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日号號일]?)?/;
const MONTH_DAY = /(\d{1,2})\s*[月월]\s*(\d{1,2})(?!\d)\s*[日号號일]?/;

/** The first such day in the text. A year and month without a day mean the first day of the month. */
export function cjkDay(text: string): CjkDay | undefined {
  const full = YEAR_MONTH_DAY.exec(text);
  if (full !== null) {
    const era = full[1];
    const digits = full[2] ?? '';
    const year = era === undefined ? fullYear(digits) : (ERAS[era] ?? 0) + (digits === '元' ? 1 : Number(digits));
    if (year === undefined) return undefined;
    return { year, month: Number(full[3]), day: Number(full[4] ?? 1), rest: cut(text, full) };
  }
  const partial = MONTH_DAY.exec(text);
  if (partial === null) return undefined;
  return { month: Number(partial[1]), day: Number(partial[2]), rest: cut(text, partial) };
}

function cut(text: string, match: RegExpExecArray): string {
  return `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `24 12月 2021` becomes `24 dec 2021`: some libraries write RFC 822 dates with Chinese month names. */
export function withMonthNames(text: string): string {
  return text.replace(/(?<!\d)(\d{1,2})[月월]/, (whole, number: string) => {
    const month = MONTHS[Number(number) - 1];
    return month === undefined ? whole : ` ${month} `;
  });
}

export function hasHangul(text: string): boolean {
  return /[\uac00-\ud7a3]/.test(text);
}

const NUMERALS = '〇一二三四五六七八九';
const NUMERAL_RUN =
  /[〇零○一二两兩三四五六七八九十廿卅]+(?=\s*(?:[年月日号號时時点點分秒天周週]|个|個|小时|小時|星期|礼拜|禮拜))/g;

/** Replaces Chinese numerals before a unit of time by digits: `二〇二一年十二月二十四日`; weekdays stay as they are. */
export function withoutNumerals(text: string): string {
  if (!/[〇零○一二两兩三四五六七八九十廿卅]/.test(text)) return text;
  return text.replace(NUMERAL_RUN, (run: string, at: number) =>
    /[期周週拜]$/.test(text.slice(0, at)) ? run : String(numeralValue(run)),
  );
}

function digitOf(numeral: string): number {
  if (numeral === '两' || numeral === '兩') return 2;
  return Math.max(0, NUMERALS.indexOf(numeral));
}

function numeralValue(run: string): number {
  const spelt = run.replace('廿', '二十').replace('卅', '三十');
  const ten = spelt.indexOf('十');
  if (ten === -1) return Array.from(spelt).reduce((value, numeral) => value * 10 + digitOf(numeral), 0);
  const tens = ten === 0 ? 1 : digitOf(spelt.charAt(ten - 1));
  return tens * 10 + (ten + 1 < spelt.length ? digitOf(spelt.charAt(ten + 1)) : 0);
}
