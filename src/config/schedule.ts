/** Which schedule does a source have, if several parts of the config set it? */
import type { ScheduleSettings } from '../model/settings.ts';

export interface ScheduleValues {
  readonly default?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

type Key = keyof ScheduleValues;

/** In ascending order. */
const PAIRS: readonly (readonly [Key, Key])[] = [
  ['min', 'max'],
  ['min', 'default'],
  ['default', 'max'],
];

export interface ScheduleReading {
  readonly schedule: ScheduleSettings;
  /** Keys of one part that contradict each other: the value of the first is larger than that of the second. */
  readonly conflict?: readonly [Key, Key];
}

/**
 * If values contradict each other (`default: 1m` below a `min` of 10m), the more specific part wins and the other
 * value moves.
 *
 * @param parts  from the general to the specific; together they set every key. ms
 */
export function scheduleOf(parts: readonly ScheduleValues[]): ScheduleReading {
  const values = { default: 0, min: 0, max: 0 };
  const levels = { default: 0, min: 0, max: 0 };
  parts.forEach((part, level) => {
    for (const key of ['default', 'min', 'max'] as const) {
      const value = part[key];
      if (value !== undefined) [values[key], levels[key]] = [value, level];
    }
  });
  let conflict: readonly [Key, Key] | undefined;
  for (const [low, high] of PAIRS) {
    if (values[low] <= values[high]) continue;
    if (levels[low] === levels[high]) conflict ??= [low, high];
    else if (levels[low] > levels[high]) [values[high], levels[high]] = [values[low], levels[low]];
    else [values[low], levels[low]] = [values[high], levels[high]];
  }
  return {
    schedule: { defaultMs: values.default, minMs: values.min, maxMs: values.max },
    ...(conflict !== undefined && { conflict }),
  };
}
