/** Does a document get validators and forms from its bytes alone? */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packageDocument } from '../../../src/io/publish/package.ts';
import type { RenderedDocument } from '../../../src/model/output.ts';

function rendered(text: string, changes: Partial<RenderedDocument> = {}): RenderedDocument {
  return { path: '/a.rss', mediaType: 'application/rss+xml', body: Buffer.from(text), modifiedAt: 1_000, ...changes };
}

const LONG = '财经新闻 <p>稳字当头</p> '.repeat(200);

describe('packageDocument', () => {
  it('gives the same for the same bytes, to the last byte of every form', async () => {
    expect(await packageDocument(rendered(LONG))).toEqual(await packageDocument(rendered(LONG)));
  });

  it('gives a strong tag that follows the bytes and nothing else', async () => {
    const [one, moved, other] = await Promise.all([
      packageDocument(rendered(LONG)),
      packageDocument(rendered(LONG, { path: '/b.rss', modifiedAt: 2_000 })),
      packageDocument(rendered(`${LONG} `)),
    ]);
    expect(one.etag).toMatch(/^"[\w-]{22}"$/u);
    expect([moved.etag === one.etag, other.etag === one.etag]).toEqual([true, false]);
  });

  it('makes forms that unfold to the document', async () => {
    const { gzip, brotli } = await packageDocument(rendered(LONG));
    expect(gunzipSync(gzip ?? '').toString()).toBe(LONG);
    expect(brotliDecompressSync(brotli ?? '').toString()).toBe(LONG);
  });

  it('makes none where they would save nothing', async () => {
    const { gzip, brotli } = await packageDocument(rendered('short'));
    expect([gzip, brotli]).toEqual([undefined, undefined]);
  });
});
