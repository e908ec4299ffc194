import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEntryMemory } from '../../../src/io/store/entry-memory.ts';
import { createNearDuplicates } from '../../../src/io/store/near-duplicates.ts';
import { createTakedowns } from '../../../src/io/store/takedowns.ts';
import { createPosts } from '../../../src/io/store/posts.ts';
import { forgetEntries } from '../../../src/jobs/ingest/forget-entries.ts';
import { type EntryMemory, MEMORY_PARTS } from '../../../src/ports/entry-memory.ts';
import type { Posts } from '../../../src/ports/posts.ts';
import { hex, key, lookup, post, SOURCE, T0, write } from '../../ports/posts.contract.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const DAY = 86_400_000;
const MEMORY_MS = 400 * DAY;

let redis: TestRedis;
let posts: Posts;
let memory: EntryMemory;

beforeAll(async () => {
  redis = await startTestRedis();
  posts = createPosts(redis.client, `${redis.prefix}:`);
  memory = createEntryMemory(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

/** Each part has its turn once. */
async function forgetAll(now: number): Promise<{ readonly entries: number; readonly keys: number }> {
  const sum = { entries: 0, keys: 0 };
  for (let done = 0; done < MEMORY_PARTS;) {
    const { parts, entries, keys } = await memory.forget(now - MEMORY_MS, MEMORY_PARTS - done);
    done += parts;
    sum.entries += entries;
    sum.keys += keys;
  }
  return sum;
}

async function stored(): Promise<{ readonly m: number; readonly k: number }> {
  const sizes = { m: 0, k: 0 };
  for (const kind of ['m', 'k'] as const) {
    const names = await redis.client.keys(`${redis.prefix}:${kind}:*`);
    const lengths = await Promise.all(names.map((name) => redis.client.hlen(name)));
    sizes[kind] = lengths.reduce((sum, length) => sum + length, 0);
  }
  return sizes;
}

async function saveOne(seed: number, at = T0): Promise<void> {
  const keys = [{ hash: hex(0x0003_0000_0000_0000 + seed), id: key(seed) }];
  await posts.save([write(post(key(seed)), { keys })], at);
}

describe('forget', () => {
  it('forgets an entry and its keys when it was listed last long ago and has no post', async () => {
    await saveOne(1);
    await posts.remove([key(1)]);
    expect(await forgetAll(T0 + MEMORY_MS)).toEqual({ entries: 0, keys: 0 });
    expect((await forgetAll(T0 + MEMORY_MS + DAY)).entries).toBe(1);
    await forgetAll(T0 + MEMORY_MS + DAY);
    expect(await stored()).toEqual({ m: 0, k: 0 });
    expect((await posts.lookUp([lookup([key(1)])]))[0]?.keys).toEqual([undefined]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['has a post', () => Promise.resolve()],
    [
      'is part of a story with a post',
      () => posts.save([write(post(key(2)), { joins: [{ id: key(1), expectedVersion: 1 }] })], T0),
    ],
    [
      'was listed since',
      async () => {
        await posts.remove([key(1)]);
        await posts.lookUp([lookup([key(1)])], T0 + 100 * DAY);
      },
    ],
    [
      'is known by its link alone to the source that lists it',
      async () => {
        await posts.remove([key(1)]);
        await posts.lookUp([lookup([key(9), hex(0x0003_0000_0000_0001)], { sourceKey: SOURCE })], T0 + 100 * DAY);
      },
    ],
  ])('keeps an entry that %s', async (_title, prepare) => {
    await saveOne(1);
    await prepare();
    await forgetAll(T0 + MEMORY_MS + DAY);
    expect((await posts.lookUp([lookup([hex(0x0003_0000_0000_0001)])]))[0]?.keys[0]?.id).toBe(key(1));
  });

  it('remembers what the operator removed for good', async () => {
    await saveOne(1);
    await saveOne(2);
    const takedowns = createTakedowns(redis.client, `${redis.prefix}:`);
    const removed = post(key(1));
    await takedowns.add({ id: key(1), sourceId: SOURCE, at: T0, keys: [] }, { post: removed, tellings: [] });
    await posts.remove([key(1), key(2)]);
    await forgetAll(T0 + MEMORY_MS + 10 * DAY);
    await forgetAll(T0 + MEMORY_MS + 10 * DAY);
    expect(await stored()).toEqual({ m: 1, k: 1 });
  });

  it('keeps a story as long as one of its entries is listed, and forgets it whole', async () => {
    await saveOne(1);
    await posts.save([write(post(key(2)), { joins: [{ id: key(1), expectedVersion: 1 }] })], T0);
    await posts.remove([key(2)]);
    await posts.lookUp([lookup([key(1)])], T0 + 100 * DAY);
    await forgetAll(T0 + MEMORY_MS + DAY);
    expect((await posts.lookUp([lookup([key(1)])]))[0]?.keys[0]?.record?.tombstone).toBe(true);
    expect((await forgetAll(T0 + MEMORY_MS + 102 * DAY)).entries).toBe(2);
  });

  it('knows a withdrawn entry by its keys for that time', async () => {
    await saveOne(1);
    await posts.withdraw([key(1)]);
    const link = lookup([hex(0x0003_0000_0000_0001)]);
    await forgetAll(T0 + MEMORY_MS);
    expect((await posts.lookUp([link]))[0]?.keys).toEqual([{ id: key(1) }]);
    await forgetAll(T0 + MEMORY_MS + DAY);
    await forgetAll(T0 + MEMORY_MS + DAY);
    expect((await posts.lookUp([link]))[0]?.keys).toEqual([undefined]);
  });

  it('forgets that an entry was set apart', async () => {
    await saveOne(1);
    await createNearDuplicates(redis.client, `${redis.prefix}:`).exclude([key(1)]);
    await posts.remove([key(1)]);
    await forgetAll(T0 + MEMORY_MS + DAY);
    expect(await redis.client.exists(`${redis.prefix}:n:apart`)).toBe(0);
  });

  it('stops after some hundred entries and goes on from there', async () => {
    const ids = Array.from({ length: 900 }, (_, index) => hex(0x0001_0000_0000_0000 + index * 0x100_0000_0000));
    await posts.save(
      ids.map((id) => write(post(id))),
      T0,
    );
    await posts.remove(ids);
    const steps: number[] = [];
    for (let done = 0; done < MEMORY_PARTS;) {
      const { parts, looked } = await memory.forget(T0 + DAY, MEMORY_PARTS - done);
      done += parts;
      steps.push(looked);
    }
    expect(Math.max(...steps)).toBeLessThan(600);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(await stored()).toMatchObject({ m: 0 });
  });
});

describe('forgetEntries', () => {
  it('has been everywhere after the runs of a day', async () => {
    await saveOne(1);
    await posts.remove([key(1)]);
    const keep = { postsMs: 90 * DAY, perCategory: 5000, perSource: 10, memoryMs: MEMORY_MS };
    let parts = 0;
    let entries = 0;
    for (let run = 0; run < 144; run += 1) {
      const done = await forgetEntries({ keep }, memory, T0 + MEMORY_MS + DAY);
      parts += done.parts;
      entries += done.entries;
    }
    expect(parts).toBeGreaterThanOrEqual(MEMORY_PARTS);
    expect(entries).toBe(1);
  });
});

describe('three years', { timeout: 120_000 }, () => {
  const PER_STEP = 50;
  const STEP_DAYS = 5;
  const LISTED = 150;

  it('take no more memory than the first one and what is listed', async () => {
    const linkOf = (number: number): string => hex(0x0003_0000_0000_0000 + number);
    const sizes = new Map<number, { readonly m: number; readonly k: number }>();
    for (let day = STEP_DAYS; day <= 1_230; day += STEP_DAYS) {
      const now = T0 + day * DAY;
      const newest = (day / STEP_DAYS) * PER_STEP + PER_STEP - 1;
      const listed = Array.from({ length: Math.min(LISTED, newest + 1) }, (_, place) => newest - place);
      await posts.lookUp(
        listed.map((number) => lookup([key(number), linkOf(number)])),
        now,
      );
      const refused = await posts.save(
        listed
          .slice(0, PER_STEP)
          .map((number) =>
            write(post(key(number), { publishedAt: now }), { keys: [{ hash: linkOf(number), id: key(number) }] }),
          ),
        now,
      );
      expect(refused).toEqual([]);
      const old = await posts.oldest({ scope: { kind: 'all' }, limit: 500, until: now - 90 * DAY });
      await posts.remove(old.map(({ id }) => id));
      if (day % 30 === 0) await forgetAll(now);
      if ([510, 870, 1_230].includes(day)) sizes.set(day, await stored());
    }
    const [first, second, third] = [...sizes.values()];
    // 400 days, and those until an entry is listed no more.
    expect(first?.m).toBeGreaterThan((400 / STEP_DAYS) * PER_STEP);
    expect(first?.m).toBeLessThan((420 / STEP_DAYS) * PER_STEP);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });
});
