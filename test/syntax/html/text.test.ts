import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import { isHtml } from '../../../src/syntax/html/detect.ts';
import { escapeAttribute, escapeText } from '../../../src/syntax/html/escape.ts';
import { htmlToLines, htmlToText, joinLines } from '../../../src/syntax/html/text.ts';
import { expectProportional } from '../../support/proportion.ts';
import { randomHtml } from '../../support/random-html.ts';

describe('htmlToText', () => {
  it.each([
    ['leaves plain text alone', '工信部：启动 试点', '工信部：启动 试点'],
    ['collapses white space', '  a \n\t b\u00a0\u3000c\u200b ', 'a b c'],
    ['drops tags', '<b>a</b><i class="x">b</i>', 'ab'],
    ['puts a space between blocks', '<p>一</p><p>二</p><div>三</div>', '一 二 三'],
    ['puts a space for a line break', '一<br>二<br/>三', '一 二 三'],
    ['puts a space between table cells', '<tr><td>1</td><td>2</td></tr>', '1 2'],
    ['puts no space at inline elements', '<span>新</span><em>华</em>社', '新华社'],
    ['decodes references', '&lt;b&gt; &amp;amp; &ldquo;x&rdquo; &#20013;&#x6587; &nbsp;.', '<b> &amp; “x” 中文 .'],
    ['decodes references without a semicolon', 'AT&ampT &copy 2020', 'AT&T © 2020'],
    ['leaves what is no reference', 'R&D &foo; &', 'R&D &foo; &'],
    ['leaves out scripts and styles', 'a<script>if (x < 1) "</p>"</script>b<STYLE>p{}</style >c', 'abc'],
    ['leaves out a script that never ends', 'a<script>b<p>c', 'a'],
    ['keeps the text after a video that never ends', 'a<video src=x>b', 'ab'],
    ['leaves out alternatives', 'a<noscript>b</noscript><textarea>d</textarea>e', 'ae'],
    ['keeps what stands in for a frame', 'a<iframe src="x"> <b>c</b></iframe>e', 'a c e'],
    ['leaves out comments', 'a<!-- <p>b</p> -->c<!-->d<!--->e', 'acde'],
    ['leaves out a comment that never ends', 'a<!-- b', 'a'],
    ['leaves out declarations', '<?xml version="1.0"?><!DOCTYPE html>a', 'a'],
    ['reads CDATA as text', 'a<![CDATA[<b>&amp;]]>c', 'a<b>&amp;c'],
    ['leaves angle brackets that are no tags', '1 < 2 <3 <> a', '1 < 2 <3 <> a'],
    ['minds quotes', '<a title="a > b" href=\'>\'>c</a>', 'c'],
    ['copes with quotes that do not pair', '<a title="x>b</a> <p>c', 'b c'],
    ['drops a tag that never ends', 'a<b', 'a'],
    ['leaves out the annotation of a formula', '<math><mi>x</mi><annotation>x^2</annotation></math>', 'x'],
    ['gives nothing for nothing', '', ''],
  ])('%s', (_title, html, expected) => {
    expect(htmlToText(html)).toBe(expected);
  });

  it('reads back any text that was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const plain = text.replace(/[\s\u200b]+/g, ' ').trim();
        expect(htmlToText(`<p title="${escapeAttribute(text)}">${escapeText(text)}</p>`)).toBe(plain);
      }),
    );
  });

  it.each([
    ['tags that never end', '<a "'],
    ['hidden elements that never end', '<video>'],
    ['angle brackets', '<'],
    ['references', '&'],
    ['comments that never end', '<!-- '],
    ['raw text that never ends', '<style>'],
  ])('takes time in proportion to size for %s', (_title, piece) => {
    expectProportional((count) => {
      htmlToText(piece.repeat(count));
    }, 20_000);
  });
});

describe('htmlToLines', () => {
  it('gives each block a line', () => {
    expect(htmlToLines('<h1>标题</h1>\n<p>一\n二<br>三</p><p></p><ul><li>a</ul>')).toBe('标题\n一 二\n三\na');
  });
});

describe('isHtml', () => {
  it.each([
    '<p>a</p>',
    'a<br>b',
    'a<BR/>b',
    '</div>',
    '<img src="x" alt="a">',
    '<a\nhref=x>',
    'a &nbsp; b',
    '&#8220;a&#8221;',
    '&#x4e2d;',
    'Tom &amp; Jerry',
    'a <!-- b --> c',
    '<!DOCTYPE html>',
    '<![CDATA[a]]>',
  ])('takes %j for HTML', (text) => {
    expect(isHtml(text)).toBe(true);
  });

  it.each([
    '',
    '工信部：启动试点',
    'a < b and c > d',
    'x <y> z',
    'mail <a@b.org>',
    '<http://example.org/>',
    'AT&T',
    'R&D; more',
    '&nonsense;',
    'a <b',
    'List<String> x',
    '<<<>>>',
    '&#;',
  ])('takes %j for text', (text) => {
    expect(isHtml(text)).toBe(false);
  });
});

describe('escapeText', () => {
  it('leaves quotes and white space alone', () => {
    expect(escapeText('“a”\t"b" \n\'c\' < d & e >')).toBe('“a”\t"b" \n\'c\' &lt; d &amp; e &gt;');
  });
});

describe('escapeAttribute', () => {
  it('escapes double quotes too', () => {
    expect(escapeAttribute('“a” "b" <c> & \'d\'')).toBe("“a” &quot;b&quot; &lt;c&gt; &amp; 'd'");
  });
});

describe('joinLines', () => {
  it('gives the text of htmlToText from the lines of htmlToLines, whatever the markup', () => {
    fc.assert(
      fc.property(randomHtml(), (html) => {
        expect(joinLines(htmlToLines(html))).toBe(htmlToText(html));
      }),
      { numRuns: 500 },
    );
    const odd = 'a\u200b<p>\u200b b\u3000 <br>\n c&#10;d\u200b</p><![CDATA[ x\n\ty ]]>\u200b';
    expect(joinLines(htmlToLines(odd))).toBe(htmlToText(odd));
  });
});
