import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLastDocuments } from '../../../src/io/store/last-documents.ts';
import type { NewLastDocument, LastDocument, LastDocuments } from '../../../src/ports/last-documents.ts';
import { StoreError } from '../../../src/model/errors.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const T0 = Date.UTC(2026, 0, 1);
const LIMITS = { bytes: 10_000, documentBytes: 5_000, everyMs: 3_600_000 };

let redis: TestRedis;
let lastDocuments: LastDocuments;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  await redis.clear();
  lastDocuments = createLastDocuments(redis.client, `${redis.prefix}:`, LIMITS);
});
afterAll(() => redis.close());

/** Bytes that no compression makes smaller. */
const original = (sourceId: string, bytes: number, fetchedAt = T0): LastDocument => ({
  sourceId,
  body: randomBytes(bytes),
  sourceUrl: `http://${sourceId}.example/feed`,
  url: `https://${sourceId}.example/feed`,
  fetchedAt,
});

const fresh = ({ body, ...rest }: LastDocument): NewLastDocument => ({ ...rest, again: () => body });

describe('the last documents', () => {
  it('come back as they came', async () => {
    const kept = { ...original('a', 1_000), contentType: 'text/xml; charset=gbk', contentLocation: '/x' };
    await lastDocuments.store(fresh(kept));
    expect(await lastDocuments.get('a')).toEqual(kept);
    expect(await lastDocuments.get('b')).toBeUndefined();
  });

  it('are kept as they were sent, where that was a gzip file, whatever follows its end', async () => {
    const kept = original('a', 1_000);
    const gzip = Buffer.concat([gzipSync(kept.body, { level: 0 }), Buffer.from('\n')]);
    await lastDocuments.store({ ...fresh(kept), gzip });
    expect(await redis.client.hgetBuffer(`${redis.prefix}:original:a`, 'g')).toEqual(gzip);
    expect(await lastDocuments.get('a')).toEqual(kept);
  });

  it('are replaced once an hour', async () => {
    const first = original('a', 1_000);
    const second = original('a', 1_200, T0 + LIMITS.everyMs);
    await lastDocuments.store(fresh(first));
    await lastDocuments.store(fresh(original('a', 1_100, T0 + LIMITS.everyMs - 1)));
    expect(await lastDocuments.get('a')).toEqual(first);
    await lastDocuments.store(fresh(second));
    expect(await lastDocuments.get('a')).toEqual(second);
  });

  it('are stored by the next attempt after an error of the store', async () => {
    const document = original('a', 1_000);
    const sizes = `${redis.prefix}:originals:sizes`;
    await redis.client.set(sizes, 'of another type');
    await expect(lastDocuments.store(fresh(document))).rejects.toThrow(StoreError);
    await redis.client.del(sizes);
    await lastDocuments.store(fresh(document));
    expect(await lastDocuments.get('a')).toEqual(document);
  });

  it('are left out where one is too large', async () => {
    await lastDocuments.store(fresh(original('a', 6_000)));
    expect(await lastDocuments.get('a')).toBeUndefined();
  });

  it('take no more than their room: those that have not changed for longest go', async () => {
    for (const [place, name] of ['a', 'b', 'c', 'd'].entries()) {
      await lastDocuments.store(fresh(original(name, 3_000, T0 + place)));
    }
    expect(
      await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => (await lastDocuments.get(name))?.sourceId)),
    ).toEqual([undefined, 'b', 'c', 'd']);
    const sizes = await redis.client.hgetall(`${redis.prefix}:originals:sizes`);
    const { '': sum, ...each } = sizes;
    expect(Number(sum)).toBe(Object.values(each).reduce((all, size) => all + Number(size), 0));
    expect(Number(sum)).toBeLessThanOrEqual(LIMITS.bytes);
  });
});
