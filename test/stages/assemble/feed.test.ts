/** Does a feed hold the posts that it should, and are the others to be found behind it? */
import { describe, expect, it } from 'vitest';
import { parsePosition } from '../../../src/model/paths.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { assembleFeed, needsMore } from '../../../src/stages/assemble/feed.ts';
import { renderers } from '../../../src/stages/render/renderers.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { sampleFeed, samplePost, sampleSettings, sampleSource, T0, withPublish } from '../render/samples.ts';

const HOUR_MS = 3_600_000;
const list = (count: number, changes: (number: number) => Partial<Post> = () => ({})): Post[] =>
  Array.from({ length: count }, (_, number) => samplePost(number, changes(number)));
const ids = (posts: readonly Post[]): string[] => posts.map(({ id }) => id);

describe('the window', () => {
  it.each([
    ['at least `items`, though they are older', { items: 10, windowMs: HOUR_MS }, 10],
    ['at least `window` back, though they are more', { items: 2, windowMs: 5 * HOUR_MS }, 6],
    ['all there are', { items: 100, windowMs: HOUR_MS }, 30],
  ])('holds %s', (_title, publish, count) => {
    expect(sampleFeed(list(30), withPublish(publish)).posts).toHaveLength(count);
  });

  it('is measured from the newest post, not from a clock', () => {
    const settings = withPublish({ items: 2, windowMs: 5 * HOUR_MS });
    const old = list(30).map((post) => ({ ...post, publishedAt: post.publishedAt - 1e11 }));
    expect(ids(sampleFeed(old, settings).posts)).toEqual(ids(sampleFeed(list(30), settings).posts));
  });

  it('keeps every rendered document within the bytes allowed', () => {
    const content = `<p>${'稳"字\\当\n头 '.repeat(400)}</p>`;
    const settings = withPublish({ maxFeedBytes: 100_000 });
    const feed = sampleFeed(
      list(80, () => ({ content })),
      settings,
    );
    const sizes = Object.values(renderers).map((render) => render(feed, createFragmentCache()).body.length);
    expect(feed.posts.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100_000);
    expect(feed.olderBefore).toBeDefined();
  });

  it('holds one post, however large', () => {
    expect(sampleFeed(list(3), withPublish({ maxFeedBytes: 1_000 })).posts).toHaveLength(1);
  });

  it('is empty without posts', () => {
    expect(sampleFeed([])).toMatchObject({ posts: [], updatedAt: 0 });
    expect(sampleFeed([]).olderBefore).toBeUndefined();
  });
});

