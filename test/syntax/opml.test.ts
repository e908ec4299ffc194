import { fc } from '../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import { readOpml } from '../../src/syntax/opml.ts';

const feed = (extra: object) => ({ categories: [], folders: [], offset: expect.any(Number) as number, ...extra });

describe('readOpml', () => {
  it('reads folders, attributes and places', () => {
    const xml = `<?xml version="1.0"?>
<opml version="2.0"><head><title> My &amp; list </title></head><body>
  <outline text="News"><outline text="World">
    <outline type="rss" text="BBC" title="BBC World" xmlUrl="http://a.org/x?a=1&amp;b=2" htmlUrl="http://a.org/" category="/world/uk,top"/>
  </outline></outline>
  <outline text="alone" xmlUrl="http://b.org/"/>
</body></opml>`;
    const read = readOpml(xml);
    expect(read).toEqual({
      title: 'My & list',
      subscriptions: [
        feed({
          text: 'BBC',
          title: 'BBC World',
          xmlUrl: 'http://a.org/x?a=1&b=2',
          htmlUrl: 'http://a.org/',
          categories: [['world', 'uk'], ['top']],
          folders: ['News', 'World'],
        }),
        feed({ text: 'alone', xmlUrl: 'http://b.org/' }),
      ],
    });
    expect(xml.slice(read?.subscriptions[1]?.offset).startsWith('<outline text="alone"')).toBe(true);
  });

  it.each([
    ['names in any letter case', '<OPML><BODY><OUTLINE TEXT="a" XMLURL="http://a.org/"/></BODY></OPML>'],
    ['a stray ampersand', '<opml><outline text="a" xmlUrl="http://a.org/" htmlUrl="http://a.org/?a&b"/></opml>'],
    ['outlines that are never closed', '<opml><body><outline text="a" xmlUrl="http://a.org/">'],
    ['no opml element around the outlines', '<outline text="a" xmlUrl="http://a.org/"/>'],
    ['single quotes and line breaks in tags', "<opml><outline\n text='a'\n xmlUrl='http://a.org/' /></opml>"],
    ['blanks around an address', '<opml><outline text="a" xmlUrl="  http://a.org/ "/></opml>'],
    ['a byte order mark and text in front', '\ufeffhello <opml><outline text="a" xmlUrl="http://a.org/"/></opml>'],
    ['a prefix', '<x:opml xmlns:x="y"><x:outline text="a" xmlUrl="http://a.org/"/></x:opml>'],
  ])('bears %s', (_title, xml) => {
    expect(readOpml(xml)?.subscriptions).toMatchObject([{ text: 'a', xmlUrl: 'http://a.org/' }]);
  });

  it('counts an outline with an address and children as feed and folder', () => {
    const xml =
      '<opml><outline text="a" xmlUrl="http://a.org/"><outline text="b" xmlUrl="http://b.org/"/></outline></opml>';
    expect(readOpml(xml)?.subscriptions.map(({ text, folders }) => [text, folders])).toEqual([
      ['a', []],
      ['b', ['a']],
    ]);
  });

  it('leaves out outlines without an address', () => {
    expect(readOpml('<opml><outline text="a"/><outline text="b" xmlUrl=""/></opml>')?.subscriptions).toEqual([]);
  });

  it.each(['', 'hello', '<html><body>x</body></html>', '<rss version="2.0"/>', '\u0000\u0001'])(
    'knows that %j is no subscription list',
    (text) => {
      expect(readOpml(text)).toBeUndefined();
    },
  );

  it('reads ten thousand nested folders', () => {
    const xml = `<opml>${'<outline text="f">'.repeat(10_000)}<outline text="a" xmlUrl="http://a.org/"/>`;
    expect(readOpml(xml)?.subscriptions[0]?.folders).toHaveLength(10_000);
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '<opml>',
      '<outline',
      ' xmlUrl="',
      'http://a.org/',
      '"',
      "'",
      '/>',
      '>',
      '</outline>',
      '<![CDATA[',
      '<!--',
      '&',
      '&#x0;',
      '\u0000',
      '财',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const read = readOpml(pieces.join(''));
        expect(read === undefined || read.subscriptions.every(({ xmlUrl }) => xmlUrl !== '')).toBe(true);
      }),
    );
  });
});
