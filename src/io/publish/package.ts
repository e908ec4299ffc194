/** What does HTTP need beside a finished document? */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RenderedDocument, StoredDocument } from '../../model/output.ts';

const gzipAsync = promisify(gzip);
const brotliAsync = promisify(brotliCompress);
/** Below this, the headers weigh more than what is saved. */
const LEAST_BYTES = 256;
const GZIP_LEVEL = 6;
/** As quick as gzip and smaller; higher levels cost more than they bring on a document that lives for minutes. */
const BROTLI_QUALITY = 5;
const TAG_LENGTH = 22;

/** Adds a strong ETag made from the bytes (RFC 9110 §8.8.3) and the compressed forms; same bytes, same result. */
export async function packageDocument(document: RenderedDocument): Promise<StoredDocument> {
  const { body } = document;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, TAG_LENGTH)}"`;
  if (body.length < LEAST_BYTES) return { ...document, etag };
  const [gzipped, brotlied] = await Promise.all([
    gzipAsync(body, { level: GZIP_LEVEL }),
    brotliAsync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  ]);
  return { ...document, etag, gzip: gzipped, brotli: brotlied };
}
