/** Is a document, or an entry of it, the same as last time, and read in the same way? */
import { packEntryHashes, unpackEntryHashes } from '../../model/entry-hashes.ts';
import type { Source } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import { hash64 } from '../../syntax/hash.ts';

/**
 * 16 hex digits: of the bytes, and of what the operator says about reading them, so that a changed
 * config reads the document again.
 */
export function bodyHash(body: Uint8Array, source: Source): string {
  return hash64(hash64(body) + readingOf(source));
}

/** Of an entry's bytes, or of its text: 16 hex digits. */
export const entryHash: (content: Uint8Array | string) => string = hash64;

/** How the source's entries were read, then the raw hash of each, 16 hex digits; see `model/entry-hashes.ts`. */
export function hashesToKeep(hashes: readonly string[], source: Source): string {
  return packEntryHashes(readingOf(source), hashes);
}

/** The entries that need not be read again: none if they were read in another way. */
export function knownEntryHashes(packed: string | undefined, source: Source): ReadonlySet<string> {
  const { reading, hashes } = unpackEntryHashes(packed);
  return new Set(reading === readingOf(source) ? hashes : []);
}

/** Whether the last document was read as the operator wants it read now. */
export function isReadAlike(packed: string | undefined, source: Source): boolean {
  return packed?.startsWith(readingOf(source)) === true;
}

/** How often a document is read whole while an entry that is listed no more is remembered. */
const WHOLE_READINGS = 4;

/**
 * Whether the next document is to be read whole, the entries that are known by their raw hash included, so that the
 * store notes that they are still listed. Sources have their turns at different times.
 */
export function isWholeDue(
  { readWholeAt }: Pick<SourceState, 'readWholeAt'>,
  { id }: Source,
  memoryMs: number,
  now: number,
): boolean {
  if (readWholeAt === undefined) return false;
  const share = Number.parseInt(hash64(id).slice(0, 4), 16) / 0x10000;
  return now - readWholeAt > (memoryMs / WHOLE_READINGS) * (0.75 + 0.5 * share);
}

const readings = new WeakMap<Source, string>();

function readingOf(source: Source): string {
  const known = readings.get(source);
  if (known !== undefined) return known;
  const { title, categories, tags, timezone, language, identity, content, rules, sharedRulesHash } = source;
  const reading = hash64(
    JSON.stringify({ title, categories, tags, timezone, language, identity, content, rules, sharedRulesHash }),
  );
  readings.set(source, reading);
  return reading;
}
