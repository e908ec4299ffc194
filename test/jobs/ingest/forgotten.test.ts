import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expirePosts } from '../../../src/jobs/ingest/expire-posts.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { DAY, HOUR, itemsOf, settingsWith, T0, visitsOf } from '../check-slots.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

describe('a forgotten post', () => {
  it('is not new again while its source still lists it, nor is that a flood', async () => {
    const source = visitsOf(redis, settingsWith('', 'keep: { perSource: 0 }'));
    const items = itemsOf(20, T0 - HOUR);
    await source.visit(items, T0);
    const later = T0 + 100 * DAY;
    await forget(source, later);
    expect(await source.posts()).toEqual([]);
    const changed = items.map((item) => ({ ...item, text: `${item.text ?? ''} And more.` }));
    const facts = await source.visit([...itemsOf(1, later - HOUR, 99), ...changed], later);
    expect(facts).toMatchObject({ added: 1, changed: 0 });
    expect(await source.held()).toBeUndefined();
  });

  it('is one of a bounded number in each run', async () => {
    const source = visitsOf(redis, settingsWith('', 'keep: { perCategory: 5, perSource: 0 }'));
    await source.visit(itemsOf(620, T0 - HOUR), T0);
    const runs = await forget(source, T0 + HOUR);
    expect(runs).toEqual([500, 115]);
    expect(await source.posts()).toHaveLength(5);
  });
});

/** How many posts each run forgot. */
async function forget(source: ReturnType<typeof visitsOf>, now: number): Promise<readonly number[]> {
  const runs: number[] = [];
  for (;;) {
    const { forgotten, more } = await expirePosts(
      source.settings(),
      { posts: source.stores.posts, trace: source.stores.trace },
      now,
    );
    runs.push(forgotten);
    if (!more) return runs;
  }
}
