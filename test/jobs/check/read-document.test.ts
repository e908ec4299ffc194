/** What is left of a document of which a part could not be stored? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEntryMemory } from '../../../src/io/store/entry-memory.ts';
import { StoreError } from '../../../src/model/errors.ts';
import { MEMORY_PARTS } from '../../../src/ports/entry-memory.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { DAY, HOUR, itemsOf, settingsWith, storyOf, T0, visitsOf } from '../check-slots.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

describe('a document that cannot be kept', () => {
  it('fails its check only after its entries are saved', async () => {
    const source = visitsOf(redis);
    const { lastDocuments } = source.stores;
    source.stores.lastDocuments = { ...lastDocuments, store: () => Promise.reject(new StoreError('no room')) };
    await expect(source.visit(itemsOf(3, T0 - HOUR), T0)).rejects.toThrow('no room');
    expect(await source.posts()).toHaveLength(3);
  });
});

describe('a document that does not change for years', () => {
  it('is read whole now and then, so that its entries stay known, and brings nothing new', async () => {
    const source = visitsOf(redis);
    const items = itemsOf(3, T0 - HOUR);
    await source.visit(items, T0);
    await source.stores.posts.remove((await source.posts()).map(({ id }) => id));
    const readings: (number | undefined)[] = [];
    for (let month = 1; month <= 36; month += 1) {
      const facts = await source.visit(items, T0 + month * 30 * DAY);
      readings.push(facts?.added);
    }
    expect(readings.filter((added) => added === undefined).length).toBeGreaterThan(24);
    expect(readings.filter((added) => added !== undefined).every((added) => added === 0)).toBe(true);
    const memory = createEntryMemory(redis.client, `${redis.prefix}:`);
    for (let done = 0; done < MEMORY_PARTS;)
      done += (await memory.forget(T0 + (36 * 30 - 400) * DAY, MEMORY_PARTS - done)).parts;
    const facts = await source.visit(
      items.map((item) => ({ ...item, title: 'edited' })),
      T0 + 1_090 * DAY,
    );
    expect(facts).toMatchObject({ added: 0 });
    expect(await source.posts()).toEqual([]);
  });
});

describe('rules that look at what is published', () => {
  const settings = settingsWith(
    'rules: [{ type: score, points: 3, if: { type: keyword, field: title, any: [exclusive] } }, { type: per-day, most: 2 }]',
  );

  it('count the posts of the day over several documents, and leave what is published alone', async () => {
    const source = visitsOf(redis, settings);
    const item = (title: string, hours: number) => ({
      guid: title,
      title,
      text: storyOf(title.length),
      at: T0 - hours * HOUR,
    });
    await source.visit([item('one', 3)], T0 - 2 * HOUR);
    await source.visit([item('exclusive', 2), item('three', 1), item('one', 3)], T0);
    expect(await source.titles()).toEqual(['exclusive', 'one']);
    await source.visit([{ ...item('one', 3), text: storyOf(99) }, item('five', 0)], T0 + HOUR);
    expect(await source.titles()).toEqual(['exclusive', 'one']);
    const [best, first] = await source.posts();
    expect([best?.score, first?.score]).toEqual([3, undefined]);
    expect(first?.content).toContain(storyOf(99).slice(0, 20));
  });
});
