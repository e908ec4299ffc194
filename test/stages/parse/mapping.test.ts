/** Does rss-parser map the way we rely on? A new version of it has to pass here first. */
import Parser from 'rss-parser';
import { describe, expect, it } from 'vitest';
import type { EntryRest, FeedRest } from '../../../src/stages/parse/canonical.ts';
import { mapFeed } from '../../../src/stages/parse/mapping.ts';

interface Library {
  buildRSS2(tree: unknown): unknown;
}

const REST = { any: 'thing' };

function library(): Library {
  // Not in its types: its door is parseString.
  return new Parser({ customFields: { feed: ['rest'], item: ['rest'] } }) as unknown as Library;
}

describe('rss-parser', () => {
  it('maps the tree of an RSS 2.0 document without its own reader, at once', () => {
    const tree = {
      rss: {
        channel: [
          {
            title: ['T'],
            link: ['http://a.org/'],
            description: ['D'],
            language: ['en'],
            copyright: ['C'],
            rest: [REST],
            item: [{ guid: ['1'], title: ['t'], link: ['http://a.org/1'], category: ['x', 'y'], rest: [REST] }],
          },
        ],
      },
    };
    expect(library().buildRSS2(tree)).toEqual({
      title: 'T',
      link: 'http://a.org/',
      description: 'D',
      language: 'en',
      copyright: 'C',
      rest: REST,
      items: [{ guid: '1', title: 't', link: 'http://a.org/1', categories: ['x', 'y'], rest: REST }],
    });
  });

  it('leaves out what is undefined', () => {
    const item = { guid: undefined, title: undefined, link: undefined, category: undefined, rest: [REST] };
    expect(library().buildRSS2({ rss: { channel: [{ rest: [REST], item: [item] }] } })).toStrictEqual({
      rest: REST,
      items: [{ rest: REST }],
    });
  });

  it('hands on what it does not know as the same object', () => {
    const mapped = library().buildRSS2({ rss: { channel: [{ rest: [REST], item: [] }] } });
    expect((mapped as { rest: unknown }).rest).toBe(REST); // the shape is what the test above shows
  });
});

describe('mapFeed', () => {
  const rest: FeedRest = { format: 'rss', authors: [], hubs: [], hints: { skipHours: [], skipDays: [] } };
  const entryRest = (): EntryRest => ({ authors: [], enclosures: [] });

  it('joins what was mapped with what passed through', () => {
    const item = { guid: ['1'], title: ['t'], link: ['http://a.org/1'], category: ['x'], rest: [entryRest()] } as const;
    expect(mapFeed({ title: ['T'], copyright: ['C'], rest: [rest], item: [item] })).toEqual({
      ...rest,
      title: 'T',
      rights: 'C',
      entries: [{ id: '1', title: 't', link: 'http://a.org/1', categories: ['x'], authors: [], enclosures: [] }],
    });
  });

  it('leaves absent fields out', () => {
    const item = {
      guid: undefined,
      title: undefined,
      link: undefined,
      category: undefined,
      rest: [entryRest()],
    } as const;
    expect(mapFeed({ rest: [rest], item: [item] })).toStrictEqual({
      ...rest,
      entries: [{ categories: [], authors: [], enclosures: [] }],
    });
  });
});
