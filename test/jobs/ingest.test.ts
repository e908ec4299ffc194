import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPosts } from '../../src/io/store/posts.ts';
import { createSimilar } from '../../src/io/store/similar.ts';
import { ingest, type IngestDeps } from '../../src/jobs/ingest.ts';
import type { Post } from '../../src/model/post.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { documentOf, type EntryOf, HOUR, sentences, settingsOf, T0 } from './newsroom.ts';

let redis: TestRedis;
let deps: IngestDeps & { readonly posts: ReturnType<typeof createPosts> };

beforeAll(async () => {
  redis = await startTestRedis();
  deps = {
    settings: settingsOf(),
    posts: createPosts(redis.client, `${redis.prefix}:`),
    similar: createSimilar(redis.client, `${redis.prefix}:`),
  };
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

async function offer(sourceId: string, entries: readonly EntryOf[], more: Partial<IngestDeps> = {}, now = T0) {
  const { decisions, ...counts } = await ingest(documentOf(sourceId, ...entries), { ...deps, ...more }, now);
  return { counts, decisions, kinds: decisions.map(({ kind }) => kind) };
}

async function allPosts(): Promise<readonly Post[]> {
  return deps.posts.latest({ scope: { kind: 'all' }, limit: 1000 });
}

/** The sources of each post: its own first, then those it was also in. */
async function told(): Promise<readonly string[]> {
  return (await allPosts()).map(({ source, alsoFrom }) =>
    [source.id, ...alsoFrom.map((also) => also.source.id)].join('+'),
  );
}

const STORY = sentences(1, 10);
const story = (from: number, to: number): string => STORY.slice(from, to).join('');

describe('ingest: the same link', () => {
  it('is one story, in whichever source it comes, and named in the other', async () => {
    await offer('a', [{ guid: '1', url: 'https://site.example/story' }]);
    const second = await offer('b', [{ guid: 'x', url: 'https://site.example/story', title: 'Another headline' }]);
    expect(second.kinds).toEqual(['duplicate']);
    expect(await told()).toEqual(['a+b']);
    const again = await offer('b', [{ guid: 'x', url: 'https://site.example/story', title: 'Another headline' }]);
    expect(again.kinds).toEqual(['known']);
  });
});

describe('ingest: nearly the same text', () => {
  it('is one story: the first stays, the later one is named, and is known the next time', async () => {
    const first = { guid: '1', url: 'https://a.example/1', title: '第一个标题', text: story(0, 10) };
    const later = { guid: '9', url: 'https://b.example/9', title: '另外的标题', text: `据报道，${story(0, 9)}` };
    await offer('a', [first]);
    const second = await offer('b', [later], {}, T0 + HOUR);
    expect(second.decisions).toMatchObject([{ kind: 'similar', likeness: { score: expect.any(Number) as number } }]);
    expect(await told()).toEqual(['a+b']);
    expect((await allPosts())[0]).toMatchObject({ title: '第一个标题', revision: 1, updatedAt: T0 });
    expect((await offer('b', [later], {}, T0 + 2 * HOUR)).kinds).toEqual(['known']);
  });
});
