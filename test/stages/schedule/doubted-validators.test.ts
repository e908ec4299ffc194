import { describe, expect, it } from 'vitest';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { afterBody, afterNotModified, areValidatorsDoubted } from '../../../src/stages/schedule/doubted-validators.ts';

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 0, 1);

/** Posts this many days apart, the newest at T0, and nothing but 304 since. */
function quiet(apartDays: readonly number[], more: Partial<SourceState> = {}): SourceState {
  let at = T0;
  const publishedTimes = [T0, ...apartDays.map((days) => (at -= days * DAY))];
  return { ...FIRST_STATE, publishedTimes, notModifiedSinceAt: T0, ...more };
}

describe('areValidatorsDoubted', () => {
  it.each([
    ['not within three days, however busy the source was', quiet([0.1, 0.1, 0.1, 0.1]), 2.9, false],
    ['after three days of a source with many posts a day', quiet([0.1, 0.1, 0.1, 0.1]), 3, true],
    ['not yet for a source that was silent for a week before', quiet([1, 7, 1, 1]), 20, false],
    ['after three times its longest silence', quiet([1, 7, 1, 1]), 21, true],
    ['never for a source of which too little is known', quiet([1, 1, 1]), 400, false],
    ['never without a 304', { ...FIRST_STATE, publishedTimes: quiet([1, 1, 1, 1]).publishedTimes }, 400, false],
  ])('%s', (_title, state, days, doubted) => {
    expect(areValidatorsDoubted(state, T0 + days * DAY)).toBe(doubted);
  });
});

describe('a check without validators', () => {
  it('counts the 304 from the first one on', () => {
    const first = afterNotModified(FIRST_STATE, T0);
    expect(afterNotModified(first, T0 + DAY)).toMatchObject({ notModifiedSinceAt: T0 });
  });

  it.each([
    [true, 'another document'],
    [false, 'the same'],
  ] as const)('notes what it found (another body: %s), and is made again only after as long', (isOther, found) => {
    const at = T0 + 4 * DAY;
    const after = afterBody(quiet([1, 1, 1, 1]), isOther, at);
    expect(after.withoutValidators).toEqual({ at, found });
    expect(after).not.toHaveProperty('notModifiedSinceAt');
    const next = afterNotModified(after, at + DAY);
    expect([areValidatorsDoubted(next, at + 3 * DAY), areValidatorsDoubted(next, at + 4 * DAY)]).toEqual([false, true]);
  });

  it('is not noted for a body that came in the usual rhythm', () => {
    expect(afterBody(quiet([1, 1, 1, 1]), true, T0 + DAY)).not.toHaveProperty('withoutValidators');
  });
});
