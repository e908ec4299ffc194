/** Are the first words of a piece of HTML what a person would read? */
import { describe, expect, it } from 'vitest';
import { clip, excerpt, plainText } from '../../src/syntax/excerpt.ts';

describe('plainText', () => {
  it.each([
    ['tags go', '<p>a <b>b</b></p>', 'a b'],
    ['blocks are parted', '<p>a</p><p>b</p>c<br>d', 'a b c d'],
    ['inline elements are not', 'a<b>b</b><a href="x">c</a>', 'abc'],
    ['entities are decoded once', '&lt;b&gt; &amp;lt; &#x4e2d;&#25991;', '<b> &lt; 中文'],
    ['a quoted > does not end a tag', '<img alt="a > b">c', 'c'],
    ['scripts and styles are silent', '<style>p{}</style>a<script>b</script>', 'a'],
    ['comments are silent', 'a<!-- <p>b</p> -->c', 'ac'],
    ['a lone < stays', '1 < 2', '1 < 2'],
    ['white space is folded', ' a\n\t b\u00a0c\u3000d ', 'a b c d'],
  ])('%s', (_title, html, text) => {
    expect(plainText(html)).toBe(text);
  });

  it.each([
    ['open tags', '<a '],
    ['open scripts', '<script>'],
    ['open comments', '<!--'],
    ['lone quotes', `<p "'`],
  ])('reads a heap of %s once', (_what, piece) => {
    expect(plainText(`正文${piece.repeat(50_000)}`)).toMatch(/^正文/u);
  });
});

describe('excerpt', () => {
  it.each([
    ['a short text whole', '<p>短</p>', 10, '短'],
    ['Latin text at a word', '<p>one two three four</p>', 12, 'one two…'],
    ['Chinese text anywhere, two columns a character', '<p>稳字当头稳中求进</p>', 9, '稳字当头…'],
    ['a word that is longer than all there is', 'abcdefghijklmnopqrstuvwxyz0123456789', 8, 'abcdefgh…'],
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
