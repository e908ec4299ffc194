/** Is a document the same as last time, read in the same way? */
import type { Source } from '../../model/settings.ts';
import { hash64 } from '../../syntax/hash.ts';

/**
 * 16 hex digits: of the bytes, and of what the operator says about reading them, so that a changed
 * config reads the document again.
 */
export function bodyHash(body: Uint8Array, source: Source): string {
  return hash64(hash64(body) + readingOf(source));
}

const readings = new WeakMap<Source, string>();

function readingOf(source: Source): string {
  const known = readings.get(source);
  if (known !== undefined) return known;
  const { title, categories, tags, timezone, language, identity, content, rules } = source;
  const reading = hash64(JSON.stringify({ title, categories, tags, timezone, language, identity, content, rules }));
  readings.set(source, reading);
  return reading;
}
