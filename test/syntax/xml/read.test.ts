/** Does the reader find what was meant in XML as it is found? */
import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import type { XmlElement } from '../../../src/syntax/xml/read.ts';
import { readXml } from '../../../src/syntax/xml/read.ts';

const LIMITS = { maxDepth: 64, maxAttributes: 16 };

/** `name[attribute=value]{text|children}`, short enough to be compared by eye. */
function sketch(element: XmlElement): string {
  const attributes: string[] = [];
  for (let i = 0; i < element.attributes.length; i += 2) {
    attributes.push(`${element.attributes[i] ?? ''}=${element.attributes[i + 1] ?? ''}`);
  }
  const inside = [element.text.trim(), ...element.children.map(sketch)].filter((part) => part !== '').join(' ');
  const named = `${element.name}${attributes.length > 0 ? `[${attributes.join(' ')}]` : ''}`;
  return `${named}{${inside}}${element.closed ? '' : '?'}`;
}

function read(xml: string): string {
  return readXml(xml, LIMITS).roots.map(sketch).join(' ');
}

function issuesOf(xml: string): readonly string[] {
  return readXml(xml, LIMITS).issues.map(({ code }) => code);
}

describe('readXml', () => {
  it.each([
    ['reads elements, text and attributes', '<a x="1" y=\'2\'>t<b/></a>', 'a[x=1 y=2]{t b{}}'],
    ['joins text around CDATA', '<a>1 <![CDATA[<2>]]> 3</a>', 'a{1 <2> 3}'],
    ['resolves references in text, not in CDATA', '<a>&lt;&#65;&#x42;&amp;<![CDATA[&lt;]]></a>', 'a{<AB&&lt;}'],
    ['knows the names of HTML', '<a>caf&eacute;&nbsp;&hellip;</a>', 'a{café\u00a0…}'],
    ['reads numbers of windows-1252 as their authors meant them', '<a>&#150;&#x93;</a>', 'a{–“}'],
    ['leaves a lone ampersand', '<a h="?a=1&b=2">R&D & co; &unknown;</a>', 'a[h=?a=1&b=2]{R&D & co; &unknown;}'],
    ['leaves a lone bracket', '<a>1 < 2 <3 a<b</a>', 'a{1 < 2 <3 a<b}'],
    ['skips comments and instructions', '<?xml version="1.0"?><!-- <x> --><a>1<!-- 2 -->3<?php 4 ?></a>', 'a{13}'],
    ['skips an instruction without its question mark', '<?xml version="1.0"><a/>', 'a{}'],
    ['skips a document type', '<!DOCTYPE rss PUBLIC "-//x//" "y"><a/>', 'a{}'],
    [
      'skips an internal subset and expands nothing of it',
      '<!DOCTYPE a [<!ENTITY b "]>"> <!-- it\'s ]> --> ]><a>&b;</a>',
      'a{&b;}',
    ],
    ['reads unquoted and empty attributes', '<a x=1 y z=/p/q/>', 'a[x=1 y= z=/p/q]{}'],
    ['ends a value whose quote is missing with its tag', '<a><b x="1>t</b><b y="2"/></a>', 'a{b[x=1]{t} b[y=2]{}}'],
    ['keeps a bracket inside a value', '<a x="1<2>3"/>', 'a[x=1<2>3]{}'],
    [
      'ends a value whose quote comes lines later at the bracket',
      '<a><b x="1</b>\n<c y="2"/></a>',
      'a{b[x=1]{} c[y=2]{}}',
    ],
    ['compares names without case', '<A><Title>t</tItLe></a>', 'a{title{t}}'],
    ['makes one line break of two characters', '<a>1\r\n2\r3</a>', 'a{1\n2\n3}'],
    [
      'opens a tag whose bracket is missing',
      '<rss version="2.0"<item <title>1</title></item></rss>',
      'rss[version=2.0]{item{title{1}}}',
    ],
    ['reads junk around the document', 'junk <a/> junk', 'a{}'],
    ['reads several roots', '<a/><b/>', 'a{} b{}'],
    ['reads nothing from nothing', '', ''],
  ])('%s', (_title, xml, expected) => {
    expect(read(xml)).toBe(expected);
  });
});

