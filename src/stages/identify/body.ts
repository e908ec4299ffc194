/** Has a document, or an entry of it, changed since it was last read with the same settings? */
import { packEntryHashes, unpackEntryHashes } from '../../model/entry-hashes.ts';
import type { Source } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import { hash64 } from '../../syntax/hash.ts';

/**
 * Hash of the bytes and of the settings for reading them, 16 hex digits, so that a document is read again after a
 * change of the config.
 */
export function bodyHash(body: Uint8Array, source: Source): string {
  return hash64(hash64(body) + readingOf(source));
}

/** Hash of the bytes of an entry, or of its text; 16 hex digits. */
export const entryHash: (content: Uint8Array | string) => string = hash64;

/** Hash of the settings, then the raw hash of each entry, 16 hex digits; see `model/entry-hashes.ts`. */
export function hashesToKeep(hashes: readonly string[], source: Source): string {
  return packEntryHashes(readingOf(source), hashes);
}

/** Hashes of the entries that need not be read again: none if they were read with other settings. */
export function knownEntryHashes(packed: string | undefined, source: Source): ReadonlySet<string> {
  const { reading, hashes } = unpackEntryHashes(packed);
  return new Set(reading === readingOf(source) ? hashes : []);
}

/** Whether the last document was read with the present settings. */
export function isReadAlike(packed: string | undefined, source: Source): boolean {
  return packed?.startsWith(readingOf(source)) === true;
}

/** How often a document is read whole within the time for which an unlisted entry is remembered. */
const WHOLE_READINGS = 4;

/**
 * Whether the next document is read whole, including entries known by their raw hash, so that the store records that
 * they are still listed. The times of sources differ.
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
  const { title, categories, tags, timezone, language, identity, content, rules, sharedRulesHash, minScore } = source;
  const reading = hash64(
    JSON.stringify({
      title,
      categories,
      tags,
      timezone,
      language,
      identity,
      content,
      rules,
      sharedRulesHash,
      minScore,
    }),
  );
  readings.set(source, reading);
  return reading;
}
