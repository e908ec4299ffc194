/** Is every format read in full? Pairs of a document and what it says. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { atom, parseFeed, rss } from '../../support/parsing.ts';

const directory = fileURLToPath(new URL('fixtures/', import.meta.url));
const documents = readdirSync(directory).filter((name) => !name.endsWith('.expected.json'));

describe('parseDocument', () => {
  it.each(documents)('reads all of %s', (name) => {
    const feed = parseFeed(readFileSync(directory + name), { url: `https://feeds.example.org/${name}` });
    const expected: unknown = JSON.parse(readFileSync(directory + name.replace(/\.[a-z]+$/, '.expected.json'), 'utf8'));
    expect({ ...feed, entries: feed.entries.map((entry) => ({ ...entry, rawHash: undefined })) }).toEqual(expected);
  });

  it.each([
    ['RSS without a channel', '<rss><item><title>1</title></item></rss>', 'rss', 1],
    ['RSS items beside the channel', '<rss><channel><title>t</title></channel><item/><item/></rss>', 'rss', 2],
    [
      'RSS 0.90',
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel/><item/></rdf:RDF>',
      'rdf',
      1,
    ],
    [
      'CDF with links of its own',
      '<CHANNEL><A HREF="http://a.org/"/><ITEM><A HREF="http://a.org/1"/></ITEM></CHANNEL>',
      'cdf',
      1,
    ],
    [
      'CDF with channels in channels',
      '<CHANNEL HREF="http://a.org/"><ITEM/><CHANNEL><ITEM/><CHANNEL><ITEM/></CHANNEL></CHANNEL><ITEM/></CHANNEL>',
      'cdf',
      4,
    ],
    ['RDF without a namespace', '<rdf><channel/><item/></rdf>', 'rdf', 1],
    [
      'RSS 1.1, whose items stand inside',
      '<Channel xmlns="http://purl.org/net/rss1.1#"><items><item/><item/></items></Channel>',
      'rss',
      2,
    ],
    [
      'an Atom entry that stands alone',
      '<entry xmlns="http://www.w3.org/2005/Atom"><title>1</title></entry>',
      'atom',
      1,
    ],
    ['Atom without a namespace', '<feed><entry/></feed>', 'atom', 1],
    ['Atom under a prefix', '<x:feed xmlns:x="http://www.w3.org/2005/Atom"><x:entry/></x:feed>', 'atom', 1],
    ['tags in capitals', '<RSS><CHANNEL><ITEM/></CHANNEL></RSS>', 'rss', 1],
    ['a feed behind a warning of PHP', `<br />\n<b>Warning</b>: x in <b>y</b><br />\n${rss('<item/>')}`, 'rss', 1],
    ['a feed in a wrapper', `<result><data>${rss('<item/>')}</data></result>`, 'rss', 1],
    ['only the first of two feeds', `${rss('<item/>')}${rss('<item/><item/>')}`, 'rss', 1],
    ['JSON without a version', '{"items":[{"id":1}]}', 'json', 1],
    ['JSON behind a mark', '\ufeff {"version":"https://jsonfeed.org/version/1","items":[]}', 'json', 0],
  ])('reads %s', (_title, document, format, count) => {
    const feed = parseFeed(document);
    expect([feed.format, feed.entries.length]).toEqual([format, count]);
  });

  it.each([
    [
      'the last entry when the document ends inside a field',
      rss('<item><title>1</title></item><item><title>2').slice(0, -16),
      ['1'],
    ],
    [
      'nothing where the document ends between two fields',
      rss('<item><title>1</title></item><item><title>2</title>').slice(0, -16),
      ['1', '2'],
    ],
    [
      'nothing of crossed tags',
      rss('<item><title><b>1</title></b><link>http://a.org/</link></item><item><title>2</title></item>'),
      ['1', '2'],
    ],
    ['nothing of an entry that was not closed', rss('<item><title>1</title><item><title>2</title></item>'), ['1', '2']],
    ['nothing of a feed that ends too early', atom('</feed><entry><title>1</title></entry>'), ['1']],
  ])('loses %s', (_title, document, titles) => {
    expect(parseFeed(document).entries.map(({ title }) => title)).toEqual(titles);
  });
});
