/** How many categories of an entry are read? */
import { describe, expect, it } from 'vitest';
import { LIMITS, parseFeed } from '../../support/parsing.ts';

const words = (count: number) => Array.from({ length: count }, (_none, index) => `w${index}`);

const rss = (inner: string) =>
  `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>T</title><item><title>A</title>${inner}</item></channel></rss>`;

const MANY: readonly [string, (count: number) => string][] = [
  [
    'category',
    (count) =>
      rss(
        words(count)
          .map((word) => `<category>${word}</category>`)
          .join(''),
      ),
  ],
  ['media:keywords', (count) => rss(`<media:keywords>${words(count).join(',')}</media:keywords>`)],
  ['itunes:keywords', (count) => rss(`<itunes:keywords>${words(count).join(',')}</itunes:keywords>`)],
  [
    'tags of JSON Feed',
    (count) =>
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'T',
        items: [{ id: '1', title: 'A', tags: words(count) }],
      }),
  ],
  [
    'Atom categories',
    (count) =>
      `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><title>A</title>${words(count)
        .map((word) => `<category term="${word}"/>`)
        .join('')}</entry></feed>`,
  ],
];

describe('categories of an entry', () => {
  it.each(MANY)('%s: the first ones are read, and the rest is reported', (_title, document) => {
    const { entries, issues } = parseFeed(document(3_000));
    expect(entries[0]?.categories).toEqual(words(LIMITS.maxTags));
    expect(issues).toContainEqual({
      code: 'too-many-tags',
      message: 'An entry has more than 50 categories; the rest is left out.',
    });
  });

  it.each(MANY)('%s: as many as the limit are no issue', (_title, document) => {
    const { entries, issues } = parseFeed(document(LIMITS.maxTags));
    expect(entries[0]?.categories).toHaveLength(LIMITS.maxTags);
    expect(issues.map(({ code }) => code)).not.toContain('too-many-tags');
  });

  it('reads more keywords than a call can have arguments', () => {
    for (const name of ['media:keywords', 'itunes:keywords']) {
      const { entries } = parseFeed(rss(`<${name}>${','.repeat(130_000)}last</${name}>`), {
        limits: { ...LIMITS, maxTextLength: 1_000_000 },
      });
      expect(entries[0]?.categories).toEqual(['last']);
    }
  });
});
