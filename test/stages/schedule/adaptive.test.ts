import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import { rhythmOf } from '../../../src/stages/schedule/adaptive.ts';
import { firstOpen } from '../../../src/stages/schedule/skip.ts';
import { inWords, rateInWords } from '../../../src/stages/schedule/words.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SCHEDULE = { defaultMs: HOUR, minMs: 10 * MINUTE, maxMs: DAY };
const T0 = Date.UTC(2026, 10, 23, 0, 0, 0);

/** Posts every `everyMs` back from `from`. */
const every = (everyMs: number, count: number, from = T0): readonly number[] =>
  Array.from({ length: count }, (_, index) => from - index * everyMs);

const minutes = (times: readonly number[], now = T0, schedule = SCHEDULE): number =>
  Math.round((rhythmOf(times, now, schedule)?.intervalMs ?? 0) / MINUTE);

describe('rhythmOf', () => {
  it('knows nothing without a publishing time', () => {
    expect(rhythmOf([], T0, SCHEDULE)).toBeUndefined();
  });

  it('gives a source with 4 posts a day, spread evenly, about the default interval', () => {
    // 7 hours apart, so that no hour of the day stands out.
    expect(minutes(every(7 * HOUR, 32))).toBeGreaterThanOrEqual(55);
    expect(minutes(every(7 * HOUR, 32))).toBeLessThanOrEqual(75);
  });

  it('asks twice as often for four times the rate', () => {
    const [slow, quick] = [minutes(every(20 * HOUR, 32)), minutes(every(5 * HOUR, 32))];
    expect(slow / quick).toBeCloseTo(2, 0);
  });

  it('slows down as a source falls silent', () => {
    const times = every(3 * HOUR, 32);
    const waits = [0, 2, 7, 30, 365].map((days) => minutes(times, T0 + days * DAY));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(4 * (waits[0] ?? 0));
  });

  it('notices a source that wakes up', () => {
    const before = every(30 * DAY, 20, T0 - 30 * DAY);
    expect(minutes([...every(7 * HOUR, 12), ...before])).toBeLessThan(minutes(before) / 3);
  });

  it('asks often at the hours of a daily column, and seldom at the others', () => {
    // Always at 06:30.
    const column = every(DAY, 32, T0 - DAY + 6.5 * HOUR);
    expect(minutes(column, T0 + 6 * HOUR)).toBeLessThan(60);
    expect(minutes(column, T0 + 12 * HOUR)).toBeGreaterThan(180);
  });

  it('shortens or stretches with the default interval of the operator', () => {
    const times = every(7 * HOUR, 32);
    const wait = minutes(times);
    expect(minutes(times, T0, { ...SCHEDULE, defaultMs: 2 * HOUR }) / wait).toBeCloseTo(2, 0);
  });

  it('is not carried away by one post', () => {
    expect(minutes([T0 - MINUTE])).toBeGreaterThan(90);
  });

  it('stays between min and max, whatever the times are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2000 * DAY }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1000, max: 3 * DAY }),
        (ages, defaultMs) => {
          const times = ages.sort((a, b) => a - b).map((age) => T0 - age);
          const rhythm = rhythmOf(times, T0, { ...SCHEDULE, defaultMs });
          return rhythm !== undefined && rhythm.intervalMs >= SCHEDULE.minMs && rhythm.intervalMs <= SCHEDULE.maxMs;
        },
      ),
    );
  });
});

describe('firstOpen', () => {
  const all = Array.from({ length: 24 }, (_, hour) => hour);

  it.each([
    ['nothing skipped', T0 + 5, [], [], T0 + 5],
    ['an open hour', T0 + 90 * MINUTE, [0, 2], [], T0 + 90 * MINUTE],
    ['a skipped hour ends at the full hour', T0 + 30 * MINUTE, [0], [], T0 + HOUR],
    ['over midnight', T0 + 22.5 * HOUR, [22, 23, 0], [], T0 + 25 * HOUR],
    ['a skipped day ends at midnight GMT', T0 + 5 * HOUR, [], [1], T0 + DAY],
    ['a day and then an hour', T0 + 5 * HOUR, [0], [1], T0 + 25 * HOUR],
    ['a whole week but Saturday', T0, [], [0, 1, 2, 3, 4, 5], T0 + 5 * DAY],
    ['all hours', T0 + 5, all, [], T0 + 5],
    ['all days', T0 + 5, [], [0, 1, 2, 3, 4, 5, 6], T0 + 5],
  ])('%s', (_title, at, hours, days, expected) => {
    expect(firstOpen(at, { hours, days })).toBe(expected);
  });
});

describe('inWords', () => {
  it.each([
    [0, '0 ms'],
    [200, '200 ms'],
    [1000, '1 s'],
    [59_600, '60 s'],
    [60_000, '1 min'],
    [90_000, '1 min 30 s'],
    [HOUR, '1 h'],
    [HOUR + 59.6 * MINUTE, '2 h'],
    [DAY + 3 * HOUR, '1 d 3 h'],
    [31 * DAY, '31 d'],
  ])('%i', (ms, expected) => {
    expect(inWords(ms)).toBe(expected);
  });
});

describe('rateInWords', () => {
  it.each([
    [240, 'about 240 a day'],
    [1, 'about 1 a day'],
    [2 / 7, 'about 2 a week'],
    [2 / 30.4, 'about 2 a month'],
    [3 / 365, 'about 3 a year'],
    [0.0001, 'next to none'],
  ])('%d', (perDay, expected) => {
    expect(rateInWords(perDay)).toBe(expected);
  });
});
