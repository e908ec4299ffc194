/** Is a cached document returned only as long as it is the published one? */
import { describe, expect, it } from 'vitest';
import { createDocumentCache } from '../../../src/io/store/document-cache.ts';
import type { StoredDocument } from '../../../src/model/output.ts';

function store(published: Map<string, string>) {
  const reads: string[] = [];
  return {
    reads,
    etag: (path: string) => Promise.resolve(published.get(path)),
    get: (path: string): Promise<StoredDocument | undefined> => {
      reads.push(path);
      const etag = published.get(path);
      return Promise.resolve(
        etag === undefined ? undefined : { path, etag, mediaType: 'text/xml', body: Buffer.from(etag), modifiedAt: 0 },
      );
    },
  };
}

describe('createRecentDocuments', () => {
  it('reads a document once as long as it is the same', async () => {
    const documents = store(new Map([['/all.rss', '"1"']]));
    const recent = createDocumentCache(documents);
    expect((await recent('/all.rss'))?.etag).toBe('"1"');
    expect((await recent('/all.rss'))?.etag).toBe('"1"');
    expect(documents.reads).toEqual(['/all.rss']);
  });

  it('never gives out one that was overtaken or removed', async () => {
    const published = new Map([['/all.rss', '"1"']]);
    const recent = createDocumentCache(store(published));
    await recent('/all.rss');
    published.set('/all.rss', '"2"');
    expect((await recent('/all.rss'))?.etag).toBe('"2"');
    published.delete('/all.rss');
    expect(await recent('/all.rss')).toBeUndefined();
  });

  it('keeps a few, and lets those go that were asked for longest ago', async () => {
    const paths = Array.from({ length: 17 }, (_, number) => `/${number}.rss`);
    const documents = store(new Map(paths.map((path) => [path, `"${path}"`])));
    const recent = createDocumentCache(documents);
    for (const path of paths) await recent(path);
    await recent('/16.rss');
    expect(documents.reads).toHaveLength(17);
    await recent('/0.rss');
    expect(documents.reads).toHaveLength(18);
  });
});
