/** Are a document's bytes cut where its entries are, and only where that is certain? */
import { describe, expect, it } from 'vitest';
import { cutDocument } from '../../../src/syntax/xml/entry-spans.ts';

function cut(document: string): readonly string[] | undefined {
  const bytes = Buffer.from(document);
  return cutDocument(bytes)?.spans.map(({ start, end }) => bytes.toString('utf8', start, end));
}

describe('cutDocument', () => {
  it.each([
    ['items', '<rss><item>1</item> <item a="b">新</item></rss>', ['<item>1</item>', '<item a="b">新</item>']],
    ['entries', '<feed><entry>1</entry\n></feed>', ['<entry>1</entry\n>']],
    ['items of RDF, not their list', '<rdf:RDF ><items><x/></items><item>1</item></rdf:RDF>', ['<item>1</item>']],
    [
      'around CDATA that looks like an end',
      '<rss><item><![CDATA[</item>]]></item></rss>',
      ['<item><![CDATA[</item>]]></item>'],
    ],
    [
      'around comments that look like an entry',
      '<rss><!-- <item>0</item> --><item>1<!-- </item> --></item></rss>',
      ['<item>1<!-- </item> --></item>'],
    ],
    [
      'comments inside CDATA are text',
      '<rss><item><![CDATA[<!-- ]]></item><item>2</item></rss>',
      ['<item><![CDATA[<!-- ]]></item>', '<item>2</item>'],
    ],
    ['nothing where there is nothing', '<rss><channel/></rss>', []],
  ])('finds %s', (_title, document, expected) => {
    expect(cut(document)).toEqual(expected);
  });

  it.each([
    ['no feed', '<html><item>1</item></html>'],
    ['an entry inside an entry', '<rss><item>1<item>2</item></item></rss>'],
    ['an entry that was not closed', '<rss><item>1<item>2</item></rss>'],
    ['a stray end', '<rss><item>1</item></item></rss>'],
    ['an empty entry', '<rss><item/><item>2</item></rss>'],
    ['a section without an end', '<rss><item><![CDATA[1</item></rss>'],
    ['an end tag without an end', '<rss><item>1</item <and much more>2</b></rss>'],
    ['escapes of ISO-2022', '<rss><item>\x1b$B<item>\x1b(B</item></rss>'],
    ['two bytes for a character', Buffer.from('<rss><item>1</item></rss>', 'utf16le').toString('latin1')],
  ])('refuses a document with %s', (_title, document) => {
    expect(cutDocument(Buffer.from(document, 'latin1'))).toBeUndefined();
  });

  it('tells of an entry that the end of the document cut off', () => {
    expect(cutDocument(Buffer.from('<rss><item>1</item><item>2'))).toEqual({
      name: 'item',
      spans: [{ start: 5, end: 19 }],
      hasOpenTail: true,
    });
  });
});
