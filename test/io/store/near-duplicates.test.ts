import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNearDuplicates } from '../../../src/io/store/near-duplicates.ts';
import type { NearDuplicates, SimilarityCandidate } from '../../../src/ports/near-duplicates.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const HOUR = 3_600_000;
const WINDOW = 72 * HOUR;
const T0 = Date.UTC(2026, 10, 24, 8);

let redis: TestRedis;
let nearDuplicates: NearDuplicates;

beforeAll(async () => {
  redis = await startTestRedis();
  nearDuplicates = createNearDuplicates(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const hex = (seed: number): string => seed.toString(16).padStart(16, '0');
const A = hex(0xa);
const B = hex(0xb);

function telling(seed: number, more: Partial<SimilarityCandidate> = {}): SimilarityCandidate {
  return {
    id: hex(seed),
    sourceKey: A,
    categories: ['news'],
    publishedAt: T0,
    signature: new Uint8Array(43).fill(seed),
    bands: [0xdeadbeef, 0x12345678 + seed],
    ...more,
  };
}

async function idsFor(asked: SimilarityCandidate, now = T0): Promise<readonly string[]> {
  const [told] = await nearDuplicates.rememberAndFind([asked], WINDOW, now);
  return (told ?? []).map(({ id }) => id);
}

describe('exchange', () => {
  it('gives back what another source told that shares a band: its id, its time in seconds, its signature', async () => {
    await nearDuplicates.rememberAndFind([telling(1, { publishedAt: T0 + 1234 })], WINDOW, T0);
    expect(await nearDuplicates.rememberAndFind([telling(2, { sourceKey: B })], WINDOW, T0)).toEqual([
      [{ id: hex(1), publishedAt: T0 + 1000, signature: new Uint8Array(43).fill(1) }],
    ]);
  });

  it.each<[string, Partial<SimilarityCandidate>]>([
    ['shares no band', { bands: [1, 2, 3] }],
    ['shares only a part of a band', { bands: [0x5eadbeef, 0xdebdbeef, 0xdeadb6ef] }],
    ['is of the same source', { sourceKey: A }],
    ['has no category in common', { categories: ['sport'] }],
    ['has no category while the other has', { categories: [] }],
    ['was published more than a window later', { publishedAt: T0 + WINDOW + 1000 }],
    ['was published more than a window earlier', { publishedAt: T0 - WINDOW - 1000 }],
  ])('gives back nothing where an entry %s', async (_title, more) => {
    await nearDuplicates.rememberAndFind([telling(1)], WINDOW, T0);
    expect(await idsFor(telling(2, { sourceKey: B, ...more }))).toEqual([]);
  });

  it.each<[string, Partial<SimilarityCandidate>, Partial<SimilarityCandidate>]>([
    ['one category of several', { categories: ['sport', 'news'] }, { categories: ['news', 'world'] }],
    ['that they have no category', { categories: [] }, { categories: [] }],
    ['a window exactly', {}, { publishedAt: T0 + WINDOW }],
  ])('gives back an entry that shares %s', async (_title, one, other) => {
    await nearDuplicates.rememberAndFind([telling(1, one)], WINDOW, T0);
    expect(await idsFor(telling(2, { sourceKey: B, ...other }))).toEqual([hex(1)]);
  });

  it('gives the later of two that come in one call the earlier, never the other way round', async () => {
    const told = await nearDuplicates.rememberAndFind([telling(1), telling(2, { sourceKey: B })], WINDOW, T0);
    expect(told.map((found) => found.map(({ id }) => id))).toEqual([[], [hex(1)]]);
  });

  it('changes nothing the second time', async () => {
    const both = [telling(1), telling(2, { sourceKey: B })];
    await nearDuplicates.rememberAndFind(both, WINDOW, T0);
    await nearDuplicates.rememberAndFind(both, WINDOW, T0);
    expect(await idsFor(telling(1))).toEqual([hex(2)]);
    expect(await idsFor(telling(3, { sourceKey: hex(0xc) }))).toHaveLength(2);
  });

  it('remembers what an entry said before it was edited, too', async () => {
    await nearDuplicates.rememberAndFind([telling(1)], WINDOW, T0);
    await nearDuplicates.rememberAndFind([telling(1, { signature: new Uint8Array(43).fill(9) })], WINDOW, T0);
    const [told] = await nearDuplicates.rememberAndFind([telling(2, { sourceKey: B })], WINDOW, T0);
    expect(told?.map(({ signature }) => signature[0]).sort()).toEqual([1, 9]);
  });

  it('remembers over the border of its slices of time, and forgets when the window has passed', async () => {
    await nearDuplicates.rememberAndFind([telling(1)], WINDOW, T0);
    const later = (hours: number) =>
      idsFor(telling(50 + hours, { sourceKey: B, publishedAt: T0 + HOUR }), T0 + hours * HOUR);
    expect(await later(35)).toEqual([hex(1)]);
    expect(await later(71)).toContain(hex(1));
    expect(await later(24 * 10)).toEqual([]);
  });

  it('lets everything it writes expire by itself', async () => {
    await nearDuplicates.rememberAndFind([telling(1), telling(2, { sourceKey: B })], WINDOW, T0);
    const keys = (await redis.client.keys(`${redis.prefix}:n:*`)).filter((key) => !key.endsWith(':n:origins'));
    expect(keys.length).toBeGreaterThan(2);
    const times = await Promise.all(keys.map((key) => redis.client.pttl(key)));
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(Math.max(...times)).toBeLessThanOrEqual(1.5 * WINDOW);
  });

  it('takes entries without a band, which are like nothing', async () => {
    expect(await nearDuplicates.rememberAndFind([telling(1, { bands: [] })], WINDOW, T0)).toEqual([[]]);
    expect(await nearDuplicates.rememberAndFind([], WINDOW, T0)).toEqual([]);
  });

  it('finds each of many, among many', async () => {
    const many = Array.from({ length: 2_500 }, (_, at) =>
      telling(at + 1, { bands: [Math.imul(at + 1, 0x9e3779b1) >>> 0] }),
    );
    for (let at = 0; at < many.length; at += 50)
      await nearDuplicates.rememberAndFind(many.slice(at, at + 50), WINDOW, T0);
    for (const at of [0, 987, 988, 2_499]) {
      const { bands = [] } = many[at] ?? {};
      expect(await idsFor(telling(0x10000 + at, { sourceKey: B, bands }))).toContain(hex(at + 1));
    }
  });

  it('reads no more than a bounded number of entries that share a band', async () => {
    for (let at = 0; at < 400; at += 50)
      await nearDuplicates.rememberAndFind(
        Array.from({ length: 50 }, (_, place) => telling(1 + at + place)),
        WINDOW,
        T0,
      );
    expect(await idsFor(telling(0x9999, { sourceKey: B }))).toHaveLength(64);
  });
});

describe('setApart', () => {
  it('takes an entry out of every comparison, for ever', async () => {
    await nearDuplicates.rememberAndFind([telling(1)], WINDOW, T0);
    await nearDuplicates.exclude([hex(1)]);
    expect(await idsFor(telling(2, { sourceKey: B }))).toEqual([]);
    expect(await idsFor(telling(1))).toEqual([]);
    expect(await idsFor(telling(3, { sourceKey: hex(0xc) }))).toEqual([hex(2)]);
  });
});
