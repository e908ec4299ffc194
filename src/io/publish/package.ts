/** What does HTTP need in addition to a finished document? */
import { createHash } from 'node:crypto';
import type { Encoding, RenderedDocument, StoredDocument } from '../../model/output.ts';
import type { Packing } from '../../ports/publisher.ts';
import { brotliBytes, gzipBytes } from '../compress.ts';

/** Below this size, compression saves less than its headers cost. */
const LEAST_BYTES = 256;
/*
 * CPU and resulting size for 60 real feeds of 83 KB on average (`bench/compress.ts`):
 *   gzip   4: 10.5 ms/MB, 21.5 %   6: 15.7, 20.6 %   9: 21.5, 20.5 %
 *   brotli 4: 12.0 ms/MB, 20.2 %   5: 17.7, 18.9 %   7: 24.3, 18.5 %   9: 1,288, 18.4 %   11: 1,238, 16.6 %
 * A document is used for minutes to hours: a few per cent fewer bytes do not justify half as much CPU again.
 */
const GZIP_LEVEL = 4;
const BROTLI_QUALITY = 4;
const TAG_LENGTH = 22;

export const packing: Packing = { seal, compress };

/** In every form; for a document that was rendered on request. */
export function packageDocument(document: RenderedDocument): Promise<StoredDocument> {
  return compress(seal(document), ['gzip', 'br']);
}

/** A strong ETag made from the bytes (RFC 9110 §8.8.3). */
function seal(document: RenderedDocument): StoredDocument {
  const digest = createHash('sha256').update(document.body).digest('base64url').slice(0, TAG_LENGTH);
  return { ...document, etag: `"${digest}"` };
}

async function compress(document: StoredDocument, encodings: readonly Encoding[]): Promise<StoredDocument> {
  const { body } = document;
  if (body.length < LEAST_BYTES) return document;
  const [gzipped, brotlied] = await Promise.all([
    encodings.includes('gzip') && document.gzip === undefined ? gzipBytes(body, GZIP_LEVEL) : document.gzip,
    encodings.includes('br') && document.brotli === undefined ? brotliBytes(body, BROTLI_QUALITY) : document.brotli,
  ]);
  return {
    ...document,
    ...(gzipped !== undefined && { gzip: gzipped }),
    ...(brotlied !== undefined && { brotli: brotlied }),
  };
}
