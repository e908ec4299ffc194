import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDocuments, type StoredDocuments } from '../../../src/io/store/documents.ts';
import { documentsContract } from '../../ports/documents.contract.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

let redis: TestRedis;
let documents: StoredDocuments;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  documents = createDocuments(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await redis.close();
});

describe('createDocuments', () => {
  documentsContract(async () => {
    await redis.clear();
    return { documents, watch: (onChange) => documents.watch(onChange).then((stop) => stops.push(stop)) };
  });

  it('tells every watcher which paths were written, removed or went out of date', async () => {
    const heard: string[] = [];
    const unwatch = await documents.watch((path) => heard.push(path));
    const document = { path: '/a.rss', mediaType: 'text/xml', body: Buffer.from('a'), modifiedAt: 0, etag: '"a"' };
    await documents.publish([document, { ...document, path: '/b.rss' }]);
    await documents.remove(['/a.rss']);
    await documents.invalidate(['/tag/x.rss', '/tag/x.html']);
    await expect.poll(() => heard).toEqual(['/a.rss', '/b.rss', '/a.rss', '/tag/x.rss', '/tag/x.html']);
    await unwatch();
  });
});