describe('the order', () => {
  const posts = list(6, (number) => (number === 2 ? { score: 5 } : number === 4 ? { score: -1 } : {}));
  const order = (settings: Settings): readonly number[] =>
    sampleFeed(posts, settings).posts.map(({ id }) => ids(posts).indexOf(id));

  it('is by time, or by score and then by time', () => {
    expect(order(withPublish({}))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(order(withPublish({ order: 'score' }))).toEqual([2, 0, 1, 3, 5, 4]);
  });

  it('is that of the category if it has one', () => {
    const settings = withPublish({ order: 'score' });
    const categories = settings.categories.map((category) => ({ ...category, postOrder: 'time' as const }));
    expect(order({ ...settings, categories })).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('does not choose the posts', () => {
    const feed = sampleFeed(posts, withPublish({ order: 'score', items: 2, windowMs: 0 }));
    expect(ids(feed.posts)).toEqual(ids(posts.slice(0, 2)));
  });
});

describe('titles by a template', () => {
  const post = samplePost(0, { title: 'A title', tags: ['x', 'y'], score: 3 });
  const scopes = { category: { kind: 'category', slug: 'xinhuashe' }, all: { kind: 'all' } } as const;
  const titles = (settings: Settings, scope: keyof typeof scopes): readonly string[] =>
    assembleFeed({ scope: scopes[scope], settings, posts: [post] }).posts.map(({ title }) => title);
  const sourceTitled = { ...sampleSettings(), sources: [sampleSource({ postTitle: '({tags}) {title} {score}' })] };

  it('are those of the category, else of the source, else of the site', () => {
    const site = withPublish({ title: '{category} {{title}}: {title}' });
    expect(titles(site, 'all')).toEqual(['新华社新闻 {title}: A title']);
    const both = { ...site, sources: sourceTitled.sources };
    expect(titles(both, 'all')).toEqual(['(x, y) A title 3']);
    const categories = site.categories.map((category) => ({ ...category, postTitle: '{source}: {title}' }));
    expect(titles({ ...both, categories }, 'category')).toEqual([`${post.source.title ?? ''}: A title`]);
    expect(titles({ ...both, categories }, 'all')).toEqual(['(x, y) A title 3']);
  });

  it('are never empty, and change nothing else of a post', () => {
    expect(titles(withPublish({ title: '{rights}' }), 'all')).toEqual(['A title']);
    const [shown] = assembleFeed({ scope: scopes.all, settings: sourceTitled, posts: [post] }).posts;
    expect(shown).toEqual({ ...post, title: '(x, y) A title 3' });
  });
});

describe('needsMore', () => {
  const settings = withPublish({ items: 5, windowMs: 10 * HOUR_MS });

  it.each([
    ['there are no more', 9, 10, false],
    ['the window reaches further', 10, 10, true],
    ['the window has ended', 20, 20, false],
  ])('when %s', (_title, given, asked, more) => {
    expect(needsMore(list(given), asked, settings)).toBe(more);
  });

  it('when the bytes are used up, not even if the window reaches further', () => {
    const heavy = list(10, () => ({ content: 'x'.repeat(300_000) }));
    expect(needsMore(heavy, 10, settings)).toBe(false);
  });
});

describe('the share of a source', () => {
  const of = (id: string): Partial<Post> => ({ source: { id, feedUrl: `https://${id}.example/feed` } });
  const loud = list(60, (number) => of(number % 6 === 5 ? `quiet${number % 5}` : 'loud'));

  it('is capped where others have posts', () => {
    const feed = sampleFeed(loud, withPublish({ items: 20, windowMs: 0, maxSourceShare: 0.5 }));
    expect(feed.posts).toHaveLength(20);
    expect(feed.posts.filter(({ source }) => source.id === 'loud')).toHaveLength(10);
  });

  it('leaves what it holds back to the archive', () => {
    const feed = sampleFeed(loud, withPublish({ items: 20, windowMs: 0, maxSourceShare: 0.5 }));
    const shown = new Set(ids(feed.posts));
    const firstHeldBack = loud.findIndex(({ id }) => !shown.has(id));
    const start = parsePosition(feed.olderBefore ?? '');
    expect(ids(loud).indexOf(start?.id ?? '')).toBeLessThan(firstHeldBack);
  });

  it.each([
    ['a single source has all', list(30)],
    ['two sources share as they can', list(30, (number) => of(number % 2 === 0 ? 'a' : 'b'))],
  ])('does not empty a feed: %s', (_title, posts) => {
    expect(sampleFeed(posts, withPublish({ items: 20, windowMs: 0, maxSourceShare: 0.1 })).posts).toHaveLength(20);
  });

  it('does not hold in the feed of a source itself', () => {
    const settings = withPublish({ items: 10, windowMs: 0, maxSourceShare: 0.1 });
    const feed = assembleFeed({ scope: { kind: 'source', id: 'loud' }, settings, posts: loud });
    expect(ids(feed.posts)).toEqual(ids(loud.slice(0, 10)));
  });
});

describe('archive pages', () => {
  const settings = withPublish({ items: 20, windowMs: 0 });
  // Ids as they are in life: spread evenly.
  const spread = (count: number, from = 0): Post[] =>
    list(count, (number) => ({
      id: ((BigInt(number + from + 1) * 0x9e37_79b9_7f4a_7c15n) & 0xffff_ffff_ffff_ffffn)
        .toString(16)
        .padStart(16, '0'),
    }));

  function below(posts: readonly Post[], before: string): Post[] {
    const { id } = parsePosition(before) ?? { id: '' };
    return posts.slice(posts.findIndex((post) => post.id === id) + 1).slice(0, settings.publish.items * 2 + 1);
  }

  function chain(posts: readonly Post[]): { pages: Map<string, string[]>; seen: Set<string> } {
    const scope = { kind: 'all' } as const;
    const first = assembleFeed({ scope, settings, posts });
    const seen = new Set(ids(first.posts));
    const pages = new Map<string, string[]>();
    let before = first.olderBefore;
    while (before !== undefined) {
      const page = assembleFeed({ scope, settings, posts: below(posts, before), before });
      pages.set(before, ids(page.posts));
      for (const id of ids(page.posts)) seen.add(id);
      expect(page.posts.length).toBeLessThanOrEqual(settings.publish.items * 2);
      before = page.olderBefore;
    }
    return { pages, seen };
  }

  it('lead back to the very first post', () => {
    const posts = spread(500);
    expect(chain(posts).seen.size).toBe(500);
  });

  it('keep their addresses and contents while new posts come in above', () => {
    const all = spread(530);
    const before = chain(all.slice(30)).pages;
    const after = chain(all).pages;
    const kept = [...before].filter(([address, page]) => after.get(address)?.join() === page.join());
    expect(kept.length).toBeGreaterThan(before.size - 2);
  });

  it('say where they start', () => {
    const posts = spread(100);
    const before = assembleFeed({ scope: { kind: 'all' }, settings, posts }).olderBefore ?? '';
    const page = assembleFeed({ scope: { kind: 'all' }, settings, posts: below(posts, before), before });
    expect(page.before).toBe(before);
  });
});

describe('what may be published of a post', () => {
  const long = `<p>${'稳字当头，稳中求进。'.repeat(100)}</p>`;
  const settingsFor = (content: 'full' | 'summary' | 'none', own?: 'full' | 'summary' | 'none'): Settings => ({
    ...withPublish({ content }),
    sources: own === undefined ? [] : [sampleSource({ content: own })],
  });

  it.each([
    ['full keeps both', settingsFor('full'), { content: long, summary: '<p>短</p>' }, [long, '<p>短</p>']],
    [
      'summary keeps the summary',
      settingsFor('summary'),
      { content: long, summary: '<p>短</p>' },
      [undefined, '<p>短</p>'],
    ],
    ['none keeps neither', settingsFor('none'), { content: long, summary: '<p>短</p>' }, [undefined, undefined]],
    [
      'the source has the last word',
      settingsFor('full', 'none'),
      { content: long, summary: 'x' },
      [undefined, undefined],
    ],
    ['also when it allows more', settingsFor('none', 'full'), { content: long, summary: 'x' }, [long, 'x']],
  ])('%s', (_title, settings, changes, [content, summary]) => {
    const [post] = sampleFeed([samplePost(0, changes)], settings).posts;
    expect([post?.content, post?.summary]).toEqual([content, summary]);
  });

  it.each([
    [
      'there is none',
      () => {
        const { summary: _none, ...rest } = samplePost(0, { content: long });
        return rest;
      },
    ],
    ['it is the whole article', () => samplePost(0, { content: long, summary: long })],
  ])('is a summary made from the text where %s', (_title, post) => {
    const [shown] = sampleFeed([post()], settingsFor('summary')).posts;
    expect(shown?.summary).toMatch(/^<p>稳字当头.{100,200}…<\/p>$/u);
    expect(shown?.content).toBeUndefined();
  });
});

describe('the feed itself', () => {
  const settings = sampleSettings();

  it.each([
    [{ kind: 'all' } as const, '财经要闻', 'zh-CN'],
    [{ kind: 'category', slug: 'tech' } as const, 'Tech & Science', 'en'],
    [{ kind: 'tag', tag: '股票' } as const, '股票 - 财经要闻', 'zh-CN'],
    [{ kind: 'source', id: 'xinhua-finance' } as const, '新华财经', 'zh-CN'],
    [{ kind: 'source', id: 'forgotten' } as const, '新华财经', 'zh-CN'],
  ])('of %o is called %s', (scope, title, language) => {
    const posts = list(1, () => ({
      source: { ...samplePost(0).source, id: scope.kind === 'source' ? scope.id : 'x' },
    }));
    expect(assembleFeed({ scope, settings, posts })).toMatchObject({ title, language });
  });

  it('was updated when its posts last were, or when the last of them was seen', () => {
    const posts = [samplePost(0), samplePost(1, { updatedAt: T0 + 5 }), samplePost(2, { firstSeenAt: T0 + 7 })];
    expect(sampleFeed(posts).updatedAt).toBe(T0 + 7);
  });

  it.each([
    ['self', 'https://news.example.org/websub'],
    ['https://hub.example/', 'https://hub.example/'],
  ])('names the hub %s', (websubHub, hub) => {
    expect(sampleFeed(list(1), withPublish({ websubHub })).hub).toBe(hub);
  });

  it.each([
    ['every two minutes', 2, 60],
    ['every ten minutes', 10, 300],
    ['every hour', 60, 1_800],
    ['once a day', 1_440, 3_600],
    ['never twice', 0, 3_600],
  ])('that changes %s may be kept for a while', (_title, minutes, seconds) => {
    const count = minutes === 0 ? 1 : 30;
    const posts = list(count, (number) => ({ publishedAt: T0 - number * minutes * 60_000 }));
    expect(sampleFeed(posts).maxAgeSeconds).toBe(seconds);
  });
});

describe('the feed of a source', () => {
  const SHARED = { source: { id: 'a', title: 'Paper A', url: 'https://a.example/', feedUrl: 'https://a.example/rss' } };
  const OWN = { source: { id: 'b', title: 'Paper B', url: 'https://b.example/', feedUrl: 'https://b.example/rss' } };
  const shared = samplePost(0, { ...SHARED, language: 'de', alsoFrom: [OWN] });
  const own = samplePost(1, { ...OWN, language: 'fr' });
  const feedOf = (posts: readonly Post[], settings: Settings = sampleSettings({ sources: [] })) =>
    assembleFeed({ scope: { kind: 'source', id: 'b' }, settings, posts });

  it.each<[string, readonly Post[], string, string]>([
    ['its newest post is a story of another source', [shared, own], 'Paper B', 'fr'],
    ['all its posts are stories of other sources', [shared], 'Paper B', 'zh-CN'],
    ['it has no post', [], 'b', 'zh-CN'],
  ])('has its title and its language, also if %s', (_what, posts, title, language) => {
    expect(feedOf(posts)).toMatchObject({ title, language });
  });

  it('has those that the config gives it before all', () => {
    const sources = [sampleSource({ id: 'b', title: 'Mine', language: 'it' })];
    expect(feedOf([shared, own], sampleSettings({ sources }))).toMatchObject({ title: 'Mine', language: 'it' });
  });

  it('leads to its own site', () => {
    const page = Buffer.from(renderers.html(feedOf([shared]), createFragmentCache()).body).toString();
    expect(page).toContain('<a href="https://b.example/" rel="noopener">b.example</a>');
  });
});

describe('an assembled feed', () => {
  it('holds a post once, also if it is given twice', () => {
    const [post] = list(1);
    if (post === undefined) throw new Error('There is one post.');
    expect(ids(sampleFeed([post, post]).posts)).toEqual([post.id]);
  });
});
