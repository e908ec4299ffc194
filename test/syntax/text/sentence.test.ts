import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import { cutAtSentence, textColumns, titleFromText } from '../../../src/syntax/text/sentence.ts';

describe('textColumns', () => {
  it.each([
    ['abc', 3],
    ['中文', 4],
    ['한국', 4],
    ['ｱ', 1],
    ['，“', 3],
    ['e\u0301', 1],
    ['𠮷', 2],
  ])('counts %s', (text, columns) => {
    expect(textColumns(text)).toBe(columns);
  });
});

describe('cutAtSentence', () => {
  it.each([
    ['leaves what fits', '中央经济工作会议。', 100, '中央经济工作会议。'],
    ['cuts after a full stop', 'One two. Three four. Five six seven.', 25, 'One two. Three four.'],
    ['cuts after a Chinese full stop', '第一句话。第二句话。第三句话很长。', 24, '第一句话。第二句话。'],
    ['counts a Chinese character as two', '一二三四五六七八九十', 10, '一二三四…'],
    ['keeps the closing quote', '他说：“稳字当头。”然后又说了很多别的话。', 24, '他说：“稳字当头。”'],
    [
      'does not end at an abbreviation',
      'Yesterday Mr. Smith went to Washington, D.C. again',
      22,
      'Yesterday Mr. Smith…',
    ],
    ['does not end in a number', 'It grew by 3.5 per cent in the year and more', 20, 'It grew by 3.5 per…'],
    ['does not end in a host name', 'See news.example.org for the rest of it', 22, 'See news.example.org…'],
    ['cuts between words', 'An uncommonly long sentence without any end', 21, 'An uncommonly long…'],
    ['cuts a word that is longer than the limit', 'abcdefghijklmnop', 8, 'abcdefg…'],
    ['drops the comma before the ellipsis', '一二三，四五六七八九十', 9, '一二三…'],
    [
      'prefers the ellipsis to a very short sentence',
      'No. But this one here goes on for a while yet',
      30,
      'No. But this one here goes on…',
    ],
    ['ends at a line break', '标题\n正文很长很长很长很长', 12, '标题\n正文很…'],
    ['never cuts an emoji', '👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 8, ''],
    ['never cuts a surrogate pair', '𠮷𠮷𠮷𠮷𠮷', 6, '𠮷𠮷…'],
  ])('%s', (_title, text, columns, expected) => {
    expect(cutAtSentence(text, columns)).toBe(expected);
  });

  it('keeps to the limit and to whole graphemes', () => {
    const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.integer({ min: 4, max: 80 }), (text, columns) => {
        const cut = cutAtSentence(text, columns);
        expect(textColumns(cut)).toBeLessThanOrEqual(columns);
        const kept = cut.endsWith('…') && !text.startsWith(cut) ? cut.slice(0, -1) : cut;
        expect(text.startsWith(kept)).toBe(true);
        const boundaries = new Set([...segmenter.segment(text)].map(({ index }) => index).concat(text.length));
        expect(boundaries.has(kept.length)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('titleFromText', () => {
  it.each([
    ['takes the first sentence', '工信部启动试点。更多内容见下文。', '工信部启动试点'],
    ['takes the first line', 'A headline\nand a body. With sentences.', 'A headline'],
    ['keeps a question mark', 'Why is that? Because.', 'Why is that?'],
    ['keeps an ellipsis of the author', 'And then... nothing', 'And then...'],
    ['cuts a long sentence', '字'.repeat(80), `${'字'.repeat(49)}…`],
    ['passes over leading marks', '…。 第一句。第二句。', '…。 第一句'],
    ['gives nothing for no words', ' … —— ', ''],
    ['gives nothing for nothing', '', ''],
  ])('%s', (_title, text, expected) => {
    expect(titleFromText(text)).toBe(expected);
  });
});
