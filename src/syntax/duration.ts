/** How long is `15m`? */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: millisecondsInMinute,
  h: millisecondsInHour,
  d: millisecondsInDay,
};

/** The spelling, for schemas: digits and one unit, no sign, no space. */
export const DURATION_PATTERN = /^\d{1,9}(?:ms|s|m|h|d)$/;

/** @returns ms; `undefined` unless the text is one number with a unit, such as `30s`, `15m`, `6h`, `7d`, `200ms`. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined;
  const unit = text.replace(/^\d+/, '');
  const unitMs = UNIT_MS[unit];
  return unitMs === undefined ? undefined : Number.parseInt(text, 10) * unitMs;
}

/** The shortest exact spelling: 5,400,000 gives `90m`. */
export function formatDuration(durationMs: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const unitMs = UNIT_MS[unit] ?? 1;
    if (durationMs !== 0 && durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  }
  return durationMs === 0 ? '0s' : `${durationMs}ms`;
}
