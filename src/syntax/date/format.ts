/** How is a time written for people and logs, in UTC or in the zone of the site? */
import { TZDate } from '@date-fns/tz';
import { formatISO } from 'date-fns/formatISO';
import { lightFormat } from 'date-fns/lightFormat';

/** `2026-11-23T14:05:09Z`: ISO 8601 without fractions of a second. @param epochMs  @throws RangeError for NaN */
export function isoSeconds(epochMs: number): string {
  return formatISO(new TZDate(epochMs, 'UTC'));
}

/** `2026-11-23T22:05:09+08:00`, on the clock of a time zone. @param timezone  IANA name  @throws RangeError for NaN */
export function isoInZone(epochMs: number, timezone: string): string {
  return formatISO(new TZDate(epochMs, timezone));
}

/** `2026-11-23 14:05 UTC`. @throws RangeError for NaN */
export function utcMinute(epochMs: number): string {
  return `${lightFormat(new TZDate(epochMs, 'UTC'), 'yyyy-MM-dd HH:mm')} UTC`;
}

/** `2026-11-23`. @throws RangeError for NaN */
export function utcDay(epochMs: number): string {
  return lightFormat(new TZDate(epochMs, 'UTC'), 'yyyy-MM-dd');
}
