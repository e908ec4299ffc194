/** Which entries of a document are known by their bytes, and what is left of it without them? */
import { hash64 } from '../../syntax/hash.ts';
import { cutDocument } from '../../syntax/spans.ts';
import type { EntrySpan } from '../../syntax/spans.ts';
import type { EntryHashes } from './context.ts';

export interface HashedDocument extends EntryHashes {
  readonly spans: readonly EntrySpan[];
}

const NOTHING: ReadonlySet<string> = new Set();

/** Undefined for a document that has to be read as one piece. */
export function hashEntries(
  bytes: Uint8Array,
  known: ReadonlySet<string> | undefined,
  maxEntries: number,
): HashedDocument | undefined {
  const cut = cutDocument(bytes);
  if (cut === undefined || cut.spans.length === 0 || cut.spans.length > maxEntries) return undefined;
  const hashes = cut.spans.map(({ start, end }) => hash64(bytes.subarray(start, end)));
  return { ...cut, hashes, known: known ?? NOTHING, skipped: [], fits: false };
}

/** The document without its known entries; undefined when it has none. */
export function withoutKnown(
  bytes: Uint8Array,
  document: HashedDocument,
): { readonly bytes: Uint8Array; readonly entryHashes: EntryHashes } | undefined {
  const { spans, hashes, known, hasOpenTail } = document;
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
  return {
    bytes: Buffer.concat(pieces),
    entryHashes: { hashes: left, hasOpenTail, known: NOTHING, skipped, fits: false },
  };
}
