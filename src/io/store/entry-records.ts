/** How are the record and the keys of an entry laid out in a few bytes? */
import { millisecondsInDay } from 'date-fns/constants';
import { InvariantError } from '../../model/errors.ts';
import type { EntryRecord } from '../../model/entry-record.ts';

/*
 * Ids and hashes are raw bytes, two of them in the bucket's name, so that they are stored in the packed small hashes
 * of Redis (`hash-max-listpack-entries`, 128 or 512 by version: some ten million entries).
 *   k:XXXX     HASH  rest of a key -> entry id; an entry's first own key is its id and is not stored
 *   m:XXXX     HASH  rest of an entry id -> mark
 * A mark: flags 1 (tombstone 1, joined 2, apart 4, withdrawn 8), version 3, day last seen 2, fingerprint 8, source 4, title 3; and, of an entry that was joined to a
 * story, the id of the story's post 8. The shortened keys of source and title are only compared with those of an entry
 * with the same key: two sources are confused in one of four billion such cases, two titles in one of 16 million.
 */

const MARK_BYTES = 21;
const JOINED_BYTES = MARK_BYTES + 8;

const TOMBSTONE = 1;
const APART = 4;

/** Length of the mark in the input of `save`, in hex digits. */
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

/**
 * @param asked  source and title of the entry that is looked up: returned if those of the mark are equal, as far as
 * stored
 */
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
