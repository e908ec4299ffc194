import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSiteRecords, type SiteRecords } from '../../../src/io/store/site-record.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let records: SiteRecords;

beforeAll(async () => {
  redis = await startTestRedis();
  records = createSiteRecords(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const A = 'http://news.example.org';
const B = 'https://news.example.org';
const C = 'https://other.example.org/news';

describe('createSiteRecords', () => {
  it('knows nothing of an empty store', async () => {
    expect(await records.read()).toBeUndefined();
  });

  it('keeps the first id and remembers where the site was, latest first', async () => {
    expect(await records.claim({ id: A, url: A })).toEqual({ id: A, url: A, formerUrls: [] });
    expect(await records.claim({ id: A, url: A })).toEqual({ id: A, url: A, formerUrls: [] });
    expect(await records.claim({ id: A, url: B })).toEqual({ id: A, url: B, formerUrls: [A], movedFrom: A });
    expect(await records.claim({ id: A, url: C })).toEqual({ id: A, url: C, formerUrls: [B, A], movedFrom: B });
    // Back again: what is the present address is no former one.
    expect(await records.claim({ id: A, url: B })).toEqual({ id: A, url: B, formerUrls: [C, A], movedFrom: C });
    expect(await records.read()).toEqual({ id: A, url: B, formerUrls: [C, A] });
  });

  it('changes nothing for another site, and names the owner', async () => {
    await records.claim({ id: A, url: A });
    expect(await records.claim({ id: C, url: C })).toMatchObject({ id: A, url: A });
    expect(await records.read()).toEqual({ id: A, url: A, formerUrls: [] });
  });

  it('takes the address that an older version noted as the id', async () => {
    await redis.client.set(`${redis.prefix}:w:site`, A);
    expect(await records.read()).toEqual({ id: A, url: A, formerUrls: [] });
    expect(await records.claim({ id: A, url: B })).toEqual({ id: A, url: B, formerUrls: [A], movedFrom: A });
  });

  it('keeps a bounded number of former addresses', async () => {
    for (let number = 0; number < 9; number += 1) await records.claim({ id: A, url: `https://${number}.example.org` });
    expect((await records.read())?.formerUrls).toHaveLength(5);
  });
});
