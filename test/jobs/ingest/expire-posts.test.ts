import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPosts } from '../../../src/io/store/posts.ts';
import { createTrace } from '../../../src/io/store/trace.ts';
import { expirePosts } from '../../../src/jobs/ingest/expire-posts.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Category, Settings } from '../../../src/model/settings.ts';
import type { Posts } from '../../../src/ports/posts.ts';
import type { Trace } from '../../../src/ports/trace.ts';
import { keysMeant } from '../../../src/stages/identify/lookups.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const NOW = Date.UTC(2026, 0, 10);
const DAY_MS = 86_400_000;

let redis: TestRedis;
let posts: Posts;
let trace: Trace;

beforeAll(async () => {
  redis = await startTestRedis();
  posts = createPosts(redis.client, `${redis.prefix}:`);
  trace = createTrace(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

/** Only what the job reads. */
const settings = (perCategory: number, perSource = 0): Settings =>
  ({
    keep: { postsMs: 5 * DAY_MS, perCategory, perSource, memoryMs: 400 * DAY_MS },
    sources: [{ id: 'paper' }],
    categories: [{ slug: 'news' }, { slug: 'stocks' }] as unknown as Category[],
  }) as unknown as Settings;

async function publish(number: number, ageDays: number, categories: readonly string[]): Promise<string> {
  const id = String(number).repeat(16);
  const at = NOW - ageDays * DAY_MS;
  const post: Post = {
    id,
    source: { id: 'paper', feedUrl: 'https://news.example/feed' },
    guid: `guid-${number}`,
    url: `https://news.example/${number}`,
    title: `Post ${number}`,
    authors: [],
    publishedAt: at,
    updatedAt: at,
    firstSeenAt: at,
    categories,
    tags: [],
    enclosures: [],
    revision: 1,
    alsoFrom: [],
  };
  const mark = { sourceKey: '1'.repeat(16), titleKey: '1'.repeat(8), fingerprint: id };
  expect(await posts.save([{ post, mark, expectedVersion: 0 }], at)).toEqual([]);
  return id;
}

async function noted(text: string) {
  return (await trace.find(keysMeant(text), NOW)).events.map(({ decision, entry }) => ({ decision, entry }));
}

describe('retain', () => {
  it('forgets what is too old, and notes that where its link and guid are looked up', async () => {
    const old = await publish(1, 6, ['news']);
    const young = await publish(2, 4, ['news']);
    expect(await expirePosts(settings(10), { posts, trace }, NOW)).toEqual({ forgotten: 1, moved: 0, more: false });
    expect((await posts.get([old, young])).map((post) => post?.id)).toEqual([undefined, young]);
    const expired = {
      decision: { kind: 'expired', reason: 'it is older than keep.posts, 5 days' },
      entry: { title: 'Post 1', url: 'https://news.example/1', guid: 'guid-1' },
    };
    for (const text of [old, 'https://www.news.example/1/', 'guid-1']) expect(await noted(text)).toEqual([expired]);
    expect(await noted(young)).toEqual([]);
  });

  it('forgets what a full category pushes out, or takes it out of that category where it has others', async () => {
    const oldest = await publish(1, 3, ['news']);
    const both = await publish(2, 2, ['news', 'stocks']);
    await publish(3, 1, ['news']);
    expect(await expirePosts(settings(1), { posts, trace }, NOW)).toEqual({ forgotten: 1, moved: 1, more: false });
    expect((await posts.get([both]))[0]?.categories).toEqual(['stocks']);
    const reason = 'news has more than keep.perCategory, 1 posts';
    expect((await noted(oldest)).map(({ decision }) => decision)).toEqual([{ kind: 'expired', reason }]);
    expect((await noted(both)).map(({ decision }) => decision)).toEqual([{ kind: 'left', category: 'news', reason }]);
  });

  it('notes nothing twice where there is nothing left to do', async () => {
    const id = await publish(1, 6, ['news']);
    await expirePosts(settings(10), { posts, trace }, NOW);
    expect(await expirePosts(settings(10), { posts, trace }, NOW)).toEqual({ forgotten: 0, moved: 0, more: false });
    expect(await noted(id)).toHaveLength(1);
  });
});
