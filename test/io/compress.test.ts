import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { brotliBytes, gzipBytes } from '../../src/io/compress.ts';

/** Text that compresses, and bytes that do not: these need more room than was set aside. */
const inputs: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['one byte', Uint8Array.of(7)],
  ['a short text', Buffer.from('财经要闻 '.repeat(100))],
  ['the largest that is compressed at once', Buffer.from('feed '.repeat(6_553) + 'mill')],
  ['the smallest that goes to a thread', Buffer.from('feed '.repeat(6_554))],
  ['a text larger than the largest window', Buffer.from('0123456789abcdef'.repeat(400_000))],
  ['short bytes without order', noise(2_000)],
  ['long bytes without order', noise(300_000)],
];

function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

describe('gzipBytes and brotliBytes', () => {
  it.each(inputs)('give back %s', async (_title, bytes) => {
    expect(gunzipSync(await gzipBytes(bytes, 6)).equals(bytes)).toBe(true);
    expect(brotliDecompressSync(await brotliBytes(bytes, 5)).equals(bytes)).toBe(true);
  });

  it('give the same bytes for the same input', async () => {
    const [, text = new Uint8Array()] = inputs[2] ?? [];
    expect(await gzipBytes(text, 6)).toEqual(await gzipBytes(text, 6));
    expect(await brotliBytes(text, 5)).toEqual(await brotliBytes(text, 5));
  });
});
