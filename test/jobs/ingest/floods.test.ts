import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { discardHeld, discardOld, releaseHeld, type HeldDeps } from '../../../src/jobs/operator/held-entries.ts';
import type { Checks } from '../../../src/ports/checks.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { DAY, HOUR, itemsOf, settingsWith, storyOf, T0, type Visits, visitsOf } from '../check-slots.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const NO_CHECKS: Pick<Checks, 'read' | 'write'> = {
  read: () => Promise.resolve([]),
  write: () => Promise.resolve(true),
};

function depsOf(source: Visits, more: Partial<HeldDeps> = {}): HeldDeps {
  return { ...source.stores, settings: source.settings(), checks: NO_CHECKS, ...more };
}

/** A source with a history of two documents, and then a week of posts under other guids, links, dates and titles. */
async function flooded(source: Visits) {
  const before = itemsOf(12, T0 - HOUR);
  await source.visit(before.slice(1), T0 - HOUR / 2);
  await source.visit(before, T0);
  const again = itemsOf(20, T0 - 3 * HOUR, 500);
  await source.visit(again, T0 + HOUR);
  return { before, again };
}

describe('the flood guard', () => {
  it('lets the first document of a source through, however long', async () => {
    const source = visitsOf(redis);
    await source.visit(itemsOf(300, T0 - HOUR), T0);
    expect(await source.posts()).toHaveLength(300);
  });

  it('holds a source that offers old posts as new, and says why', async () => {
    const source = visitsOf(redis);
    await flooded(source);
    expect(await source.posts()).toHaveLength(12);
    expect(await source.held()).toEqual({
      at: T0 + HOUR,
      reason: '20 of 20 new entries are older than the newest known one, of 2026-11-24',
      count: 20,
    });
  });

  it('loses and doubles nothing while it holds: new posts come through, the same document changes nothing', async () => {
    const source = visitsOf(redis);
    const { again } = await flooded(source);
    await source.visit(again, T0 + 2 * HOUR);
    const changed = again.map((item) => ({ ...item, text: `${item.text ?? ''} And more.` }));
    await source.visit([...changed.slice(0, 3), ...again.slice(3)], T0 + 3 * HOUR);
    await source.visit([...itemsOf(2, T0 + 4 * HOUR, 900), ...changed], T0 + 5 * HOUR);
    expect(await source.posts()).toHaveLength(14);
    expect((await source.held())?.count).toBe(20);
  });

  it('holds again what a crash made it forget before it was noted', async () => {
    const source = visitsOf(redis);
    const { again } = await flooded(source);
    const other = visitsOf(redis);
    // The state was not saved: the same document is read again by somebody who knows nothing of it.
    await other.visit(again, T0 + HOUR);
    expect(await other.posts()).toHaveLength(12);
    expect((await other.held())?.count).toBe(20);
  });

  it('publishes what is released, once, and forgets that it was held', async () => {
    const source = visitsOf(redis);
    const { again } = await flooded(source);
    expect(await releaseHeld('a', depsOf(source), T0 + 2 * HOUR)).toEqual({ published: 20, readAgain: 0 });
    expect(await source.held()).toBeUndefined();
    expect(await source.posts()).toHaveLength(32);
    expect(await releaseHeld('a', depsOf(source), T0 + 2 * HOUR)).toEqual({ published: 0, readAgain: 0 });
    await source.visit(again.slice(0, 19), T0 + 3 * HOUR);
    expect(await source.posts()).toHaveLength(32);
    const dates = (await source.posts()).map(({ publishedAt }) => publishedAt);
    expect(dates).toEqual([...dates].sort((a, b) => b - a));
  });

  it('goes on with a release that was cut short', async () => {
    const source = visitsOf(redis);
    await flooded(source);
    const { posts } = source.stores;
    const failing = { ...posts, save: () => Promise.reject(new Error('cut short')) };
    await expect(releaseHeld('a', depsOf(source, { posts: failing }), T0 + 2 * HOUR)).rejects.toThrow('cut short');
    expect((await source.held())?.count).toBe(20);
    expect(await releaseHeld('a', depsOf(source), T0 + 3 * HOUR)).toMatchObject({ published: 20 });
  });

  it('does not see again what was discarded while the source lists it', async () => {
    const source = visitsOf(redis);
    const { again } = await flooded(source);
    expect(await discardHeld('a', depsOf(source), T0 + 2 * HOUR)).toBe(20);
    expect(await source.held()).toBeUndefined();
    const changed = again.map((item) => ({ ...item, text: `${item.text ?? ''} And more.` }));
    const facts = await source.visit(changed, T0 + 3 * HOUR);
    expect(facts).toMatchObject({ added: 0, changed: 0 });
    expect(await source.posts()).toHaveLength(12);
    expect(await source.held()).toBeUndefined();
  });

  it('discards what nobody has decided on in the time that posts are kept', async () => {
    const source = visitsOf(redis);
    await flooded(source);
    await discardOld(DAY, depsOf(source), T0 + DAY);
    expect((await source.held())?.count).toBe(20);
    await discardOld(DAY, depsOf(source), T0 + 2 * DAY);
    expect(await source.held()).toBeUndefined();
  });

  it('does not keep another source from telling what is held', async () => {
    const source = visitsOf(redis);
    const { again } = await flooded(source);
    const other = visitsOf(redis, settingsWith(), 'b');
    await other.visit(again.slice(0, 2), T0 + 2 * HOUR);
    expect(await source.posts()).toHaveLength(14);
    await releaseHeld('a', depsOf(source), T0 + 3 * HOUR);
    const posts = await source.posts();
    expect(posts).toHaveLength(32);
    expect(posts.filter(({ alsoFrom }) => alsoFrom.length > 0)).toHaveLength(2);
  });

  it('holds many more than usual, and as many as are usual it does not', async () => {
    const source = visitsOf(redis);
    await source.visit(itemsOf(10, T0 - HOUR), T0);
    await source.visit(
      itemsOf(200, T0 + 2 * HOUR, 100).map((item, i) => ({ ...item, at: T0 + HOUR + i * 1_000 })),
      T0 + 3 * HOUR,
    );
    expect((await source.held())?.count).toBe(200);
    source.reconfigure(settingsWith('flood: { least: 1000 }'));
    await source.visit(
      itemsOf(200, T0 + 2 * HOUR, 400).map((item, i) => ({ ...item, at: T0 + 4 * HOUR + i * 1_000 })),
      T0 + 5 * HOUR,
    );
    expect(await source.posts()).toHaveLength(210);
  });

  it('takes what another rule lets through for no flood', async () => {
    const rule = (words: string) =>
      settingsWith(`rules: [{ type: keyword, field: content, any: [${words}], then: drop }]`);
    const source = visitsOf(redis, rule('wire'));
    const wire = itemsOf(20, T0 - 3 * HOUR, 500).map((item) => ({ ...item, text: `wire ${item.text ?? ''}` }));
    const items = itemsOf(12, T0 - HOUR).concat(wire);
    await source.visit(items.slice(1), T0 - HOUR / 2);
    await source.visit(items, T0);
    expect(await source.posts()).toHaveLength(12);
    source.reconfigure(rule('none'));
    await source.visit(items, T0 + HOUR);
    expect(await source.posts()).toHaveLength(32);
  });

  it('takes another address of a source for a new source', async () => {
    const source = visitsOf(redis);
    await flooded(source);
    const { sources, ...settings } = settingsWith();
    source.reconfigure({
      ...settings,
      sources: sources.map((each) => ({ ...each, url: `https://${each.id}.example/other` })),
    });
    await source.visit(itemsOf(30, T0 - 5 * HOUR, 700), T0 + 2 * HOUR);
    expect(await source.posts()).toHaveLength(42);
  });
});

