/** `feedmill/date`: which moment does a date in a feed name? */
import { parseDate as parseDateText } from '../syntax/date/parse.ts';
import { knownTimezone } from './timezone.ts';

export interface ParseDateOptions {
  /** Relative dates and missing years count from it, epoch ms; absent: now. */
  readonly now?: number;
  /** IANA name, for dates without a zone; absent: UTC. */
  readonly timezone?: string;
  /** BCP 47; decides the meaning of `CST`, `03/04/2021` and a few month names. */
  readonly language?: string;
}

/**
 * RFC 822, RFC 3339, ISO 8601, ctime and their common variants, in many languages; Unix time; relative dates such as
 * `3小时前` and `yesterday 10:15`.
 *
 * @returns epoch ms; undefined for a text that is not a date: no date is invented
 * @throws  RangeError for a time zone that does not exist
 */
export function parseDate(text: string, options: ParseDateOptions = {}): number | undefined {
  const { now = Date.now(), timezone, language } = options;
  return parseDateText(text, {
    now,
    ...(timezone !== undefined && { timezone: knownTimezone(timezone) }),
    ...(language !== undefined && { language }),
  });
}
