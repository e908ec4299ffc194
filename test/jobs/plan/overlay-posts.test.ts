/** What would be in the store, that a plan only looks at? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPosts } from '../../../src/io/store/posts.ts';
import { planOver } from '../../../src/jobs/plan/overlay-posts.ts';
import type { EntryKeys, Posts } from '../../../src/ports/posts.ts';
import { plainPost } from '../../support/posts.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const T0 = Date.UTC(2026, 0, 1);
const SOURCE_KEY = 'aaaaaaaaaaaaaaaa';
const OLD = '0000000000000001';
const NEW = '0000000000000002';
const OTHER = '0000000000000003';

let redis: TestRedis;
let posts: Posts;

beforeAll(async () => {
  redis = await startTestRedis();
  posts = createPosts(redis.client, `${redis.prefix}:`);
});
beforeEach(async () => {
  await redis.clear();
  await posts.claim([claim(OLD)], T0);
  const mark = { sourceKey: SOURCE_KEY, titleKey: '00000000', fingerprint: OLD };
  await posts.save([{ post: plainPost(T0, { id: OLD }), mark, expectedVersion: 0 }], T0);
});
afterAll(() => redis.close());

function claim(hash: string): EntryKeys {
  return { id: hash, sourceKey: SOURCE_KEY, titleKey: '00000000', keys: [{ hash, kind: 'own' }] };
}

describe('a plan', () => {
  it('knows an entry by the key that would lead to its post, and the store does not', async () => {
    const planned = planOver(posts);
    expect(await planned.claim([claim(NEW)], T0)).toEqual([{ id: NEW }]);
    await planned.reassign([{ hash: NEW, id: OLD }]);
    expect(await planned.claim([claim(NEW), claim(OTHER)], T0)).toMatchObject([
      { id: OLD, stored: { version: 1 } },
      { id: OTHER },
    ]);
    expect(await posts.peek([claim(NEW)], T0)).toEqual([{ id: NEW }]);
  });

  it('gives an entry the id that it would have', async () => {
    const planned = planOver(posts);
    await planned.reassign([{ hash: OLD, id: OTHER }]);
    expect(await planned.claim([claim(OLD)], T0)).toEqual([{ id: OTHER }]);
  });
});
