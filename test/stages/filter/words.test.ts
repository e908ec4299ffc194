import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import { wordFinder } from '../../../src/stages/filter/words.ts';

describe('wordFinder', () => {
  it.each([
    ['finds a word whatever its letter case', ['Bitcoin'], 'BITCOIN falls', 'Bitcoin'],
    ['finds a word whatever its width', ['AI'], '生成式ＡＩ', 'AI'],
    ['does not find a word inside another one', ['AI'], 'He said so', undefined],
    ['finds a spaced word between characters that are not', ['AI'], '用AI写作', 'AI'],
    ['finds Chinese words anywhere', ['推广'], '商业推广活动', '推广'],
    ['finds Japanese and Korean words anywhere', ['速報', '속보'], '[속보] 뉴스', '속보'],
    ['minds letters with accents as letters', ['caf'], 'café', undefined],
    ['finds a phrase over any blanks', ['stock  market'], 'the stock\n market', 'stock  market'],
    ['finds words that end in signs', ['C++', '.NET'], 'C++ and .NET', 'C++'],
    ['takes signs for what they are', ['a.b*'], 'aab*', undefined],
    ['finds an address', ['press@example.org'], 'by press@example.org', 'press@example.org'],
    ['names the longer of two words that begin alike', ['A股', 'A股市场'], 'A股市场回暖', 'A股市场'],
    ['finds digits as words', ['5G'], '15G', undefined],
  ])('%s', (_title, words, text, found) => {
    expect(wordFinder(words)(text)).toBe(found);
  });

  it('finds any text in itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (word) => {
        const found = wordFinder([word])(word);
        expect(found === word || word.normalize('NFKC').trim() === '').toBe(true);
      }),
    );
  });
});
