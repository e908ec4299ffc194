/** What would be in the store, that a plan only looks at? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPosts } from '../../../src/io/store/posts.ts';
import { planOver } from '../../../src/jobs/plan/overlay-posts.ts';
import type { Posts } from '../../../src/ports/posts.ts';
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
  const mark = { sourceKey: SOURCE_KEY, titleKey: '00000000', fingerprint: OLD };
  await posts.save([{ post: plainPost(T0, { id: OLD }), mark, expectedVersion: 0 }], T0);
});
afterAll(() => redis.close());

describe('a plan', () => {
  it('finds what the store has, and leaves no trace in it: neither day, key nor post', async () => {
    const planned = planOver(posts);
    const asked = [{ ids: [], keys: [OLD, NEW], sourceKey: SOURCE_KEY, titleKey: '00000000' }];
    const before = await dump();
    const [answer] = await planned.lookUp(asked, T0 + 100 * 86_400_000);
    expect(answer?.keys.map((found) => found?.record?.version)).toEqual([1, undefined]);
    await planned.assignKeys([{ hash: NEW, id: OLD }]);
    const post = plainPost(T0, { id: NEW });
    expect(await planned.save([{ post, expectedVersion: 0, keys: [{ hash: OTHER, id: NEW }] }], T0)).toEqual([]);
    expect((await planned.get([NEW]))[0]).toEqual(post);
    expect(await dump()).toEqual(before);
  });
});

/** Every key with its value, as bytes. */
async function dump(): Promise<readonly string[]> {
  const keys = (await redis.client.keys(`${redis.prefix}:*`)).sort();
  const values = await Promise.all(keys.map((key) => redis.client.dumpBuffer(key)));
  return keys.map((key, index) => `${key} ${values[index]?.toString('hex') ?? ''}`);
}
