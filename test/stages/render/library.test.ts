/** Does the feed library behave as our use of it expects? A new version that does not must be seen here first. */
import { Feed } from 'feed';
import { describe, expect, it } from 'vitest';
import { cutEntry, cutFrame, extension } from '../../../src/stages/render/library.ts';

const item = { title: 't', id: 'urn:1', link: 'https://o.example/', date: new Date(0) };
const feed = (): Feed => new Feed({ id: 'urn:f', title: 'f', link: 'https://f.example/', updated: new Date(0) });

describe('the feed library', () => {
  it('ends documents where we cut them', () => {
    expect(feed().rss2()).toMatch(/\n {4}<\/channel>\n<\/rss>$/u);
    expect(feed().atom1()).toMatch(/\n<\/feed>$/u);
    expect(feed().json1()).toMatch(/"items": \[\]\n\}$/u);
  });

  it('lets an extension take the place of what it writes itself', () => {
    const one = feed();
    one.addItem({ ...item, extensions: [extension('title', { _text: 'ours' })] });
    expect(one.rss2().match(/<title>.*<\/title>/gu)).toEqual(['<title>f</title>', '<title>ours</title>']);
    one.addExtension(extension('version', '1.1'));
    expect(one.json1()).toContain('"version": "1.1"');
  });

  it('takes an ampersand that is escaped for one, so that one more level is needed', () => {
    const one = feed();
    one.addItem({ ...item, extensions: [extension('title', { _text: '&amp;lt;' })] });
    expect(one.rss2()).toContain('<title>&amp;lt;</title>');
  });

  it('asks for no time when it is given one', () => {
    expect(feed().rss2()).toContain('<lastBuildDate>Thu, 01 Jan 1970 00:00:00 GMT</lastBuildDate>');
    expect(feed().atom1()).toContain('<updated>1970-01-01T00:00:00.000Z</updated>');
  });
});

describe('cutEntry', () => {
  it('takes an entry with whatever stands in it', () => {
    const tricky = { ...item, content: '<item></item></entry>' };
    expect(cutEntry(tricky, (one) => one.rss2(), { open: '<item>', close: '</item>' })).toMatch(
      /^<item>[\s\S]*CDATA\[<item><\/item><\/entry>\][\s\S]*<\/item>$/u,
    );
  });

  it('fails loudly where the library writes none', () => {
    expect(() => cutEntry(item, () => '', { open: '<item>', close: '</item>' })).toThrow(/wrote no <item>/u);
    expect(() => cutFrame('', '</rss>')).toThrow(/wrote no <\/rss>/u);
  });
});
