/** Which of the entries found in a document are read? */
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { CanonicalItem } from './canonical.ts';
import type { EntryHashes, ReadContext } from './context.ts';
import type { Place } from './elements.ts';
import { readEntry } from './entry.ts';

/** Elements that may contain entries, also after a lost or early end tag. */
const FRAMES = new Set(['channel', 'items', 'rss', 'rdf:rdf', 'rdf', 'atom:feed']);

/** The entries below the root, in document order. */
export function entriesOf(root: XmlElement): readonly XmlElement[] {
  return root.children.flatMap((element) => {
    if (element.name === 'item' || element.name === 'atom:entry') return [element];
    return FRAMES.has(element.name) ? entriesOf(element) : [];
  });
}

/** The first entries up to the limit, without known ones and without one that is cut off by the end of the document. */
export function readItems(found: readonly XmlElement[], place: Place, context: ReadContext): readonly CanonicalItem[] {
  const { limits, issues, entryHashes, known, skipped } = context;
  if (found.length > limits.maxEntries) {
    issues.note('too-many-entries', `Only the first ${limits.maxEntries} of ${found.length} entries were read.`);
  }
  const hashes = entryHashes !== undefined && fit(entryHashes, found.length) ? entryHashes : undefined;
  const items: CanonicalItem[] = [];
  for (const [i, element] of found.slice(0, limits.maxEntries).entries()) {
    const hash = hashes?.hashes[i];
    if (hash !== undefined && known.has(hash)) {
      skipped.push(hash);
    } else if (element.closed) {
      const item = readEntry(element, place, context);
      if (hash !== undefined) item.rest[0].rawHash = hash;
      items.push(item);
    }
  }
  return items;
}

function fit(entryHashes: EntryHashes, found: number): boolean {
  const { hashes, hasOpenTail } = entryHashes;
  entryHashes.fits = found === hashes.length + (hasOpenTail ? 1 : 0);
  return entryHashes.fits;
}
