/** How do we name a string of bytes shortly? XXH64: quick, well spread, not for secrets. */
import xxhash from 'xxhash-wasm';

const { h64Raw, h64 } = await xxhash();

/** XXH64 of bytes, or of a text's UTF-8 form, as 16 hex digits. */
export function hash64(content: Uint8Array | string): string {
  const hash = typeof content === 'string' ? h64(content) : h64Raw(content);
  return hash.toString(16).padStart(16, '0');
}
