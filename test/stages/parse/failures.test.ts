/** What is said of a document that is no feed, and what of one that is too much? */
import { describe, expect, it } from 'vitest';
import { LIMITS, parseFailure, parseFeed, rss } from '../../support/parsing.ts';

describe('parseDocument, when there is no feed', () => {
  it.each([
    ['no bytes', '', 'empty', 'The document is empty (0 bytes).'],
    ['white space', ' \n\ufeff', 'empty', 'The document contains only white space.'],
    ['plain text', 'Service unavailable', 'not-a-feed', 'The document is plain text without any markup.'],
    [
      'another XML',
      '<opml version="2.0"><body/></opml>',
      'not-a-feed',
      'The document is XML, but its root <opml> is not the root of a feed format.',
    ],
    ['half a tag', '<rss version="2', 'malformed', 'The document has no complete element.'],
    [
      'other JSON',
      '{"error":"not found"}',
      'not-a-feed',
      'The document is JSON, but not a JSON Feed: it has no items.',
    ],
    [
      'a page',
      '<!DOCTYPE html><html><body>404</body></html>',
      'html',
      'The document is an HTML page and names no feed.',
    ],
    [
      'a page with a feed',
      '<html><head><link rel=alternate type=application/rss+xml href=/feed></head></html>',
      'html',
      'The document is an HTML page that names a feed: https://a.org/feed.',
    ],
    [
      'a page with an element of its own',
      '<!DOCTYPE html><html><head><link rel=alternate type=application/rss+xml href=/feed></head><item>1</item></html>',
      'html',
      'The document is an HTML page that names a feed: https://a.org/feed.',
    ],
  ])('says so of %s', (_title, document, kind, message) => {
    const failure = parseFailure(document, { url: 'https://a.org/blog/' });
    expect([failure.kind, failure.message]).toEqual([kind, message]);
  });

  it('says so of a picture', () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de', 'hex');
    expect(parseFailure(png)).toEqual({
      kind: 'not-a-feed',
      message: 'The document is binary data, not text.',
      feedLinks: [],
    });
  });

  it('says of JSON where it breaks off', () => {
    const { kind, message } = parseFailure('{"items":[{"id":"1"');
    expect(kind).toBe('malformed');
    expect(message).toMatch(/^The document begins like JSON but is not JSON: .+ position 19/);
  });
});

describe('limits', () => {
  it('reads the first entries of too many', () => {
    const feed = parseFeed(rss('<item><title>1</title></item>'.repeat(5)), { limits: { ...LIMITS, maxEntries: 3 } });
    expect(feed.entries).toHaveLength(3);
    expect(feed.issues).toEqual([{ code: 'too-many-entries', message: 'Only the first 3 of 5 entries were read.' }]);
  });

  it('cuts a text that is too long', () => {
    const feed = parseFeed(rss(`<item><description>${'x'.repeat(50)}</description></item>`), {
      limits: { ...LIMITS, maxTextLength: 20 },
    });
    expect(feed.entries[0]?.summary).toEqual({ html: 'x'.repeat(20) });
    expect(feed.issues.map(({ code }) => code)).toEqual(['text-too-long']);
  });

  it('leaves out what JSON nests too deep', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const feed = parseFeed(`{"items":[{"id":"1","_x":${deep}},{"id":"2"}]}`);
    expect(feed.entries.map(({ id }) => id)).toEqual(['1', '2']);
    expect(feed.issues).toEqual([{ code: 'too-deep', message: 'Values are nested more than 64 levels deep.' }]);
  });

  it('counts what is odd, and says it once', () => {
    const feed = parseFeed(rss('<item><pubDate>soon</pubDate></item><item><pubDate>later</pubDate></item>'));
    expect(feed.issues).toEqual([{ code: 'bad-date', message: '"soon" is not a date. (and 1 more)' }]);
  });
});
