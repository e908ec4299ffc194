import { describe, expect, it } from 'vitest';
import { SIMPLIFIED } from '../../../src/stages/similar/variants.ts';

/** As it is compared. */
function folded(text: string): string {
  return Array.from(text)
    .map((character) => String.fromCharCode(SIMPLIFIED[character.charCodeAt(0)] || character.charCodeAt(0)))
    .join('');
}

describe('SIMPLIFIED', () => {
  it.each([
    ['國務院發布關於進一步優化營商環境的實施意見', '国务院发布关于进一步优化营商环境的实施意见'],
    ['金錢與性，固然是內心最原始的慾望', '金钱与性，固然是内心最原始的欲望'],
    ['衞生署説，裏面的綫路羣組', '卫生署说，里面的线路群组'],
    ['衛生署說，裡面的線路群組', '卫生署说，里面的线路群组'],
  ])('%s compares as %s', (traditional, simplified) => {
    expect(folded(traditional)).toBe(folded(simplified));
  });

  it('maps each character to one that stands for itself', () => {
    const twice = Array.from(SIMPLIFIED.entries()).filter(
      ([, to]) => to !== 0 && (SIMPLIFIED[to] ?? 0) !== 0 && SIMPLIFIED[to] !== to,
    );
    expect(twice.map(([from, to]) => String.fromCharCode(from, to))).toEqual([]);
    expect(SIMPLIFIED.filter((to) => to !== 0).length).toBeGreaterThan(3000);
  });
});
