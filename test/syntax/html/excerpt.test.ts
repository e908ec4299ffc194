/** Are the first words of a piece of HTML what a person would read? */
import { describe, expect, it } from 'vitest';
import { clip, excerpt } from '../../../src/syntax/html/excerpt.ts';

describe('excerpt', () => {
  it.each([
    ['a short text whole', '<p>短</p>', 10, '短'],
    ['Latin text at a word', '<p>one two three four</p>', 12, 'one two…'],
    ['Chinese text anywhere, two columns a character', '<p>稳字当头稳中求进</p>', 9, '稳字当头…'],
    ['a word that is longer than all there is', 'abcdefghijklmnopqrstuvwxyz0123456789', 8, 'abcdefgh…'],
    ['Chinese paragraphs without a gap between them', '<p>指数上涨。</p><p>成交放大</p>', 40, '指数上涨。成交放大'],
    ['Latin paragraphs with one', '<p>Up.</p><p>Down.</p>', 40, 'Up. Down.'],
    ['nothing of nothing', '<p></p>', 10, ''],
    ['an emoji whole', '😀😀😀', 5, '😀😀…'],
  ])('takes %s', (_title, html, width, text) => {
    expect(excerpt(html, width)).toBe(text);
  });

  it('finds the text behind much markup', () => {
    const html = `${'<div class="a"><img src="https://x.example/very/long/address.jpg">'.repeat(50)}<p>正文在这里</p>`;
    expect(excerpt(html, 20)).toBe('正文在这里');
  });
});

describe('clip', () => {
  it('does not cut a text that just fits', () => {
    expect(clip('稳字当头', 8)).toBe('稳字当头');
  });
});
