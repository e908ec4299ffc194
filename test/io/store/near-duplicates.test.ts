import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNearDuplicates } from '../../../src/io/store/near-duplicates.ts';
import type { NearDuplicates } from '../../../src/ports/near-duplicates.ts';
import {
  B,
  HOUR,
  hex,
  idsFor,
  nearDuplicatesContract,
  T0,
  text,
  WINDOW,
} from '../../ports/near-duplicates.contract.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let nearDuplicates: NearDuplicates;

beforeAll(async () => {
  redis = await startTestRedis();
  nearDuplicates = createNearDuplicates(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

describe('near-duplicates in Redis', () => {
  nearDuplicatesContract(() => nearDuplicates);

  it('remembers over the border of its slices of time', async () => {
    await nearDuplicates.rememberAndFind([text(1)], WINDOW, T0);
    const later = (hours: number) => idsFor(nearDuplicates, text(50 + hours), T0 + hours * HOUR);
    expect(await later(35)).toEqual([hex(1)]);
    expect(await later(71)).toContain(hex(1));
    expect(await later(24 * 10)).toEqual([]);
  });

  it('knows where a text comes from whatever slice it is remembered in', async () => {
    await nearDuplicates.rememberAndFind([text(1, { categories: ['sport'] })], WINDOW, T0);
    await nearDuplicates.rememberAndFind([text(2, { categories: ['world'] })], WINDOW, T0 + 37 * HOUR);
    const [found] = await nearDuplicates.rememberAndFind([text(3, { sourceKey: B })], WINDOW, T0 + 38 * HOUR);
    expect(found?.map(({ id, origin }) => [id, origin.categories])).toEqual([
      [hex(2), ['world']],
      [hex(1), ['sport']],
    ]);
  });

  it('lets everything it writes expire by itself', async () => {
    await nearDuplicates.rememberAndFind([text(1), text(2, { sourceKey: B })], WINDOW, T0);
    const keys = await redis.client.keys(`${redis.prefix}:n2:*`);
    expect(keys.length).toBeGreaterThan(2);
    const times = await Promise.all(keys.map((key) => redis.client.pttl(key)));
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(Math.max(...times)).toBeLessThanOrEqual(1.5 * WINDOW);
  });

  it('finds each of many, among many', async () => {
    const many = Array.from({ length: 2_500 }, (_, at) =>
      text(at + 1, { bands: [Math.imul(at + 1, 0x9e3779b1) >>> 0] }),
    );
    for (let at = 0; at < many.length; at += 50)
      await nearDuplicates.rememberAndFind(many.slice(at, at + 50), WINDOW, T0);
    for (const at of [0, 987, 988, 2_499]) {
      const { bands = [] } = many[at] ?? {};
      expect(await idsFor(nearDuplicates, text(0x10000 + at, { bands }))).toContain(hex(at + 1));
    }
  });

  it('reads a bounded number of the newest texts that share a band', async () => {
    for (let at = 0; at < 400; at += 50)
      await nearDuplicates.rememberAndFind(
        Array.from({ length: 50 }, (_, place) => text(1 + at + place)),
        WINDOW,
        T0,
      );
    const found = await idsFor(nearDuplicates, text(0x9999));
    expect(found).toHaveLength(256);
    expect(found[0]).toBe(hex(400));
  });
});
