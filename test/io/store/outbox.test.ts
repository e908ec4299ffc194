import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '../../../src/io/store/outbox.ts';
import { createPosts } from '../../../src/io/store/posts.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { plainPost } from '../../support/posts.ts';

const MARK = { fingerprint: '0'.repeat(16), sourceKey: '0'.repeat(16), titleKey: '0'.repeat(8) };
const NOW = Date.UTC(2026, 10, 24);
let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const idOf = (number: number): string => number.toString(16).padStart(16, '0');

/** Posts a second apart, each two of them at the same time; the oldest first. */
async function saved(count: number) {
  const posts = createPosts(redis.client, `${redis.prefix}:`);
  const outbox = createOutbox(redis.client, `${redis.prefix}:`);
  const all = Array.from({ length: count }, (_, number) =>
    plainPost(NOW + Math.floor(number / 2) * 1000, { id: idOf(number) }),
  );
  const refused = await posts.save(
    all.map((post) => ({ post, mark: MARK, expectedVersion: 0 })),
    NOW,
  );
  expect(refused).toEqual([]);
  await outbox.done([...(await outbox.dirty()), ...(await outbox.bulk(10 * count))]);
  const marked = async () =>
    (await outbox.bulk(10 * count)).flatMap(({ key }) => (key.startsWith('page:') ? [key.slice('page:'.length)] : []));
  return { posts, outbox, ids: all.map(({ id }) => id), marked };
}

describe('markPostsDirty', () => {
  it('marks every post of a scope once, in several batches', async () => {
    const { outbox, ids, marked } = await saved(1_201);
    expect(await outbox.markPostsDirty({ kind: 'all' }, 'all')).toBe(1_201);
    expect((await marked()).sort()).toEqual(ids);
  });

  it('misses no post if the oldest ones expire between two batches, the last marked one included', async () => {
    const { posts, ids, marked } = await saved(1_500);
    let batches = 0;
    const interrupted = Object.create(redis.client, {
      callBuffer: {
        value: async (command: string, args: string[]) => {
          const reply = await redis.client.callBuffer(command, args);
          batches += 1;
          if (batches === 3) await posts.remove(ids.slice(0, 500));
          return reply;
        },
      },
    }) as typeof redis.client;
    await createOutbox(interrupted, `${redis.prefix}:`).markPostsDirty({ kind: 'all' }, 'all');
    // Batches have 100 posts: three were marked before the others were removed.
    expect((await marked()).sort()).toEqual([...ids.slice(0, 300), ...ids.slice(500)]);
  });
});
