import { describe, expect, it } from 'vitest';
import { namedTagsAsText } from '../../../src/syntax/html/named-tags.ts';
import { htmlToText } from '../../../src/syntax/html/text.ts';

describe('namedTagsAsText in a line', () => {
  it.each([
    ['On The <dl>', 'On The <dl>'],
    ['The <script> tag explained', 'The <script> tag explained'],
    ['Understanding <title> and <meta>', 'Understanding <title> and <meta>'],
    ['<object> vs <embed> vs <iframe>', '<object> vs <embed> vs <iframe>'],
    ['Never forget </div>', 'Never forget </div>'],
    ['A Vec<T> and <b>bold</b>', 'A Vec<T> and bold'],
    ['Custom <my-element>s', 'Custom <my-element>s'],
    ['<em>Real</em> markup<br>in two lines', 'Real markup in two lines'],
    ['Left open <p>but meant', 'Left open but meant'],
    ['<title>Shown</title>', ''],
    ['x<script>alert(1)</script>y', 'xy'],
    ['<span class="a">cut off', 'cut off'],
  ])('%s', (title, text) => {
    expect(htmlToText(namedTagsAsText(title, 'line'))).toBe(text);
  });
});

describe('namedTagsAsText in prose', () => {
  it.each([
    ['a word of a sentence', 'Use <textarea> for long text.', 'Use &lt;textarea&gt; for long text.'],
    ['several words', 'How <iframe> and <script> differ.', 'How &lt;iframe&gt; and &lt;script&gt; differ.'],
    ['the last word', 'There is <dl>', 'There is &lt;dl&gt;'],
    ['a word between CJK', '使用<textarea>标签', '使用&lt;textarea&gt;标签'],
    ['formatting that was cut off', 'This is <b>bold', 'This is <b>bold'],
    ['CJK formatting that was cut off', '这是<b>重点', '这是<b>重点'],
    ['blocks that were cut off', '<div>\n  <div>\n  <p>text', '<div>\n  <div>\n  <p>text'],
    ['an element that closes', 'a <code> b </code> c', 'a <code> b </code> c'],
    ['a void element', 'a <br> b <hr> c', 'a <br> b <hr> c'],
    ['an element that is usually left open', 'a <li> b', 'a <li> b'],
    ['an element with attributes', 'a <script src=x> b', 'a <script src=x> b'],
  ])('%s', (_title, html, expected) => {
    expect(namedTagsAsText(html, 'prose')).toBe(expected);
  });

  it('takes time in proportion to the number of tags', () => {
    expect(namedTagsAsText('x <dl> '.repeat(20_000), 'prose').length).toBe('x &lt;dl&gt; '.length * 20_000);
  });
});
