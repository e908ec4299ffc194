import { describe, expect, it } from 'vitest';
import { archiveKeys, removePosts, restorePost } from '../../../src/jobs/operator/remove-post.ts';
import { Killed, memoryStore } from '../../support/memory-store.ts';
import { plainPost } from '../../support/posts.ts';
import { T0 } from '../newsroom.ts';
import { entryOf, offer, removeDeps, reported } from './takedowns.ts';

const NOW = T0 + 60_000;

describe('removePosts', () => {
  it.each([
    ['id', (id: string) => id],
    ['address', (id: string) => `https://news.example.org/post/${id}.html`],
    ['link', () => 'https://a.example/1?utm_source=rss'],
  ])('finds a post by its %s, removes it and marks its archive pages', async (_title, nameOf) => {
    const store = memoryStore();
    const deps = removeDeps(store);
    await offer(store, 'a', entryOf('a', 1), entryOf('a', 2));
    const post = store.all().find(({ guid }) => guid === 'a1');
    const removed = await removePosts(nameOf(post?.id ?? ''), 'court order', deps, NOW);
    expect(removed.map(({ guid }) => guid)).toEqual(['a1']);
    expect(store.all().map(({ guid }) => guid)).toEqual(['a2']);
    expect(deps.outbox.keys()).toEqual(['archive:all', 'archive:category:news', 'archive:source:a']);
    expect((await store.takedowns.latest(9)).map(({ why }) => why)).toEqual(['court order']);
    expect((await store.trace.find([post?.id ?? ''], NOW)).events).toMatchObject([
      { decision: { kind: 'removed', why: 'court order' } },
    ]);
  });

  it.each<[string, object]>([
    ['again', {}],
    ['with another link', { url: 'https://a.example/other' }],
    ['with another guid', { guid: 'another' }],
  ])('bars the entry when it is offered %s', async (_title, more) => {
    const store = memoryStore();
    await offer(store, 'a', entryOf('a', 1));
    await removePosts(store.all()[0]?.id ?? '', undefined, removeDeps(store), NOW);
    const { decisions } = await offer(store, 'a', entryOf('a', 1, more));
    expect(decisions.map(({ kind }) => kind)).toEqual(['forgotten']);
    expect(store.all()).toEqual([]);
  });

  it('bars all entries of a story', async () => {
    const store = memoryStore();
    await offer(store, 'a', entryOf('a', 1));
    await offer(store, 'b', entryOf('b', 1));
    expect(reported(store)).toEqual(['a+b']);
    await removePosts(store.all()[0]?.id ?? '', undefined, removeDeps(store), NOW);
    await offer(store, 'b', entryOf('b', 1, { guid: 'new guid' }));
    expect(store.all()).toEqual([]);
  });

  it('does nothing for a name that is not known', async () => {
    const store = memoryStore();
    expect(await removePosts('https://a.example/none', undefined, removeDeps(store), NOW)).toEqual([]);
    expect(store.writes.filter((name) => name !== 'note')).toEqual([]);
  });

  it('may be repeated after a crash between any two writes', async () => {
    const prepare = async () => {
      const store = memoryStore();
      await offer(store, 'a', entryOf('a', 1), entryOf('a', 2));
      return store;
    };
    const whole = await prepare();
    const id = whole.all().find(({ guid }) => guid === 'a1')?.id ?? '';
    const before = whole.writes.length;
    await removePosts(id, undefined, removeDeps(whole), NOW);
    const steps = whole.writes.slice(before);
    expect(steps).toEqual(['add takedown', 'remove', 'note']);
    for (let write = 1; write <= steps.length; write += 1) {
      const store = await prepare();
      store.killAfter(write);
      await expect(removePosts(id, undefined, removeDeps(store), NOW)).rejects.toThrow(Killed);
      store.killAfter(undefined);
      // Barred from the first write on, so the entry stays out even if the post was not removed yet.
      await removePosts(id, undefined, removeDeps(store), NOW);
      await offer(store, 'a', entryOf('a', 1));
      expect({ write, posts: store.all().map(({ guid }) => guid) }).toEqual({ write, posts: ['a2'] });
    }
  });
});

describe('restorePost', () => {
  it('publishes the post again under its id, and its entry is known', async () => {
    const store = memoryStore();
    await offer(store, 'a', entryOf('a', 1));
    const [post] = store.all();
    const id = post?.id ?? '';
    await removePosts(id, undefined, removeDeps(store), NOW);
    const deps = removeDeps(store);
    expect(await restorePost(id, deps, NOW)).toEqual({ kind: 'published', post });
    expect(store.all()).toEqual([post]);
    expect(deps.outbox.keys()).toContain('archive:all');
    expect((await offer(store, 'a', entryOf('a', 1))).decisions.map(({ kind }) => kind)).toEqual(['known']);
  });

  it('only lifts the ban once the text is not kept any more', async () => {
    const store = memoryStore();
    await offer(store, 'a', entryOf('a', 1));
    const id = store.all()[0]?.id ?? '';
    await removePosts(id, undefined, removeDeps(store), NOW);
    const deps = { ...removeDeps(store), takedowns: { ...store.takedowns, story: () => Promise.resolve(undefined) } };
    expect(await restorePost(id, deps, NOW)).toMatchObject({ kind: 'allowed', takedown: { id, sourceId: 'a' } });
    expect(await store.takedowns.latest(9)).toEqual([]);
  });

  it('says that a post was not removed', async () => {
    const store = memoryStore();
    await offer(store, 'a', entryOf('a', 1));
    expect(await restorePost(store.all()[0]?.id ?? '', removeDeps(store), NOW)).toEqual({ kind: 'unknown' });
  });

  it('may be repeated after a crash between any two writes', async () => {
    for (let write = 1; write <= 3; write += 1) {
      const store = memoryStore();
      await offer(store, 'a', entryOf('a', 1));
      const id = store.all()[0]?.id ?? '';
      await removePosts(id, undefined, removeDeps(store), NOW);
      store.killAfter(write);
      await expect(restorePost(id, removeDeps(store), NOW)).rejects.toThrow(Killed);
      store.killAfter(undefined);
      await restorePost(id, removeDeps(store), NOW);
      expect({ write, ids: store.all().map((post) => post.id) }).toEqual({ write, ids: [id] });
      expect(await store.takedowns.latest(9)).toEqual([]);
    }
  });
});

describe('archiveKeys', () => {
  it('names each scope of a post once', () => {
    const other = { source: { id: 'b', feedUrl: 'https://b.example/feed' } };
    const post = plainPost(T0, { categories: ['news', 'more'], tags: ['股市'], alsoFrom: [other, other] });
    expect(archiveKeys(post)).toEqual([
      'archive:all',
      'archive:category:news',
      'archive:category:more',
      'archive:tag:股市',
      'archive:source:a',
      'archive:source:b',
    ]);
  });
});