describe('dates', () => {
  it('dates an entry by when it was first seen until its time has passed, and leaves it there (miniflux#2971, plone/planet.plone.org#16, Folo#984)', async () => {
    const source = visitsOf(redis);
    const [planned, ...rest] = itemsOf(3, T0 + 10 * DAY).map((item, i) =>
      i === 0 ? item : { ...item, at: T0 - i * HOUR },
    );
    await source.visit([planned ?? {}, ...rest], T0);
    await source.visit([...itemsOf(1, T0 + HOUR, 50), planned ?? {}, ...rest], T0 + 2 * HOUR);
    expect((await source.posts()).map(({ publishedAt }) => publishedAt - T0)).toEqual([HOUR, 0, -HOUR, -2 * HOUR]);
    await source.visit([{ ...planned, text: storyOf(77) }, ...rest], T0 + 11 * DAY);
    expect((await source.posts()).map(({ publishedAt }) => publishedAt - T0)).toEqual([HOUR, 0, -HOUR, -2 * HOUR]);
  });

  it('does not let a source that restamps its items own the top of the page (python/planet#97, #570)', async () => {
    const quiet = visitsOf(redis, settingsWith(), 'b');
    const restamping = visitsOf(redis);
    await quiet.visit(itemsOf(20, T0 - HOUR, 100), T0);
    const orders: (readonly string[])[] = [];
    for (const fetch of [0, 1, 2, 3]) {
      const at = T0 + fetch * HOUR;
      await restamping.visit(
        itemsOf(30, at).map((item) => ({ ...item, at })),
        at,
      );
      orders.push((await quiet.posts()).map(({ id }) => id));
    }
    expect(orders.slice(1)).toEqual([orders[0], orders[0], orders[0]]);
    const places = (await quiet.posts()).map(({ source }) => source.id);
    expect(places.indexOf('b')).toBe(10);
  });

  it('does not let an archive without dates flood the category', async () => {
    const other = visitsOf(redis, settingsWith(), 'b');
    await other.visit(itemsOf(20, T0 - HOUR, 1_000), T0);
    const source = visitsOf(redis);
    await source.visit(
      itemsOf(200, T0).map(({ at, ...item }) => item),
      T0,
    );
    const posts = await source.posts();
    expect(posts).toHaveLength(220);
    expect(posts.slice(0, 10).map(({ publishedAt }) => T0 - publishedAt)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(posts.filter(({ source: { id }, publishedAt }) => id === 'a' && publishedAt > T0 - DAY).length).toBeLessThan(
      40,
    );
    // In the order of the document.
    const own = posts.filter(({ source: { id } }) => id === 'a').map(({ guid }) => guid);
    expect(own).toEqual(itemsOf(200, T0).map(({ guid }) => guid));
  });

  it('dates a few new entries without dates by when they were first seen', async () => {
    const source = visitsOf(redis);
    const undated = itemsOf(9, T0).map(({ at, ...item }) => item);
    await source.visit(undated.slice(3), T0);
    await source.visit(undated, T0 + HOUR);
    expect((await source.posts()).slice(0, 3).map(({ publishedAt }) => T0 + HOUR - publishedAt)).toEqual([0, 1, 2]);
  });
});
