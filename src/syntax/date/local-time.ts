/** What does the clock of a time zone show at a given time? */
import { tzOffset } from '@date-fns/tz';
import { millisecondsInMinute } from 'date-fns/constants';

/** A moment on the clock of a zone; month 1 to 12, weekday 0 = Sunday. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  /** `+0800` */
  readonly offset: string;
}

/** @param timezone  IANA name */
export function localParts(epochMs: number, timezone: string): DateParts & { readonly second: number } {
  const offsetMinutes = tzOffset(timezone, new Date(epochMs));
  const local = new Date(epochMs + offsetMinutes * millisecondsInMinute);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    offset: formatOffset(offsetMinutes),
  };
}

/** `2021-12-24` */
export function isoDay({ year, month, day }: DateParts): string {
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** `00:59:51` */
export function isoTime({ hour, minute, second }: DateParts & { readonly second: number }): string {
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

function formatOffset(minutes: number): string {
  const size = Math.abs(Math.round(minutes));
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
