/** How is what we remember of an entry laid out in a few bytes? */
import { InvariantError } from '../../model/errors.ts';
import type { EntryRecord } from '../../ports/posts.ts';
import { lua } from './lua.ts';

/*
 * Ids and hashes are raw bytes, two of them in the bucket's name, so that what is remembered lies in Redis' packed
 * small hashes (`hash-max-listpack-entries`, 128 or 512 by version: some ten million entries).
 *   k:XXXX     HASH  rest of a claim key -> entry id; an entry's first own key is its id and is not written down
 *   m:XXXX     HASH  rest of an entry id -> mark
 * A mark: flags 1, version 3, day last seen 2, fingerprint 8, source 4, title 3; and, of an entry that was joined to a
 * story, the id of the story's post 8. What is cut off of a source's key or a title's is only ever compared with what
 * an entry with the same key says: two sources are taken for one in four billion such cases, two titles in 16 million.
 */

/** What `save` writes of a mark: fingerprint, source, title. */
export const IDENTITY_BYTES = 15;
const MARK_BYTES = 21;
const JOINED_BYTES = MARK_BYTES + 8;
const DAY_MS = 86_400_000;

const TOMBSTONE = 1;

/** Lua that the store's scripts begin with. */
export const LIBRARY = lua('store/entry-records/library.lua');

/** Of the mark that `save` is given, in hex. */
export function identityHex(mark: {
  readonly fingerprint: string;
  readonly sourceKey: string;
  readonly titleKey: string;
}): string {
  return mark.fingerprint + shortSource(mark.sourceKey) + shortTitle(mark.titleKey);
}

export function shortSource(sourceKey: string): string {
  return sourceKey.slice(0, 8);
}

export function shortTitle(titleKey: string): string {
  return titleKey.slice(0, 6);
}

/** @param sourceKey  of who asks: given back where the mark's is the same, as far as it is kept */
export function readMark(
  mark: Buffer,
  sourceKey: string,
): { readonly stored: EntryRecord; readonly storyId: string | undefined } {
  if (mark.length !== MARK_BYTES && mark.length !== JOINED_BYTES)
    throw new InvariantError(`a mark has ${MARK_BYTES} or ${JOINED_BYTES} bytes, found ${mark.length}`);
  const source = mark.toString('hex', 14, 18);
  return {
    stored: {
      fingerprint: mark.toString('hex', 6, 14),
      sourceKey: source === shortSource(sourceKey) ? sourceKey : source,
      version: mark.readUIntBE(1, 3),
      tombstone: ((mark[0] ?? 0) & TOMBSTONE) !== 0,
    },
    storyId: mark.length === JOINED_BYTES ? mark.toString('hex', MARK_BYTES) : undefined,
  };
}

/** Days since 1970, two bytes: enough until 2149. */
export function dayBytes(at: number): Buffer {
  const day = Buffer.alloc(2);
  day.writeUInt16BE(Math.floor(at / DAY_MS));
  return day;
}
