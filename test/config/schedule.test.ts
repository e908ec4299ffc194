import { describe, expect, it } from 'vitest';
import { scheduleOf, type ScheduleValues } from '../../src/config/schedule.ts';

const BUILT_IN: ScheduleValues = { default: 60, min: 10, max: 1440 };

describe('scheduleOf', () => {
  it.each<[string, readonly ScheduleValues[], readonly [number, number, number]]>([
    ['nothing is written', [], [10, 60, 1440]],
    ['a source narrows one value', [{ min: 20 }, { default: 30 }], [20, 30, 1440]],
    ['a default below the built-in minimum moves it', [{ default: 1 }], [1, 1, 1440]],
    ['a default above the built-in maximum moves it', [{ default: 3000 }], [10, 3000, 3000]],
    ['a minimum above the built-in default moves it', [{ min: 120 }], [120, 120, 1440]],
    ['a maximum below everything moves everything', [{ max: 5 }], [5, 5, 5]],
    ['a source goes before what is written for all', [{ min: 30, default: 90 }, { default: 5 }], [5, 5, 1440]],
    ['a source that wants a wide wait moves the maximum for all', [{ max: 100 }, { min: 200 }], [200, 200, 200]],
  ])('where %s', (_title, parts, [minMs, defaultMs, maxMs]) => {
    expect(scheduleOf([BUILT_IN, ...parts])).toEqual({ schedule: { minMs, defaultMs, maxMs } });
  });

  it.each<[ScheduleValues, readonly string[]]>([
    [{ min: 5, max: 4 }, ['min', 'max']],
    [{ min: 5, default: 4 }, ['min', 'default']],
    [{ default: 5, max: 4 }, ['default', 'max']],
  ])('finds the contradiction in %j', (part, conflict) => {
    expect(scheduleOf([BUILT_IN, part]).conflict).toEqual(conflict);
  });
});
