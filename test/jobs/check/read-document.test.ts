/** What is left of a document of which a part could not be stored? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/model/errors.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { HOUR, itemsOf, T0, visitsOf } from '../check-slots.ts';

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
