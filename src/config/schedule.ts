/** Which of several wishes about the schedule holds? */
import type { ScheduleSettings } from '../model/settings.ts';

export interface ScheduleWish {
  readonly default?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

type Key = keyof ScheduleWish;

/** In ascending order. */
const PAIRS: readonly (readonly [Key, Key])[] = [
  ['min', 'max'],
  ['min', 'default'],
  ['default', 'max'],
];

export interface ScheduleReading {
  readonly schedule: ScheduleSettings;
  /** Keys of one wish that contradict each other: the first is above the second. */
  readonly conflict?: readonly [Key, Key];
}

/**
 * Where values contradict each other (`default: 1m` under a `min` of 10m), the more particular wish moves the other one.
 *
 * @param wishes  from the general to the particular; together they name every key. ms
 */
export function scheduleOf(wishes: readonly ScheduleWish[]): ScheduleReading {
  const values = { default: 0, min: 0, max: 0 };
  const levels = { default: 0, min: 0, max: 0 };
  wishes.forEach((wish, level) => {
    for (const key of ['default', 'min', 'max'] as const) {
      const value = wish[key];
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
