/** Which entries of a document are known by their bytes, and what is left of it without them? */
import { hash64 } from '../../syntax/hash.ts';
import { cutDocument } from '../../syntax/spans.ts';
import type { EntrySpan } from '../../syntax/spans.ts';
import type { EntryHashes } from './context.ts';

export interface HashedDocument extends EntryHashes {
  readonly spans: readonly EntrySpan[];
}

/** Undefined for a document that has to be read as one piece. */
export function hashEntries(bytes: Uint8Array, maxEntries: number): HashedDocument | undefined {
  const cut = cutDocument(bytes);
  if (cut === undefined || cut.spans.length === 0 || cut.spans.length > maxEntries) return undefined;
  return { ...cut, hashes: cut.spans.map(({ start, end }) => hash64(bytes.subarray(start, end))), fits: false };
}

export interface UnknownPart {
  readonly bytes: Uint8Array;
  readonly entryHashes: EntryHashes;
  /** Of the entries left out, in document order. */
  readonly skipped: readonly string[];
}

/** The document without its known entries; undefined when it has none. */
export function withoutKnown(
  bytes: Uint8Array,
  { spans, hashes, hasOpenTail }: HashedDocument,
  known: ReadonlySet<string>,
): UnknownPart | undefined {
  const skipped = hashes.filter((hash) => known.has(hash));
  if (skipped.length === 0) return undefined;
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const [i, { start, end }] of spans.entries()) {
    if (known.has(hashes[i] ?? '')) {
      pieces.push(bytes.subarray(from, start));
      from = end;
    }
  }
  pieces.push(bytes.subarray(from));
  const left = hashes.filter((hash) => !known.has(hash));
  return { bytes: Buffer.concat(pieces), entryHashes: { hashes: left, hasOpenTail, fits: false }, skipped };
}
