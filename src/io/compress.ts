/**
 * How are bytes compressed at the lowest cost?
 *
 * zlib and brotli allocate for the largest input that they could get: 0.25 MB and several MB for each call. For a page
 * of 3 KB that costs ten times the compression itself. So the window and the output buffer are as large as the input
 * needs, and small inputs are compressed synchronously: a call on another thread, with tens of them in flight, costs
 * up to 1 ms of CPU more (`bench/system.ts`, profile of `copy`).
 */
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';

const gzipOnThread = promisify(gzip);
const brotliOnThread = promisify(brotliCompress);

/** Up to this size compression is synchronous, which takes less than a millisecond. */
const AT_ONCE_BYTES = 32 * 1024;

/** Brotli's window, powers of two (RFC 7932 §9.1: 10 to 24 bits); more than 22 is for large files only. */
const LEAST_WINDOW_BITS = 10;
const MOST_WINDOW_BITS = 22;

/** @param level  1 (fastest) to 9 (smallest) */
export async function gzipBytes(bytes: Uint8Array, level: number): Promise<Buffer> {
  const options = { level, chunkSize: outputBytes(bytes) };
  return bytes.length <= AT_ONCE_BYTES ? gzipSync(bytes, options) : gzipOnThread(bytes, options);
}

/** @param quality  0 (fastest) to 11 (smallest) */
export async function brotliBytes(bytes: Uint8Array, quality: number): Promise<Buffer> {
  const options = {
    chunkSize: outputBytes(bytes),
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      [constants.BROTLI_PARAM_LGWIN]: windowBits(bytes),
    },
  };
  return bytes.length <= AT_ONCE_BYTES ? brotliCompressSync(bytes, options) : brotliOnThread(bytes, options);
}

/** Usual upper bound of the result; zlib allocates more if needed. */
function outputBytes({ length }: Uint8Array): number {
  return Math.max(1_024, length >> 1);
}

function windowBits({ length }: Uint8Array): number {
  const needed = Math.ceil(Math.log2(Math.max(1, length)));
  return Math.min(MOST_WINDOW_BITS, Math.max(LEAST_WINDOW_BITS, needed));
}
