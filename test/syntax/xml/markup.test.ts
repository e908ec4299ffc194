/** Does markup written as elements become the HTML that was meant? */
import { describe, expect, it } from 'vitest';
import { innerMarkup } from '../../../src/syntax/xml/markup.ts';
import { readXml } from '../../../src/syntax/xml/read.ts';

function markup(inside: string, textIsHtml = false): string {
  const { roots } = readXml(`<x xmlns:h="http://www.w3.org/1999/xhtml">${inside}</x>`, {
    maxDepth: 2000,
    maxAttributes: 16,
  });
  const [root] = roots;
  return root === undefined ? '' : innerMarkup(root, { textIsHtml });
}

describe('innerMarkup', () => {
  it.each([
    ['keeps text and elements in their order', '1 <b>2</b> 3<i>4</i>', '1 <b>2</b> 3<i>4</i>'],
    ['keeps white space between them', '<b>1</b> <i>2</i>\n', '<b>1</b> <i>2</i>\n'],
    ['drops prefixes', '<h:p>1<h:br/></h:p>', '<p>1<br></p>'],
    ['gives empty elements their end tags', '<a name="1"/><div/>', '<a name="1"></a><div></div>'],
    ['escapes text and CDATA', '1 &lt; 2 &amp; <![CDATA[<3>]]>', '1 &lt; 2 &amp; &lt;3&gt;'],
    ['escapes values', '<a title="&quot;&lt;&amp;"/>', '<a title="&quot;&lt;&amp;"></a>'],
    ['closes what was crossed', '<b>1<i>2</b>3</i>', '<b>1<i>2</i></b>3'],
    ['drops comments', '1<!-- 2 -->3', '13'],
    ['leaves references without a base as they are', '<a href="1"/>', '<a href="1"></a>'],
    [
      'resolves what an inner base means',
      '<p xml:base="https://a.org/b/"><a href="1" title="2"/><q xml:base="c/"><img src="3"/></q></p>',
      '<p><a href="https://a.org/b/1" title="2"></a><q><img src="https://a.org/b/c/3"></q></p>',
    ],
  ])('%s', (_title, inside, expected) => {
    expect(markup(inside)).toBe(expected);
  });

  it('lets text be HTML where it was declared to be', () => {
    expect(markup('<div>&lt;b&gt;1&lt;/b&gt;</div>', true)).toBe('<div><b>1</b></div>');
  });

  it('does not mind depth', () => {
    expect(markup(`${'<i>'.repeat(1900)}1${'</i>'.repeat(1900)}`)).toHaveLength(1900 * 7 + 1);
  });
});
