import { describe, expect, it } from 'vitest';
import { FIRST_STATE } from '../../../src/model/source-state.ts';
import { dueAfterSetBack, isAhead, isSetBackDue } from '../../../src/stages/schedule/clock-set-back.ts';
import { hourlyReport } from '../../../src/stages/schedule/hourly-report.ts';

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LEASE = 5 * 60_000;
const checked = (lastCheckAt: number, nextCheckAt: number) => ({ ...FIRST_STATE, lastCheckAt, nextCheckAt });

describe('dueAfterSetBack', () => {
  it.each([
    [
      'begins the wait of a check in the future now',
      checked(NOW + 2 * HOUR, NOW + 3 * HOUR),
      NOW + 3 * HOUR,
      NOW + HOUR,
    ],
    [
      'keeps a wait that the origin asked for',
      checked(NOW + 365 * DAY, NOW + 395 * DAY),
      NOW + 395 * DAY,
      NOW + 30 * DAY,
    ],
    [
      'does not begin the wait again when it is called twice',
      checked(NOW + 365 * DAY, NOW + 30 * DAY),
      NOW + 30 * DAY,
      undefined,
    ],
    ['makes due what was due at once on the fast clock', checked(NOW + DAY, NOW + DAY), NOW + DAY, NOW],
    ['makes due what lies further ahead than any wait', checked(NOW - HOUR, NOW + 40 * DAY), NOW + 40 * DAY, NOW],
    ['frees a source that the fast clock claimed', checked(NOW - HOUR, NOW - 1), NOW + 2 * HOUR + LEASE, NOW - 1],
    ['leaves an ordinary wait alone', checked(NOW - HOUR, NOW + HOUR), NOW + HOUR, undefined],
    ['leaves a claimed source alone', checked(NOW - HOUR, NOW - 1), NOW + LEASE, undefined],
    ['leaves a paused source alone', checked(NOW + HOUR, NOW + 2 * HOUR), Number.POSITIVE_INFINITY, undefined],
    ['leaves a new source alone', undefined, NOW + 1_000, undefined],
  ])('%s', (_title, state, dueAt, expected) => {
    expect(dueAfterSetBack(state, dueAt, { maxMs: DAY }, LEASE, NOW)).toBe(expected);
  });

  it('allows a schedule.max beyond a month', () => {
    expect(
      dueAfterSetBack(checked(NOW, NOW + 40 * DAY), NOW + 40 * DAY, { maxMs: 60 * DAY }, LEASE, NOW),
    ).toBeUndefined();
  });
});

describe('isAhead', () => {
  it.each([
    [undefined, false],
    [NOW - DAY, false],
    [NOW + 4_000, false],
    [NOW + 10_000, true],
  ])('%s', (at, expected) => {
    expect(isAhead(at, NOW)).toBe(expected);
  });
});

describe('isSetBackDue', () => {
  it.each<[string, number, number, number, boolean]>([
    ['a clock that was set back, however short after the last time', 2 * HOUR, NOW + 2 * HOUR, 1_000, true],
    ['a clock that was set back before anything was swept by it', 2 * HOUR, NOW - 1_000, 1_000, true],
    ['the clock of another worker that is ahead, for the first time', 0, NOW + HOUR, Infinity, true],
    ['the same again within a minute', 0, NOW + HOUR, 59_000, false],
    ['the same after a minute', 0, NOW + HOUR, 61_000, true],
    ['a clock that was put forward', -2 * HOUR, NOW - 1_000, Infinity, false],
    ['a clock that is corrected a little', 3_000, NOW, Infinity, false],
  ])('%s', (_title, stepMs, sweptAt, sinceMs, expected) => {
    expect(isSetBackDue(stepMs, sweptAt, sinceMs, NOW)).toBe(expected);
  });
});

describe('hourlyReport', () => {
  it('counts what was added since the report before', () => {
    const before = new Map([
      ['checks|feed', 10],
      ['posts|added', 5],
    ]);
    const after = new Map([
      ['checks|feed', 110],
      ['checks|timeout', 3],
      ['posts|added', 12],
      ['posts|changed', 9],
    ]);
    const { message } = hourlyReport(before, after, { failing: 2, sources: 30, rssBytes: 200 * 1_048_576 });
    expect(message).toBe('in the last hour: 103 checks, 7 new posts; 2 of 30 sources failing; 200 MB');
  });
});
