import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHeld } from '../../../src/io/store/held.ts';
import { createPosts } from '../../../src/io/store/posts.ts';
import { createNearDuplicates } from '../../../src/io/store/near-duplicates.ts';
import { createTrace } from '../../../src/io/store/trace.ts';
import { ingestEntries } from '../../../src/jobs/ingest/ingest-entries.ts';
import { type SplitDeps, splitStory } from '../../../src/jobs/operator/split-story.ts';
import type { Post } from '../../../src/model/post.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { documentOf, type EntryOf, HOUR, sentences, settingsOf, T0 } from '../newsroom.ts';

let redis: TestRedis;
let posts: ReturnType<typeof createPosts>;
let nearDuplicates: ReturnType<typeof createNearDuplicates>;
let trace: ReturnType<typeof createTrace>;

beforeAll(async () => {
  redis = await startTestRedis();
  posts = createPosts(redis.client, `${redis.prefix}:`);
  nearDuplicates = createNearDuplicates(redis.client, `${redis.prefix}:`);
  trace = createTrace(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const TEXT = sentences(1, 10).join('');
const entry = (name: string, more: EntryOf = {}): EntryOf => ({
  guid: name,
  url: `https://${name}.example/story`,
  title: `标题 ${name}`,
  text: TEXT,
  ...more,
});

async function offer(name: string, more: EntryOf = {}, settings = settingsOf()) {
  const { decisions } = await ingestEntries(
    documentOf(name, entry(name, more)),
    { settings, posts, nearDuplicates, held: createHeld(redis.client, `${redis.prefix}:`) },
    T0,
  );
  return decisions[0];
}

const split = (id: string, settings = settingsOf(), more: Partial<SplitDeps> = {}) =>
  splitStory(id, { settings: () => settings, posts, nearDuplicates, trace, ...more }, T0 + HOUR);

async function allPosts(): Promise<readonly Post[]> {
  return posts.latest({ scope: { kind: 'all' }, limit: 100 });
}

async function reported(): Promise<readonly string[]> {
  const names = (await allPosts()).map(({ source, alsoFrom }) =>
    [source.id, ...alsoFrom.map((also) => also.source.id)].join('+'),
  );
  return names.sort();
}

describe('splitStory', () => {
  it('gives an entry a post of its own at once, with its own words and categories', async () => {
    await offer('a');
    const joined = await offer('b', { categories: ['news', 'more'] });
    await offer('c');
    const outcome = await split(joined?.entryId ?? '');
    expect(outcome).toMatchObject({ kind: 'split', story: { title: '标题 a' }, apart: [{ title: '标题 b' }] });
    expect(await reported()).toEqual(['a+c', 'b']);
    const [a, b] = ['标题 a', '标题 b'].map(async (title) => (await allPosts()).find((post) => post.title === title));
    expect((await a)?.categories).toEqual(['news']);
    expect(await b).toMatchObject({
      id: joined?.entryId,
      url: 'https://b.example/story',
      content: `<p>${TEXT}</p>`,
      categories: ['news', 'more'],
      publishedAt: T0,
    });
  });

  it('is permanent: no text joins it again, neither its own nor one that comes later', async () => {
    await offer('a');
    const joined = await offer('b');
    await split(joined?.entryId ?? '');
    expect((await offer('b'))?.kind).toBe('known');
    expect((await offer('b', { text: `${TEXT}新的结尾。` }))?.kind).toBe('changed');
    expect(await offer('d')).toMatchObject({ kind: 'similar' });
    expect(await reported()).toEqual(['a+d', 'b']);
  });

  it('is permanent even if both entries have one link', async () => {
    const link = 'https://site.example/live';
    await offer('a', { url: link, text: 'One.' });
    const joined = await offer('b', { url: link, text: 'Two.' });
    await split(joined?.entryId ?? '');
    expect((await offer('b', { url: link, text: 'Two.' }))?.kind).toBe('known');
    expect((await offer('c', { url: link, text: 'Three.' }))?.kind).toBe('duplicate');
    expect(await reported()).toEqual(['a+c', 'b']);
  });

  it("takes all others out for the id of the story's post", async () => {
    const own = await offer('a');
    await offer('b');
    await offer('c');
    expect(await split(own?.postId ?? '')).toMatchObject({ kind: 'split', apart: { length: 2 } });
    expect(await reported()).toEqual(['a', 'b', 'c']);
  });

  it('gives the post its own words back where those of a primary source leave', async () => {
    const settings = settingsOf({ primary: ['p'] });
    const own = await offer('a', {}, settings);
    const shown = await offer('p', {}, settings);
    expect(await reported()).toEqual(['p+a']);
    await split(shown?.entryId ?? '', settings);
    expect(await reported()).toEqual(['a', 'p']);
    expect((await posts.get([own?.postId ?? '']))[0]).toMatchObject({ title: '标题 a', revision: 3, alsoFrom: [] });
  });

  it('gives a post that was there before its id back', async () => {
    const other = sentences(2, 10).join('');
    await offer('a');
    const second = await offer('c', { text: other, publishedAt: T0 + 1000 });
    expect(second?.kind).toBe('added');
    await offer('b', { url: 'https://a.example/story', text: other });
    expect(await reported()).toHaveLength(1);
    await split(second?.entryId ?? '');
    expect((await posts.get([second?.entryId ?? '']))[0]).toMatchObject({ id: second?.entryId, source: { id: 'c' } });
    expect(await reported()).toHaveLength(2);
  });

  it('is noted for the trace', async () => {
    await offer('a');
    const joined = await offer('b');
    await split(joined?.entryId ?? '');
    const { events } = await trace.find([joined?.entryId ?? ''], T0 + HOUR);
    expect(events).toMatchObject([{ decision: { kind: 'split', of: joined?.postId }, sourceId: 'b' }]);
  });

  it('says so where there is nothing to split', async () => {
    const own = await offer('a');
    expect(await split(own?.postId ?? '')).toEqual({ kind: 'alone' });
    expect(await split('0123456789abcdef')).toEqual({ kind: 'unknown' });
    expect(await split('nothing')).toEqual({ kind: 'unknown' });
  });

  it('loses nothing where the process dies between its two writes', async () => {
    await offer('a');
    const joined = await offer('b');
    const saved: string[] = [];
    const dying: SplitDeps['posts'] = {
      stories: (ids) => posts.stories(ids),
      save: (writes, now) => {
        if (saved.length > 0) return Promise.reject(new Error('killed'));
        saved.push(...writes.map(({ post }) => post.id));
        return posts.save(writes, now);
      },
    };
    await expect(split(joined?.entryId ?? '', settingsOf(), { posts: dying })).rejects.toThrow('killed');
    expect(await reported()).toEqual(['a+b', 'b']);
    const own = (await allPosts()).find(({ source }) => source.id === 'a');
    expect((await split(own?.id ?? '')).kind).toBe('split');
    expect(await reported()).toEqual(['a', 'b']);
  });

  it('tries again where the story is written by another at the same moment', async () => {
    await offer('a');
    const joined = await offer('b');
    let raced = false;
    const racing: SplitDeps['posts'] = {
      save: (writes, now) => posts.save(writes, now),
      stories: async (ids) => {
        const found = await posts.stories(ids);
        if (!raced) {
          raced = true;
          await offer('c');
        }
        return found;
      },
    };
    expect((await split(joined?.entryId ?? '', settingsOf(), { posts: racing })).kind).toBe('split');
    expect(await reported()).toEqual(['a+c', 'b']);
  });
});
