/** How are the raw hashes of entries stored in the state of a source? */

/** Hex digits of one hash. */
const HASH_CHARS = 16;
/** Documents that leave out known entries add to the hashes up to this many. */
const MOST_JOINED = 500;

export interface EntryHashes {
  /** Hash of the settings that the entries were read with; absent if nothing was kept. */
  readonly reading?: string;
  /** Raw hash of each entry, 16 hex digits, newest document first. */
  readonly hashes: readonly string[];
}

/** The hash of the settings, then the hash of each different entry, joined without a separator. */
export function packEntryHashes(reading: string, hashes: readonly string[]): string {
  return reading + [...new Set(hashes)].join('');
}

export function unpackEntryHashes(packed: string | undefined): EntryHashes {
  const parts: string[] = [];
  for (let at = 0; packed !== undefined && at + HASH_CHARS <= packed.length; at += HASH_CHARS)
    parts.push(packed.slice(at, at + HASH_CHARS));
  const [reading, ...hashes] = parts;
  return reading === undefined ? { hashes } : { reading, hashes };
}

/**
 * After a document that may leave out known entries (a 226, or what a hub sent): its entries, then those kept before,
 * each once, 500 in all. Hashes of entries that were read with other settings are dropped.
 *
 * @param added   packed, of that document
 * @param before  packed; absent for a source that was never read
 */
export function joinEntryHashes(added: string, before: string | undefined): string {
  const newer = unpackEntryHashes(added);
  const older = unpackEntryHashes(before);
  if (newer.reading === undefined || newer.reading !== older.reading) return added;
  return packEntryHashes(newer.reading, [...new Set([...newer.hashes, ...older.hashes])].slice(0, MOST_JOINED));
}