describe('namespaces', () => {
  it.each([
    [
      'a prefix of the document’s choice',
      '<rss xmlns:d="http://purl.org/dc/elements/1.1/"><d:creator/></rss>',
      'rss{dc:creator{}}',
    ],
    [
      'case, scheme and closing slash of the URI',
      '<rss xmlns:m="https://Search.Yahoo.com/MRSS"><m:content/></rss>',
      'rss{media:content{}}',
    ],
    ['a usual prefix without a declaration', '<rss><itunes:image href="x"/></rss>', 'rss{itunes:image[href=x]{}}'],
    ['a usual prefix with an empty declaration', '<rss xmlns:dc=""><dc:date/></rss>', 'rss{dc:date{}}'],
    [
      'a usual prefix with a misspelt URI',
      '<rss xmlns:dc="http://purl.org/dc/elemnts/1.1/"><dc:date/></rss>',
      'rss{dc:date{}}',
    ],
    [
      'a prefix whose URI lost a quote',
      '<r:RDF xmlns:r=http://www.w3.org/1999/02/22-rdf-syntax-ns#"><item/></r:RDF>',
      'rdf:rdf{item{}}',
    ],
    ['Atom as the default', '<feed xmlns="http://www.w3.org/2005/Atom"><id/></feed>', 'atom:feed{atom:id{}}'],
    ['Atom under a prefix', '<x:feed xmlns:x="http://www.w3.org/2005/Atom"><x:id/></x:feed>', 'atom:feed{atom:id{}}'],
    ['a feed without any namespace', '<feed><id/></feed>', 'atom:feed{atom:id{}}'],
    ['RSS in Atom’s namespace', '<rss xmlns="http://www.w3.org/2005/Atom"><channel/></rss>', 'rss{channel{}}'],
    [
      'RSS in a namespace of its own',
      '<rss xmlns="http://backend.userland.com/rss2"><channel/></rss>',
      'rss{channel{}}',
    ],
    [
      'RDF',
      '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item r:about="x"/></r:RDF>',
      'rdf:rdf{item[rdf:about=x]{}}',
    ],
    ['RSS as a prefix', '<rdf:RDF xmlns:rss="http://purl.org/rss/1.0/"><rss:item/></rdf:RDF>', 'rdf:rdf{item{}}'],
    [
      'a declaration further in, and the end of it',
      '<rss><a xmlns="http://www.w3.org/1999/xhtml"><b/></a><c/></rss>',
      'rss{xhtml:a{xhtml:b{}} c{}}',
    ],
    ['xml:base and xml:lang', '<a xml:base="/b" xml:lang="de"/>', 'a[xml:base=/b xml:lang=de]{}'],
  ])('understands %s', (_title, xml, expected) => {
    expect(read(xml)).toBe(expected);
  });

  it('tells of a prefix that nobody declared', () => {
    expect(issuesOf('<rss><dc:date/></rss>')).toEqual(['undeclared-prefix']);
    expect(issuesOf('<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:date/></rss>')).toEqual([]);
  });
});

describe('elements that were not closed', () => {
  it.each([
    ['end with their parent', '<a><b>1</a><c/>', 'a{b{1}} c{}', ['unclosed-element']],
    ['end where a crossed one does', '<p><b><i>1</b>2</i></p>', 'p{2 b{i{1}}}', ['unclosed-element', 'stray-end-tag']],
    [
      'end where the next entry begins',
      '<channel><item><title>1<item>2</channel>',
      'channel{item{title{1}} item{2}}',
      ['unclosed-element'],
    ],
    [
      'end where the next field begins',
      '<item><title>1<link>2<pubDate>3</item>',
      'item{title{1} link{2} pubdate{3}}',
      ['unclosed-element'],
    ],
    [
      'let a description end before the date',
      '<item><description>1 <b>2</b><pubDate>3</item>',
      'item{description{1 b{2}} pubdate{3}}',
      ['unclosed-element'],
    ],
    [
      'let an entry leave what it cannot stand in',
      '<feed><author><name>1</name><entry><id>2</id></entry></feed>',
      'atom:feed{atom:author{atom:name{1}} atom:entry{atom:id{2}}}',
      ['unclosed-element'],
    ],
    [
      'are none where HTML has no end tag',
      '<description>1<br>2<img src="x">3</description>',
      'description{123 br{} img[src=x]{}}',
      [],
    ],
    [
      'are paragraphs where the next begins',
      '<description><p>1<p>2</description>',
      'description{p{1} p{2}}',
      ['unclosed-element'],
    ],
    [
      'take in what comes after them too early',
      '<rss><channel></channel></rss><item/>',
      'rss{channel{} item{}}',
      ['early-end'],
    ],
    [
      'do not end by an end tag of the feed inside an entry',
      '<rss><item><a>1</rss>2</a></item><item/></rss>',
      'rss{item{a{12}} item{}}',
      ['stray-end-tag'],
    ],
    [
      'end with the feed where no end tag of theirs follows',
      '<rss><item><a>1</rss>',
      'rss{item{a{1}}}',
      ['unclosed-element'],
    ],
    ['do not end by a tag that breaks off', '<a><b>1</a<c/></b></a>', 'a{b{1 c{}}}', []],
    ['and end tags without a start close nothing', '<a>1</b>2</a>', 'a{12}', ['stray-end-tag']],
  ])('%s', (_title, xml, expected, issues) => {
    expect(read(xml)).toBe(expected);
    expect(issuesOf(xml)).toEqual(issues);
  });

  it('stay open where the document ends inside them', () => {
    expect(read('<rss><channel><item><title>1</title></item><item><title>2')).toBe(
      'rss{channel{item{title{1}} item{title{2}?}?}?}?',
    );
  });

  it('are taken for closed where the document ends between two fields', () => {
    expect(read('<rss><channel><item><title>1</title>\n')).toBe('rss{channel{item{title{1}}}}');
    expect(read('<rss><channel><item><title>1</title><desc')).toBe('rss{channel{item{title{1}}?}?}?');
  });
});

