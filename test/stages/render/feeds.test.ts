/** Are the feeds what each standard asks for, whatever stands in the posts? */
import { decodeXML } from 'entities';
import fc from 'fast-check';
import { parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import type { OutputFeed, OutputFormat } from '../../../src/model/output.ts';
import { assembleFeed } from '../../../src/stages/assemble/feed.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { renderers } from '../../../src/stages/render/renderers.ts';
import { atomProblems, jsonProblems, rssProblems } from '../../support/feed-rules.ts';
import { anyPosts } from './arbitrary-posts.ts';
import { sampleFeed, samplePost, sampleSettings, T0, withPublish } from './samples.ts';

const rules = { rss: rssProblems, atom: atomProblems, json: jsonProblems } as const;
const EDGES = { rss: ['<item>', '</item>'], atom: ['<entry', '</entry>'], json: ['{', '}'] } as const;
const FEEDS = ['rss', 'atom', 'json'] as const;

function textOf(feed: OutputFeed, format: OutputFormat): string {
  return Buffer.from(renderers[format](feed, createFragmentCache()).body).toString();
}

/** Two posts that use every field, one that uses hardly any. */
const golden = sampleFeed(
  [
    samplePost(0, {
      title: 'AT&T <b>涨停</b> ]]> ]]> &amp; 😀',
      content: '<p>a ]]> b ]]> &amp;lt; c <a href="https://o.example/?a=1&amp;b=2">链接</a></p>',
      authors: [{ name: '张三', email: 'zhang@origin.example', uri: 'https://origin.example/zhang' }, { name: '李四' }],
      tags: ['a<b', '股票', '"引号"'],
      enclosures: [
        { url: 'https://media.example/a.mp3', type: 'audio/mpeg', length: 5_000 },
        { url: 'https://media.example/视频.mp4' },
      ],
      image: 'https://media.example/图.jpg?a=1&b=2',
      updatedAt: T0 + 3_600_000,
      language: 'en',
      rights: '© 2021 新华社 & others',
      revision: 3,
      alsoFrom: [
        {
          source: { id: 'other', title: 'Other & Co', feedUrl: 'https://other.example/feed' },
          url: 'https://other.example/1?a=1&b=2',
          title: 'The same "story"',
        },
      ],
    }),
    samplePost(1, {
      enclosures: [{ url: 'https://media.example/1.mp3', type: 'audio/mpeg', length: 9_000 }],
      episode: {
        durationSeconds: 3_723,
        season: 2,
        number: 7,
        kind: 'full',
        explicit: false,
        image: 'https://media.example/封面.jpg?a=1&b=2',
        transcripts: [
          { url: 'https://media.example/1.vtt', type: 'text/vtt', language: 'zh-CN', captions: true },
          { url: 'https://media.example/1.srt' },
        ],
        chapters: { url: 'https://media.example/1.json?a=1&b=2' },
      },
    }),
    samplePost(30, { authors: [], tags: [], content: '<p>只有正文</p>' }),
  ],
  withPublish({ websubHub: 'self' }),
);

describe.each(FEEDS)('the %s feed', (format) => {
  it('looks as it always has', async () => {
    await expect(textOf(golden, format)).toMatchFileSnapshot(`fixtures/category.${format}`);
  });

  it('breaks no rule of the feed validator', () => {
    expect(rules[format](textOf(golden, format))).toEqual([]);
  });

  it('breaks none as an archive page, without posts, or without a description', () => {
    const settings = sampleSettings();
    const bare = { ...settings, categories: [] };
    const feeds = [
      assembleFeed({
        scope: { kind: 'all' },
        settings: { ...settings, publish: { ...settings.publish, items: 1 } },
        posts: [samplePost(0), samplePost(1), samplePost(2)],
        before: '1640278791000-9000000000000014',
      }),
      sampleFeed([]),
      assembleFeed({ scope: { kind: 'tag', tag: 'a<b&"c"/' }, settings: bare, posts: [samplePost(0)] }),
      assembleFeed({ scope: { kind: 'source', id: '源' }, settings: bare, posts: [samplePost(0)] }),
    ];
    expect(feeds.map((feed) => rules[format](textOf(feed, format)))).toEqual([[], [], [], []]);
  });

  it('breaks none, whatever stands in the posts', () => {
    fc.assert(
      fc.property(anyPosts, (posts) => {
        expect(rules[format](textOf(sampleFeed(posts), format))).toEqual([]);
      }),
    );
  });

  it('is the same with and without kept pieces, and at any time of day', () => {
    const cache = createFragmentCache();
    const first = renderers[format](golden, cache);
    const again = renderers[format](golden, cache);
    const fresh = renderers[format](structuredClone(golden), createFragmentCache());
    expect([Buffer.from(again.body), Buffer.from(fresh.body)]).toEqual([first.body, first.body]);
    expect([again.serving, fresh.serving]).toEqual([first.serving, first.serving]);
  });

  it('does not use the piece of a post that changed in anything that is shown', () => {
    const cache = createFragmentCache();
    const before = renderers[format](sampleFeed([samplePost(0)]), cache);
    const also = { source: { id: 'o', feedUrl: 'https://o.example/f' }, url: 'https://o.example/neu' };
    const changed = sampleFeed([samplePost(0, { alsoFrom: [also] })]);
    const after = renderers[format](changed, cache);
    expect(Buffer.from(after.body).toString()).toContain('https://o.example/neu');
    expect(after.serving?.entries?.[0]?.key).not.toBe(before.serving?.entries?.[0]?.key);
  });

  it('says where each entry lies', () => {
    const { body, serving } = renderers[format](golden, createFragmentCache());
    const pieces = serving?.entries?.map(({ start, end }) => Buffer.from(body.subarray(start, end)).toString()) ?? [];
    const [open, close] = EDGES[format];
    expect(pieces).toHaveLength(3);
    expect(pieces.every((piece) => piece.startsWith(open) && piece.endsWith(close))).toBe(true);
  });

  it('has the last change of its posts for its own time', () => {
    expect(renderers[format](golden, createFragmentCache()).modifiedAt).toBe(T0 + 3_600_000 - (T0 % 1_000));
  });

  it('leads on to the older posts', () => {
    const feed = sampleFeed([samplePost(0), samplePost(1), samplePost(2)], withPublish({ items: 2, windowMs: 0 }));
    const older = `https://news.example.org/category/xinhuashe/before/${feed.olderBefore ?? ''}.${format}`;
    expect(textOf(feed, format)).toContain(older);
  });

  it('keeps Chinese and emoji as they are', () => {
    expect(textOf(golden, format)).toContain('涨停');
    expect(textOf(golden, format)).toContain('😀');
    expect(textOf(golden, format)).not.toMatch(/&#x?\d/u);
  });
});

describe('a feed without posts', () => {
  it('claims no date in RSS, which need not have one', () => {
    expect(textOf(sampleFeed([]), 'rss')).not.toMatch(/1970|lastBuildDate/u);
    expect(textOf(golden, 'rss')).toContain('<lastBuildDate>');
  });
});

describe('post ids', () => {
  it('are the same in all formats', () => {
    const id = 'https://news.example.org/post/9000000000000001';
    expect(FEEDS.map((format) => textOf(golden, format).includes(id))).toEqual([true, true, true]);
  });

  it('do not change with the address, title or source of the post', () => {
    const moved = samplePost(1, { url: 'https://moved.example/1', title: 'x', guid: 'y' });
    expect(textOf(sampleFeed([moved]), 'rss')).toContain('>https://news.example.org/post/9000000000000001</guid>');
  });
});

describe('titles in RSS', () => {
  /** As a reader without knowledge of HTML shows them, and as one that takes every title for HTML. */
  function shown(title: string) {
    const xml = textOf(sampleFeed([samplePost(0, { title })]), 'rss');
    const [, , escaped = ''] = /<item>(.*?)<title>(.*?)<\/title>/su.exec(xml) ?? [];
    const plain = decodeXML(escaped);
    const html = parseFragment(plain).childNodes.map((node) => ('value' in node ? node.value : `[${node.nodeName}]`));
    return [plain, html.join('')].map((text) => text.replaceAll('\u200c', ''));
  }

  it.each([
    'AT&T',
    'AT&amp;T',
    '1 < 2 and 3 > 2',
    'x<y and more',
    'The <b> element',
    '</script> ends <!-- a comment',
    '<?php ?> or <!doctype>',
    'What &#x41; and &copy mean',
    '&notit; &ampersand;',
    '工信部：<新>闻',
  ])('show %s as it was meant, whatever the reader takes them for', (title) => {
    expect(shown(title)).toEqual([title, title]);
  });

  it('are written as they are where both readings are the same', () => {
    expect(textOf(sampleFeed([samplePost(0, { title: 'AT&T: 1 < 2' })]), 'rss')).toContain(
      '<title>AT&amp;T: 1 &lt; 2</title>',
    );
  });
});

describe('an entry without a title', () => {
  it.each([
    ['the beginning of its text', { content: '<p>稳字当头</p>', summary: undefined as never }, '稳字当头'],
    ['the name of its source', { content: undefined as never, summary: undefined as never }, '新华财经'],
  ])('is titled after %s, in RSS and in Atom', (_what, changes, title) => {
    const feed = sampleFeed([samplePost(0, { title: ' ', ...changes })]);
    expect(FEEDS.map((format) => textOf(feed, format).split(title).length > 1)).toEqual([true, true, true]);
    expect(textOf(feed, 'atom')).toContain(`<title>${title}</title>`);
    expect(textOf(feed, 'rss')).toContain(`<title>${title}</title>`);
  });
});

describe('an item in RSS', () => {
  it('has its description before its content', () => {
    const xml = textOf(sampleFeed([samplePost(0)]), 'rss');
    const item = xml.slice(xml.indexOf('<item>'));
    expect(item.indexOf('<description>')).toBeGreaterThan(0);
    expect(item.indexOf('<content:encoded>')).toBeGreaterThan(item.indexOf('<description>'));
  });
});
