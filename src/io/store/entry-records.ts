/** How is what we remember of an entry laid out in a few bytes? */
import { millisecondsInDay } from 'date-fns/constants';
import { InvariantError } from '../../model/errors.ts';
import type { EntryRecord } from '../../model/entry-record.ts';

/*
 * Ids and hashes are raw bytes, two of them in the bucket's name, so that what is remembered lies in Redis' packed
 * small hashes (`hash-max-listpack-entries`, 128 or 512 by version: some ten million entries).
 *   k:XXXX     HASH  rest of a key -> entry id; an entry's first own key is its id and is not stored
 *   m:XXXX     HASH  rest of an entry id -> mark
 * A mark: flags 1 (tombstone 1, joined 2, apart 4, withdrawn 8), version 3, day last seen 2, fingerprint 8, source 4, title 3; and, of an entry that was joined to a
 * story, the id of the story's post 8. What is cut off of a source's key or a title's is only ever compared with what
 * an entry with the same key says: two sources are taken for one in four billion such cases, two titles in 16 million.
 */

const MARK_BYTES = 21;
const JOINED_BYTES = MARK_BYTES + 8;

const TOMBSTONE = 1;
const APART = 4;

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

/** @param asked  source and title of the entry that is looked up: given back where the mark's are the same, as far as kept */
export function readMark(mark: Buffer, asked: { readonly sourceKey: string; readonly titleKey: string }): EntryRecord {
  if (mark.length !== MARK_BYTES && mark.length !== JOINED_BYTES)
    throw new InvariantError(`a mark has ${MARK_BYTES} or ${JOINED_BYTES} bytes, found ${mark.length}`);
  const flags = mark[0] ?? 0;
  const source = mark.toString('hex', 14, 18);
  const title = mark.toString('hex', 18, 21);
  return {
    fingerprint: mark.toString('hex', 6, 14),
    sourceKey: source === shortSource(asked.sourceKey) ? asked.sourceKey : source,
    titleKey: title === shortTitle(asked.titleKey) ? asked.titleKey : title,
    version: mark.readUIntBE(1, 3),
    tombstone: (flags & TOMBSTONE) !== 0,
    apart: (flags & APART) !== 0,
    ...(mark.length === JOINED_BYTES && { storyId: mark.toString('hex', MARK_BYTES) }),
  };
}

/** Days since 1970, two bytes: enough until 2149. */
export function dayBytes(at: number): Buffer {
  const day = Buffer.alloc(2);
  day.writeUInt16BE(Math.floor(at / millisecondsInDay));
  return day;
}
