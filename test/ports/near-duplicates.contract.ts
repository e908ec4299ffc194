/** What does every caller rely on who looks for near-duplicates? Every implementation of the port passes this. */
import { expect, it } from 'vitest';
import type { NearDuplicates, SimilarityCandidate } from '../../src/ports/near-duplicates.ts';

export const HOUR = 3_600_000;
export const WINDOW = 72 * HOUR;
export const T0 = Date.UTC(2026, 10, 24, 8);

export const hex = (seed: number): string => seed.toString(16).padStart(16, '0');
export const A = hex(0xa);
export const B = hex(0xb);

export function text(seed: number, more: Partial<SimilarityCandidate> = {}): SimilarityCandidate {
  return {
    id: hex(seed),
    sourceKey: A,
    categories: ['news'],
    publishedAt: T0,
    signature: new Uint8Array(64).fill(seed),
    bands: [0xdeadbeef, 0x12345678 + seed],
    ...more,
  };
}

export async function idsFor(
  nearDuplicates: NearDuplicates,
  asked: SimilarityCandidate,
  now = T0,
): Promise<readonly string[]> {
  const [found] = await nearDuplicates.rememberAndFind([asked], WINDOW, now);
  return (found ?? []).map(({ id }) => id);
}

/** @param open  a fresh, empty store for each test */
export function nearDuplicatesContract(open: () => NearDuplicates | Promise<NearDuplicates>): void {
  it('gives back what is kept of a text that shares a band', async () => {
    const near = await open();
    await near.rememberAndFind([text(1, { publishedAt: T0 + 1234, categories: ['news', '财经'] })], WINDOW, T0);
    const [found] = await near.rememberAndFind([text(2, { sourceKey: B })], WINDOW, T0);
    expect(
      found?.map(({ id, origin, publishedAt, signature, apart }) => ({
        id,
        origin: { ...origin, categories: [...origin.categories].sort() },
        publishedAt,
        signature: [...signature],
        apart,
      })),
    ).toEqual([
      {
        id: hex(1),
        origin: { sourceKey: A, categories: ['news', '财经'] },
        publishedAt: T0 + 1000,
        signature: Array.from({ length: 64 }, () => 1),
        apart: false,
      },
    ]);
  });

  it.each<[string, Partial<SimilarityCandidate>]>([
    ['of the same source', { sourceKey: A }],
    ['of no category', { categories: [] }],
    ['of another category', { categories: ['sport'] }],
    ['published at another time', { publishedAt: T0 - 10 * WINDOW }],
  ])('decides nothing by where a text comes from: one %s is given too', async (_title, more) => {
    const near = await open();
    await near.rememberAndFind([text(1, more)], WINDOW, T0);
    expect(await idsFor(near, text(2))).toEqual([hex(1)]);
  });

  it.each<[string, readonly number[]]>([
    ['no band', [1, 2, 3]],
    ['only a part of a band', [0x5eadbeef, 0xdebdbeef, 0xdeadb6ef]],
    ['a text without a band', []],
  ])('gives back nothing for %s', async (_title, bands) => {
    const near = await open();
    await near.rememberAndFind([text(1)], WINDOW, T0);
    expect(await idsFor(near, text(2, { bands }))).toEqual([]);
  });

  it('gives the later of two that come in one call the earlier, never the other way round', async () => {
    const near = await open();
    const found = await near.rememberAndFind([text(1), text(2)], WINDOW, T0);
    expect(found.map((texts) => texts.map(({ id }) => id))).toEqual([[], [hex(1)]]);
  });

  it('does so for a document of any length, in its order', async () => {
    const near = await open();
    const texts = Array.from({ length: 30 }, (_, index) => text(index + 1));
    const found = await near.rememberAndFind(texts, WINDOW, T0);
    expect(found.map((ones) => ones.length)).toEqual(texts.map((_, index) => index));
    expect(await near.rememberAndFind([], WINDOW, T0)).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    const near = await open();
    const both = [text(1), text(2)];
    await near.rememberAndFind(both, WINDOW, T0);
    await near.rememberAndFind(both, WINDOW, T0);
    expect(await idsFor(near, text(1))).toEqual([hex(2)]);
    expect(await idsFor(near, text(3))).toHaveLength(2);
  });

  it('remembers the text of an entry before an edit, too', async () => {
    const near = await open();
    await near.rememberAndFind([text(1)], WINDOW, T0);
    await near.rememberAndFind([text(1, { signature: new Uint8Array(64).fill(9) })], WINDOW, T0);
    const [found] = await near.rememberAndFind([text(2)], WINDOW, T0);
    expect(found?.map(({ signature }) => signature[0]).sort()).toEqual([1, 9]);
  });

  it('forgets when the window has passed', async () => {
    const near = await open();
    await near.rememberAndFind([text(1)], WINDOW, T0);
    expect(await idsFor(near, text(2, { bands: [0xdeadbeef] }), T0 + 71 * HOUR)).toEqual([hex(1)]);
    expect(await idsFor(near, text(3, { bands: [0xdeadbeef] }), T0 + 240 * HOUR)).toEqual([]);
  });

  it('says which text is apart, and gives an entry that is apart nothing', async () => {
    const near = await open();
    await near.rememberAndFind([text(1)], WINDOW, T0);
    await near.exclude([hex(1), hex(3)]);
    const [found] = await near.rememberAndFind([text(2)], WINDOW, T0);
    expect(found?.map(({ apart }) => apart)).toEqual([true]);
    expect(await idsFor(near, text(3))).toEqual([]);
    expect(await idsFor(near, text(2))).toEqual([hex(1)]);
  });
}
