import { describe, expect, it } from 'vitest';
import { purgeRemovedSources, purgeSource } from '../../../src/jobs/operator/purge-source.ts';
import { StoreError } from '../../../src/model/errors.ts';
import { Killed, memoryStore, type MemoryStore } from '../../support/memory-store.ts';
import { memoryOutbox } from '../../support/memory.ts';
import { HOUR, settingsOf, T0 } from '../newsroom.ts';
import { entryOf, offer, reported } from './takedowns.ts';

const DAY = 24 * HOUR;
const { categories } = settingsOf();
const depsOf = (store: MemoryStore) => ({ posts: store.posts, outbox: memoryOutbox(), categories });

/** Source `a` has one post of its own, and shares a story with `b`. */
async function published(): Promise<MemoryStore> {
  const store = memoryStore();
  await offer(store, 'a', entryOf('a', 1), entryOf('a', 2));
  await offer(store, 'b', entryOf('b', 2), entryOf('b', 3));
  expect(reported(store)).toEqual(['a', 'a+b', 'b']);
  return store;
}

describe('purgeSource', () => {
  it('removes the posts of a source, keeps stories of others without it, and marks archive pages', async () => {
    const store = await published();
    const deps = depsOf(store);
    expect(await purgeSource('a', deps, T0)).toEqual({ removed: 1, kept: 1 });
    expect(reported(store)).toEqual(['b', 'b']);
    const [story] = store.all().filter(({ guid }) => guid === 'b2');
    expect(story).toMatchObject({ title: 'Headline 2 of b', source: { id: 'b' }, alsoFrom: [] });
    expect(deps.outbox.keys()).toContain('archive:source:a');
  });

  it('leaves tombstones, so that entries that are still listed do not come back', async () => {
    const store = await published();
    await purgeSource('a', depsOf(store), T0);
    const { decisions } = await offer(store, 'a', entryOf('a', 1));
    expect(decisions.map(({ kind }) => kind)).toEqual(['forgotten']);
  });

  it('of a source without posts does nothing', async () => {
    const store = await published();
    const before = store.writes.length;
    expect(await purgeSource('none', depsOf(store), T0)).toEqual({ removed: 0, kept: 0 });
    expect(store.writes).toHaveLength(before);
  });

  it('reads a batch again that another worker has changed meanwhile', async () => {
    const store = await published();
    let refusals = 2;
    const save: MemoryStore['posts']['save'] = (writes, now) =>
      writes.length > 0 && refusals-- > 0
        ? Promise.resolve(writes.map(({ post }) => post.id))
        : store.posts.save(writes, now);
    const deps = { ...depsOf(store), posts: { ...store.posts, save } };
    expect(await purgeSource('a', deps, T0)).toMatchObject({ kept: 1 });
    expect(reported(store)).toEqual(['b', 'b']);
  });

  it('gives up with an error if others change the posts in every attempt', async () => {
    const store = await published();
    const save: MemoryStore['posts']['save'] = (writes) => Promise.resolve(writes.map(({ post }) => post.id));
    const deps = { ...depsOf(store), posts: { ...store.posts, save } };
    await expect(purgeSource('a', deps, T0)).rejects.toThrow(StoreError);
  });

  it('may be repeated after a crash between any two writes', async () => {
    const whole = await published();
    const before = whole.writes.length;
    await purgeSource('a', depsOf(whole), T0);
    const steps = whole.writes.length - before;
    expect(steps).toBeGreaterThan(1);
    for (let write = 1; write <= steps; write += 1) {
      const store = await published();
      store.killAfter(write);
      await expect(purgeSource('a', depsOf(store), T0)).rejects.toThrow(Killed);
      store.killAfter(undefined);
      await purgeSource('a', depsOf(store), T0);
      expect({ write, reported: reported(store) }).toEqual({ write, reported: ['b', 'b'] });
    }
  });
});

describe('purgeRemovedSources', () => {
  /** Categories as they were assigned, with `a` gone from the config for some time. */
  function removedFor(ms: number) {
    const since = new Map([['a', T0 - ms]]);
    const forgotten: string[] = [];
    const assigned = {
      read: () =>
        Promise.resolve(
          new Map([
            ['a', ['news']],
            ['b', ['news']],
          ]),
        ),
      write: () => Promise.resolve(),
      readEntries: () => Promise.resolve(new Map()),
      writeEntries: () => Promise.resolve(),
      noteUnlisted: (ids: readonly string[]) => Promise.resolve(new Map(ids.map((id) => [id, since.get(id) ?? T0]))),
      forget: (ids: readonly string[]) => {
        forgotten.push(...ids);
        return Promise.resolve();
      },
    };
    return { assigned, forgotten };
  }
  const settings = (removedSourcesMs?: number) => ({
    categories,
    sources: [{ id: 'b' }],
    keep: { ...(removedSourcesMs !== undefined && { removedSourcesMs }) },
  });

  it.each<[string, number | undefined, number, readonly string[]]>([
    ['long enough', 7 * DAY, 7 * DAY, ['b', 'b']],
    ['not long enough', 7 * DAY, 7 * DAY - 1, ['a', 'a+b', 'b']],
    ['for any time if the config sets no limit', undefined, 900 * DAY, ['a', 'a+b', 'b']],
  ])('looks at a source that has been gone %s', async (_title, limitMs, goneMs, expected) => {
    const store = await published();
    const { assigned, forgotten } = removedFor(goneMs);
    // Nothing else of the settings is read here.
    const given = settings(limitMs) as unknown as Parameters<typeof purgeRemovedSources>[0];
    const purged = await purgeRemovedSources(given, { posts: store.posts, outbox: memoryOutbox(), assigned }, T0);
    expect(reported(store)).toEqual(expected);
    expect(forgotten).toEqual(purged);
    expect(purged).toEqual(expected.includes('a') ? [] : ['a']);
  });
});
