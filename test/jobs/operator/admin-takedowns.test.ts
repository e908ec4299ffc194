import { describe, expect, it } from 'vitest';
import { takedownAct, type TakedownDeps, takedownView } from '../../../src/jobs/operator/admin-takedowns.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { sampleSettings } from '../../stages/render/samples.ts';
import { T0 } from '../newsroom.ts';
import { entryOf, offer, removeDeps } from './takedowns.ts';

async function opened() {
  const store = memoryStore();
  await offer(store, 'a', entryOf('a', 1), entryOf('a', 2));
  const deps: TakedownDeps = { ...removeDeps(store), posts: store.posts, settings: () => sampleSettings() };
  const id = store.all().find(({ guid }) => guid === 'a1')?.id ?? '';
  const view = (path: string, query = '') => takedownView(path, new URLSearchParams(query), deps);
  const act = (action: Parameters<typeof takedownAct>[0], name: string, why = '') =>
    takedownAct(action, name, why, deps, T0);
  return { store, id, view, act };
}

describe('takedownView', () => {
  it('asks before a post or the posts of a source are removed', async () => {
    const { id, view } = await opened();
    expect(await view(`post/${id}/remove`)).toMatchObject({ kind: 'confirm-remove', post: { id } });
    expect(await view('source/a/purge')).toEqual({ kind: 'confirm-purge', sourceId: 'a', posts: 2 });
  });

  it.each([
    ['post/0000000000000000/remove'],
    ['post/no-id/remove'],
    ['source/none/purge'],
    ['removed/more'],
    ['removed/a/b/c'],
    [''],
  ])('has no page at %s', async (path) => {
    const { view } = await opened();
    expect(await view(path)).toBeUndefined();
  });

  it('lists removed posts with title and reason, the latest first, and the outcome of an action', async () => {
    const { view, act, id, store } = await opened();
    await act('remove', id, 'court order');
    const other = store.all()[0]?.id ?? '';
    await act('remove', other);
    expect(await view('removed', 'done=remove')).toMatchObject({
      kind: 'removed',
      posts: [
        { id: other, title: 'Headline 2 of a' },
        { id, title: 'Headline 1 of a', why: 'court order' },
      ],
      done: { action: 'remove', result: 'done' },
    });
    expect(await view('removed', 'done=restore&result=unknown')).toMatchObject({
      done: { action: 'restore', result: 'unknown' },
    });
    expect(await view('removed', 'done=nonsense')).not.toHaveProperty('done');
  });
});

describe('takedownAct', () => {
  it('removes a post, restores it, and purges a source', async () => {
    const { act, id, store } = await opened();
    expect(await act('remove', id)).toBe('done');
    expect(store.all()).toHaveLength(1);
    expect(await act('restore', id)).toBe('done');
    expect(store.all()).toHaveLength(2);
    expect(await act('purge', 'a')).toBe('done');
    expect(store.all()).toEqual([]);
  });

  it.each([
    ['remove', 'https://a.example/1'],
    ['remove', '0000000000000000'],
    ['restore', '0000000000000000'],
    ['purge', 'none'],
  ] as const)('%s of %s is unknown and changes nothing', async (action, name) => {
    const { act, store } = await opened();
    expect(await act(action, name)).toBe('unknown');
    expect(store.all()).toHaveLength(2);
  });
});
