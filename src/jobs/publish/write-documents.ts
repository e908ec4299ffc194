/** How does a document get to every publisher that lacks it, compressed once and only if somebody lacks it? */
import type { Encoding, RenderedDocument, StoredDocument } from '../../model/output.ts';
import { isArchivePath, postIdFromPath, scopeFromPath } from '../../model/paths.ts';
import type { Packing, PublishCounts, Publisher } from '../../ports/publisher.ts';

/** Where documents go, and in which compressed forms. */
export interface Destination {
  readonly publisher: Publisher;
  readonly encodings: (document: RenderedDocument) => readonly Encoding[];
}

export interface WriteDeps {
  readonly packing: Packing;
  readonly counts: PublishCounts;
}

/** Documents held at once in all their forms. */
const BATCH = 64;

/** Writes what is not there already, byte for byte. */
export async function writeDocuments(
  documents: readonly RenderedDocument[],
  destinations: readonly Destination[],
  deps: WriteDeps,
): Promise<void> {
  for (const document of documents) deps.counts.add('rendered', kindOf(document.path), 1);
  for (let from = 0; from < documents.length; from += BATCH) {
    await writeBatch(
      documents.slice(from, from + BATCH).map((document) => deps.packing.seal(document)),
      destinations,
      deps,
    );
  }
}

async function writeBatch(
  sealed: readonly StoredDocument[],
  destinations: readonly Destination[],
  { packing, counts }: WriteDeps,
): Promise<void> {
  const lacking = await Promise.all(
    destinations.map(({ publisher, encodings }) =>
      publisher.missing(sealed.map((document) => ({ document, encodings: encodings(document) }))),
    ),
  );
  const compressed = await Promise.all(
    sealed.map(async (document) => {
      const wanted = destinations.flatMap(({ encodings }, index) =>
        lacking[index]?.has(document.path) === true ? encodings(document) : [],
      );
      if (wanted.length === 0) return document;
      counts.add('compressed', kindOf(document.path), 1);
      return packing.compress(document, [...new Set(wanted)]);
    }),
  );
  for (const [index, { publisher, encodings }] of destinations.entries()) {
    const documents = compressed.filter(({ path }) => lacking[index]?.has(path) === true);
    if (documents.length === 0) continue;
    await publisher.publish(documents.map((document) => inForms(document, encodings(document))));
    for (const { path } of documents) counts.add('written', kindOf(path), 1);
  }
}

function inForms({ gzip, brotli, ...document }: StoredDocument, encodings: readonly Encoding[]): StoredDocument {
  return {
    ...document,
    ...(gzip !== undefined && encodings.includes('gzip') && { gzip }),
    ...(brotli !== undefined && encodings.includes('br') && { brotli }),
  };
}

/** One word for the counters. */
function kindOf(path: string): string {
  if (path === '/') return 'home';
  if (postIdFromPath(path) !== undefined) return 'post';
  if (isArchivePath(path)) return 'archive';
  if (scopeFromPath(path)?.format !== undefined) return 'feed';
  if (path === '/sources.opml' || path === '/opml.xml') return 'list';
  return path.startsWith('/') ? 'site' : 'post-file';
}
