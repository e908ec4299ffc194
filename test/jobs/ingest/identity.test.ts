import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { DAY, HOUR, type Item, itemsOf, settingsWith, storyOf, T0, visitsOf } from '../check-slots.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const entry = (more: Item = {}): Item => ({
  guid: 'https://a.example/posts/bridge',
  link: 'https://a.example/posts/bridge',
  title: 'Council decides on the bridge',
  text: storyOf(1),
  at: T0 - HOUR,
  ...more,
});

describe('what an entry is known by', () => {
  it('keeps all of ten items that share one guid (miniflux#4197)', async () => {
    const source = visitsOf(redis);
    const items = itemsOf(10, T0 - HOUR).map((item) => ({ ...item, guid: 'the-feed' }));
    await source.visit(items, T0);
    expect(await source.posts()).toHaveLength(10);
    expect(source.state().identity).toMatchObject({
      by: 'guid and link',
      reason: '10 entries of one document had the guid the-feed',
    });
    // The next one comes alone: all others are not read again.
    await source.visit(
      [...itemsOf(1, T0 + HOUR, 99).map((item) => ({ ...item, guid: 'the-feed' })), ...items],
      T0 + 2 * HOUR,
    );
    expect(await source.posts()).toHaveLength(11);
  });

  it('loses nothing and doubles nothing when a shared link takes the place of guids and back (FreshRSS#5329, #5909)', async () => {
    const items = itemsOf(6, T0 - HOUR).map((item) => ({ ...item, link: 'https://a.example/news' }));
    const source = visitsOf(redis);
    await source.visit(items, T0);
    for (const [index, identity] of ['identity: link', '', 'identity: content', ''].entries()) {
      source.reconfigure(settingsWith(identity));
      await source.visit(items, T0 + (index + 1) * HOUR);
      expect(await source.posts(), identity).toHaveLength(6);
    }
  });

  it('keeps entries that share a link and come one at a time', async () => {
    const source = visitsOf(redis);
    const shared = (number: number): Item => ({
      ...entry(),
      guid: `g${number}`,
      link: 'https://a.example/daily',
      title: 'Daily prices',
      text: storyOf(number),
      at: T0 + number * DAY,
    });
    await source.visit([shared(1)], T0 + DAY);
    await source.visit([shared(2), shared(1)], T0 + 2 * DAY);
    await source.visit([shared(3), shared(2), shared(1)], T0 + 3 * DAY);
    expect(await source.posts()).toHaveLength(3);
  });

  it.each<[string, (url: string) => string]>([
    ['http to https (feedbin#206, feedbin/support#431)', (url) => url.replace('http:', 'https:')],
    ['www.', (url) => url.replace('//', '//www.')],
    ['a trailing slash', (url) => `${url}/`],
    ['tracking parameters', (url) => `${url}?utm_source=rss&utm_medium=feed`],
    ['another host (miniflux#458)', (url) => url.replace('a.example', 'cdn.a-news.example')],
  ])('knows entries again after a change of their addresses: %s', async (_title, changed) => {
    const source = visitsOf(redis);
    const items = itemsOf(15, T0 - HOUR).map((item, i) => ({
      ...item,
      guid: `http://a.example/posts/${i}/story`,
      link: `http://a.example/posts/${i}/story`,
    }));
    await source.visit(items, T0);
    const ids = (await source.posts()).map(({ id }) => id);
    const facts = await source.visit(
      items.map((item) => ({ ...item, guid: changed(item.guid), link: changed(item.link) })),
      T0 + HOUR,
    );
    expect(facts).toMatchObject({ added: 0 });
    expect((await source.posts()).map(({ id }) => id)).toEqual(ids);
    expect(await source.held()).toBeUndefined();
  });

  it('knows a guid that names its site inside', async () => {
    const source = visitsOf(redis);
    await source.visit([entry({ guid: '123 at http://www.a.example', link: 'http://a.example/?p=1' })], T0);
    const facts = await source.visit(
      [entry({ guid: '123 at https://a.example/', link: 'http://a.example/?page_id=1' })],
      T0 + HOUR,
    );
    expect(facts).toMatchObject({ added: 0 });
  });

  it('keeps two entries whose guids differ in the fragment alone', async () => {
    const source = visitsOf(redis);
    const page = 'https://a.example/changes';
    await source.visit(
      [
        entry({ guid: `${page}#v1`, link: page }),
        entry({ guid: `${page}#v2`, link: page, title: 'Another version', text: storyOf(2) }),
      ],
      T0,
    );
    expect(await source.posts()).toHaveLength(2);
  });

  it.each<[string, Partial<Item>]>([
    ['with its text', {}],
    ['of a feed of headlines', { text: '' }],
  ])(
    'takes a headline that is part of guid and link for an edit (miniflux#2358, #797, #3120): %s',
    async (_title, more) => {
      const source = visitsOf(redis);
      const slugged = (title: string): Item => {
        const link = `https://a.example/2026/${title.toLowerCase().replace(/\W+/gu, '-')}`;
        return entry({ title, guid: link, link, ...more });
      };
      const rest = itemsOf(4, T0 - 5 * HOUR);
      await source.visit([slugged('Council decides on the bridge'), ...rest], T0);
      const [before] = await source.posts();
      await source.visit([slugged('Council decides on the old bridge'), ...rest], T0 + HOUR);
      const posts = await source.posts();
      expect(posts).toHaveLength(5);
      expect(posts[0]).toMatchObject({
        id: before?.id,
        title: 'Council decides on the old bridge',
        publishedAt: before?.publishedAt,
      });
      await source.visit([slugged('Council to tear down the old bridge'), ...rest], T0 + 2 * HOUR);
      expect(await source.posts()).toHaveLength(5);
    },
  );

  it('keeps two like entries of one moment that are both listed', async () => {
    const source = visitsOf(redis);
    const price = (metal: string): Item =>
      entry({ guid: metal, link: `https://a.example/${metal}`, title: `${metal} price of the day`, text: '' });
    await source.visit([price('Gold')], T0);
    await source.visit([price('Silver'), price('Gold')], T0 + HOUR);
    expect(await source.posts()).toHaveLength(2);
  });

  it('publishes a new article under an old guid and keeps the old post (feedbin/support#604)', async () => {
    const source = visitsOf(redis);
    await source.visit([entry({ guid: 'top-story' })], T0);
    const [old] = await source.posts();
    const next = entry({
      guid: 'top-story',
      link: 'https://a.example/posts/harvest',
      title: 'Farmers expect a poor harvest',
      text: storyOf(2),
      at: T0,
    });
    await source.visit([next], T0 + HOUR);
    const posts = await source.posts();
    expect(posts.map(({ title }) => title)).toEqual(['Farmers expect a poor harvest', 'Council decides on the bridge']);
    expect(posts[1]).toEqual(old);
    // The guid stands for the new story from now on.
    await source.visit([{ ...next, text: `${storyOf(2)} ${storyOf(3)}` }], T0 + 2 * HOUR);
    expect(await source.posts()).toHaveLength(2);
    expect((await source.posts())[0]).toMatchObject({ revision: 2 });
  });

  it.each<[string, (item: Item) => Item, string]>([
    ['the link', (item) => item, 'link'],
    ['the text', ({ link, ...item }) => item, 'content'],
  ])('gives up guids that are new at each fetch for %s (newrelic/docs-website#1271)', async (_title, shaped, by) => {
    const source = visitsOf(redis);
    const items = itemsOf(8, T0 - HOUR).map(shaped);
    const regenerated = (fetch: number) => items.map((item, i) => ({ ...item, guid: `urn:uuid:${fetch}-${i}` }));
    await source.visit(regenerated(0), T0);
    const ids = (await source.posts()).map(({ id }) => id);
    for (const fetch of [1, 2, 3, 4]) await source.visit(regenerated(fetch), T0 + fetch * HOUR);
    expect((await source.posts()).map(({ id }) => id)).toEqual(ids);
    expect(source.state().identity).toMatchObject({
      by,
      since: T0 + 2 * HOUR,
      reason: 'known entries had new guids in 2 documents in a row, 8 of 8 in the last',
    });
  });

  it('does not give up guids for one move of the site', async () => {
    const source = visitsOf(redis);
    const items = itemsOf(8, T0 - HOUR);
    await source.visit(items, T0);
    await source.visit(
      items.map((item) => ({ ...item, guid: `new-${item.guid ?? ''}` })),
      T0 + HOUR,
    );
    await source.visit(
      items.map((item) => ({ ...item, guid: `new-${item.guid ?? ''}`, text: `${item.text ?? ''} More.` })),
      T0 + 2 * HOUR,
    );
    expect(source.state().identity?.by).toBeUndefined();
    expect(await source.posts()).toHaveLength(8);
  });

  it('does not argue with what the operator has set', async () => {
    const source = visitsOf(redis, settingsWith('identity: guid'));
    const items = itemsOf(3, T0 - HOUR).map((item) => ({ ...item, guid: 'one' }));
    await source.visit(items, T0);
    expect(source.state().identity).toBeUndefined();
  });

  it('knows an entry by its text alone once its date has come', async () => {
    const source = visitsOf(redis);
    const planned: Item = { title: 'Planned', text: 'Short.', at: T0 + 2 * HOUR };
    await source.visit([planned], T0);
    expect((await source.posts())[0]?.publishedAt).toBe(T0);
    const facts = await source.visit(
      [planned, { title: 'Next', text: 'Short, too.', at: T0 + 3 * HOUR }],
      T0 + 4 * HOUR,
    );
    expect(facts).toMatchObject({ added: 1 });
  });
});
