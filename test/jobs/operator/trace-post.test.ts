import { describe, expect, it } from 'vitest';
import { tracePost } from '../../../src/jobs/operator/trace-post.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { lookupKeys } from '../../../src/stages/identify/lookups.ts';
import { memorySiteFacts } from '../../support/memory.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { sampleSettings, sampleSource } from '../../stages/render/samples.ts';
import { T0 } from '../newsroom.ts';
import { entryOf, offer } from './takedowns.ts';

const WRITTEN_AT = { file: 'config/a.yaml', line: 3, column: 5 };

async function opened() {
  const store = memoryStore();
  await offer(store, 'a', entryOf('a', 1, { publishedAt: T0 - 60_000 }), entryOf('a', 2));
  const sources = [sampleSource({ id: 'a', writtenAt: WRITTEN_AT })];
  const settings = sampleSettings({ sources });
  const deps = {
    settings: () => settings,
    posts: store.posts,
    trace: store.trace,
    siteFacts: memorySiteFacts(),
    fragments: createFragmentCache(),
  };
  const post = store.all().find(({ guid }) => guid === 'a1');
  if (post === undefined) throw new Error('no post');
  return { store, deps, post, trace: (text: string) => tracePost(text, deps, T0) };
}

describe('tracePost', () => {
  it.each([
    ['id', (id: string) => id],
    ['address', (id: string) => `https://news.example.org/post/${id}.html`],
    ['link', () => 'https://a.example/1'],
    ['guid, however old the post is', () => 'a1'],
  ])('finds a post by its %s', async (_title, nameOf) => {
    const { trace, post } = await opened();
    const { traces } = await trace(nameOf(post.id));
    expect(traces.map(({ id }) => id)).toEqual([post.id]);
  });

  it('names the address, the place in the config, and the place in each feed', async () => {
    const { trace, post } = await opened();
    const { traces } = await trace(post.id);
    expect(traces[0]).toMatchObject({
      post: { id: post.id },
      address: expect.stringMatching(new RegExp(`/post/${post.id}\\.html$`, 'u')) as string,
      published: 'full',
      configured: WRITTEN_AT,
    });
    expect(traces[0]?.feeds).toEqual([
      { path: '/all', of: 2, place: 2 },
      { path: '/source/a', of: 2, place: 2 },
    ]);
  });

  it('shows the decisions on an entry that has no post', async () => {
    const { trace, store } = await opened();
    const url = 'https://a.example/dropped';
    const decision = { kind: 'dropped', rule: 'rules[0] keyword', reason: 'has AI' } as const;
    const id = 'd'.repeat(16);
    await store.trace.note([{ at: T0, postId: id, sourceId: 'a', decision, lookups: lookupKeys({ url }) }], T0);
    const { traces } = await trace(url);
    expect(traces).toEqual([
      { id, configured: WRITTEN_AT, feeds: [], events: [{ at: T0, postId: id, sourceId: 'a', decision }] },
    ]);
  });

  it('lists a story once, whichever of its entries is named', async () => {
    const { trace, store } = await opened();
    const { decisions } = await offer(store, 'b', entryOf('b', 1));
    const joined = decisions[0];
    expect(joined?.kind).toBe('similar');
    const { traces } = await trace('https://b.example/1');
    expect(traces.map(({ id }) => id)).toEqual([joined?.postId]);
  });

  it('finds nothing for a text that no entry has', async () => {
    const { trace } = await opened();
    expect(await trace('https://a.example/none')).toEqual({ traces: [], lost: 0 });
  });
});
