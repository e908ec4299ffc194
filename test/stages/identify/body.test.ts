import { describe, expect, it } from 'vitest';
import type { Source } from '../../../src/model/settings.ts';
import { isWholeDue } from '../../../src/stages/identify/body.ts';

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 0, 1);
// Nothing else of a source is read here.
const source = (id: string) => ({ id }) as Source;

describe('isWholeDue', () => {
  it.each<[string, number | undefined, number, boolean]>([
    ['a source that was never read', undefined, 400, false],
    ['a document that was read whole lately', T0, 74, false],
    ['one that was read whole a third of the memory ago', T0, 126, true],
  ])('%s', (_title, readWholeAt, days, expected) => {
    const state = readWholeAt === undefined ? {} : { readWholeAt };
    for (const id of ['a', 'b', 'c', 'd'])
      expect(isWholeDue(state, source(id), 400 * DAY, T0 + days * DAY)).toBe(expected);
  });

  it('gives sources their turns at different times', () => {
    const due = Array.from({ length: 100 }, (_, index) =>
      isWholeDue({ readWholeAt: T0 }, source(`s${index}`), 400 * DAY, T0 + 100 * DAY),
    );
    expect(due.filter(Boolean).length).toBeGreaterThan(20);
    expect(due.filter(Boolean).length).toBeLessThan(80);
  });
});
