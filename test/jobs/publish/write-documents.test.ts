import { describe, expect, it } from 'vitest';
import { packing } from '../../../src/io/publish/package.ts';
import { type Destination, writeDocuments } from '../../../src/jobs/publish/write-documents.ts';
import type { Encoding, RenderedDocument } from '../../../src/model/output.ts';
import { createMemoryDocuments, type MemoryDocuments } from '../../support/documents.ts';

const documentAt = (path: string, text = path): RenderedDocument => ({
  path,
  mediaType: 'text/html; charset=utf-8',
  // Long enough for its compressed forms to be smaller.
  body: Buffer.from(text.repeat(200)),
  modifiedAt: 0,
});

function opened(encodings: readonly Encoding[] = ['gzip', 'br']) {
  const counted: Record<string, number> = {};
  const counts = {
    add: (step: string, kind: string, by: number) => {
      counted[`${step} ${kind}`] = (counted[`${step} ${kind}`] ?? 0) + by;
    },
  };
  const batches: number[] = [];
  const destinationOf = (publisher: MemoryDocuments, forms = encodings): Destination => ({
    publisher: {
      ...publisher,
      publish: (documents) => {
        batches.push(documents.length);
        return publisher.publish(documents);
      },
    },
    encodings: () => forms,
  });
  return { counted, batches, destinationOf, deps: { packing, counts } };
}

describe('writeDocuments', () => {
  it('writes a document in the compressed forms of its destination', async () => {
    const { destinationOf, deps } = opened();
    const site = createMemoryDocuments();
    await writeDocuments([documentAt('/all.html')], destinationOf(site, ['gzip']), deps);
    const found = await site.get('/all.html');
    expect(found?.gzip).toBeDefined();
    expect(found?.brotli).toBeUndefined();
  });

  it('writes and compresses nothing that is there already', async () => {
    const { counted, batches, destinationOf, deps } = opened();
    const destination = destinationOf(createMemoryDocuments());
    await writeDocuments([documentAt('/all.html')], destination, deps);
    await writeDocuments([documentAt('/all.html')], destination, deps);
    expect(batches).toEqual([1]);
    expect(counted).toEqual({ 'rendered feed': 2, 'compressed feed': 1, 'written feed': 1 });
  });

  it('writes only the documents that differ', async () => {
    const { counted, destinationOf, deps } = opened();
    const destination = destinationOf(createMemoryDocuments());
    await writeDocuments([documentAt('/all.html'), documentAt('/all.rss')], destination, deps);
    await writeDocuments([documentAt('/all.html'), documentAt('/all.rss', 'changed')], destination, deps);
    expect(counted['written feed']).toBe(3);
  });

  it('compresses once for several destinations', async () => {
    const { counted, destinationOf, deps } = opened();
    const [site, copy] = [createMemoryDocuments(), createMemoryDocuments()];
    const sealed = await writeDocuments([documentAt('/all.html')], destinationOf(site), deps);
    await writeDocuments(sealed, destinationOf(copy), deps);
    expect(counted).toEqual({ 'rendered feed': 1, 'compressed feed': 1, 'written feed': 2 });
    expect((await copy.get('/all.html'))?.etag).toBe((await site.get('/all.html'))?.etag);
  });

  it('holds no more than a batch in memory', async () => {
    const { batches, destinationOf, deps } = opened();
    const many = Array.from({ length: 150 }, (_, index) => documentAt(`/source/${index}.rss`));
    const done = await writeDocuments(many, destinationOf(createMemoryDocuments()), deps);
    expect(batches).toEqual([64, 64, 22]);
    expect(done.map(({ path }) => path)).toEqual(many.map(({ path }) => path));
  });

  it.each([
    ['/', 'home'],
    ['/all.rss', 'feed'],
    ['/category/news/before/1700000000000-0123456789abcdef.html', 'archive'],
    ['/post/0123456789abcdef.html', 'post'],
    ['/sources.opml', 'list'],
    ['/style.css', 'site'],
    ['2026-11-24-0123456789abcdef.md', 'post-file'],
  ])('counts %s as %s', async (path, kind) => {
    const { counted, destinationOf, deps } = opened([]);
    await writeDocuments([documentAt(path)], destinationOf(createMemoryDocuments()), deps);
    expect(counted).toEqual({ [`rendered ${kind}`]: 1, [`written ${kind}`]: 1 });
  });
});
