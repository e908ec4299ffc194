/** How is a string of bytes hashed to a short name? XXH64: fast and evenly distributed; not for secrets. */
import xxhash from 'xxhash-wasm';

const hasher = await xxhash();

/** XXH64 of bytes, or of a text's UTF-8 form, as 16 hex digits. */
export function hash64(content: Uint8Array | string): string {
  const hash = typeof content === 'string' ? hasher.h64(content) : hasher.h64Raw(content);
  return hash.toString(16).padStart(16, '0');
}