describe('sections without an end', () => {
  it.each([
    ['a comment loses its first tag', '<a><!-- <b>1</b></a><c/>', 'a{1} c{}', ['unclosed-comment', 'stray-end-tag']],
    ['CDATA ends with its element', '<a><b><![CDATA[1</b><c>2</c></a>', 'a{b{1} c{2}}', ['unclosed-cdata']],
    ['a tag is left out', '<a>1<b x="2', 'a{1}?', ['truncated']],
    [
      'a quote inside one is not looked for twice',
      '<a><b x="1>2</b><b x="3>4</b></a>',
      'a{b[x=1]{2} b[x=3]{4}}',
      ['unclosed-quote'],
    ],
  ])('%s', (_title, xml, expected, issues) => {
    expect(read(xml)).toBe(expected);
    expect(issuesOf(xml)).toEqual(expect.arrayContaining(issues));
  });
});

describe('limits', () => {
  it('leaves out elements beyond the depth, and finds back', () => {
    const deep = `<rss><item><description>${'<b>'.repeat(500)}1${'</b>'.repeat(500)}</description></item><item/></rss>`;
    const { roots, issues } = readXml(deep, LIMITS);
    expect(roots[0]?.children.map(({ name }) => name)).toEqual(['item', 'item']);
    expect(issues.map(({ code }) => code)).toEqual(['too-deep']);
  });

  it('finds back where those elements are never closed', () => {
    const deep = `<rss><item><description>${'<b>'.repeat(500)}1</description></item><item/></rss>`;
    expect(readXml(deep, LIMITS).roots[0]?.children.map(({ name }) => name)).toEqual(['item', 'item']);
  });

  it('leaves out attributes beyond the number', () => {
    const attributes = Array.from({ length: 100 }, (_, i) => `a${i}="${i}"`).join(' ');
    const { roots, issues } = readXml(`<a ${attributes}>1</a>`, LIMITS);
    expect(roots[0]?.attributes).toHaveLength(2 * LIMITS.maxAttributes);
    expect(roots[0]?.text).toBe('1');
    expect(issues.map(({ code }) => code)).toEqual(['too-many-attributes']);
  });
});

/** Pieces that meet in damaged documents more often than chance would have it. */
const fragment = fc.oneof(
  fc.constantFrom(
    '<',
    '>',
    '</',
    '/>',
    '<a',
    '<b>',
    '</b>',
    '</a>',
    '<item>',
    '</item>',
    '<entry',
    ' x="',
    "='",
    '"',
    "'",
  ),
  fc.constantFrom(
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?',
    '?>',
    '<!DOCTYPE a [',
    ']>',
    '&',
    '&lt;',
    '&#',
    ';',
    ' ',
    '\n',
    '\r',
  ),
  fc.constantFrom(
    'xmlns="',
    'xmlns:a="',
    'a:b',
    'http://www.w3.org/2005/Atom',
    '<feed',
    '<rss',
    '<description>',
    '\0',
    '新',
    '\ud800',
  ),
  fc.string({ maxLength: 8 }),
);

describe('any text', () => {
  it('is read without an error, within the limits', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), (pieces) => {
        const { roots } = readXml(pieces.join(''), { maxDepth: 8, maxAttributes: 4 });
        const depthOf = (element: XmlElement): number => 1 + Math.max(0, ...element.children.map(depthOf));
        expect(Math.max(0, ...roots.map(depthOf))).toBeLessThanOrEqual(8);
      }),
      { numRuns: 2000 },
    );
  });

  it('is found again after it was escaped', () => {
    const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        fc.pre(!text.includes('\r'));
        expect(readXml(`<a>${escape(text)}</a>`, LIMITS).roots[0]?.text).toBe(text);
      }),
    );
  });
});
