/** Which entries of a document are known by the hash of their bytes, and what is the document without them? */
import { cutDocument } from '../../syntax/xml/entry-spans.ts';
import type { CutDocument } from '../../syntax/xml/entry-spans.ts';
import type { EntryHashes } from './context.ts';

export interface HashedDocument {
  readonly cut: CutDocument;
  /** In document order. */
  readonly hashes: readonly string[];
}

/** Undefined if the document must be read as a whole. */
export function hashEntries(
  bytes: Uint8Array,
  maxEntries: number,
  hash: (content: Uint8Array) => string,
): HashedDocument | undefined {
  const cut = cutDocument(bytes);
  if (cut === undefined || cut.spans.length === 0 || cut.spans.length > maxEntries) return undefined;
  return { cut, hashes: cut.spans.map(({ start, end }) => hash(bytes.subarray(start, end))) };
}

export function entryHashes({ cut, hashes }: HashedDocument): EntryHashes {
  return { hashes, hasOpenTail: cut.hasOpenTail, fits: false };
}

const EMPTY = { item: Buffer.from('<item></item>'), entry: Buffer.from('<entry></entry>') };

/**
 * The document with an empty element in place of each known entry. The reader counts entries, so it still sees whether
 * they are where they should be. Undefined if no entry is known.
 */
export function withoutKnown(
  bytes: Uint8Array,
  { cut, hashes }: HashedDocument,
  known: ReadonlySet<string>,
): Uint8Array | undefined {
  const empty = EMPTY[cut.name];
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const [i, { start, end }] of cut.spans.entries()) {
    if (known.has(hashes[i] ?? '')) {
      pieces.push(bytes.subarray(from, start), empty);
      from = end;
    }
  }
  if (from === 0) return undefined;
  pieces.push(bytes.subarray(from));
  return Buffer.concat(pieces);
}
