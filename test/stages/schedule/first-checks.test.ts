import { describe, expect, it } from 'vitest';
import { firstChecksApartMs } from '../../../src/stages/schedule/first-checks.ts';

describe('firstChecksApartMs', () => {
  it.each([
    ['a tenth of a second for a few', 3, 100],
    ['a tenth of a second for as many as fit into half a minute', 300, 100],
    ['less for more, so that all begin within half a minute', 10_000, 3],
    ['finite where there is none', 0, 100],
  ])('is %s', (_title, sources, apartMs) => {
    expect(firstChecksApartMs(sources)).toBe(apartMs);
  });
});
