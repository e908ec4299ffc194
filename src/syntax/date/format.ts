/** How is a moment written for people and logs, in UTC? */
import { TZDate } from '@date-fns/tz';
import { formatISO } from 'date-fns/formatISO';
import { lightFormat } from 'date-fns/lightFormat';

/** `2026-11-23T14:05:09Z`: ISO 8601 without fractions of a second. @param epochMs  @throws RangeError for NaN */
export function isoSeconds(epochMs: number): string {
  return formatISO(new TZDate(epochMs, 'UTC'));
}

/** `2026-11-23 14:05 UTC`. @throws RangeError for NaN */
export function utcMinute(epochMs: number): string {
  return `${lightFormat(new TZDate(epochMs, 'UTC'), 'yyyy-MM-dd HH:mm')} UTC`;
}

/** `2026-11-23`. @throws RangeError for NaN */
export function utcDay(epochMs: number): string {
  return lightFormat(new TZDate(epochMs, 'UTC'), 'yyyy-MM-dd');
}
