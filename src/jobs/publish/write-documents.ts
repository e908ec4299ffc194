/** How is a document written to every publisher that lacks it, and compressed once only if one lacks it? */
import type { Encoding, RenderedDocument, StoredDocument } from '../../model/output.ts';
import { isArchivePath, postIdFromPath, scopeFromPath } from '../../model/paths.ts';
import type { Packing, PublishCounts, Publisher } from '../../ports/publisher.ts';

/** A publisher, and the compressed forms that it gets. */
export interface Destination {
  readonly publisher: Publisher;
  readonly encodings: (document: RenderedDocument) => readonly Encoding[];
}

export interface WriteDeps {
  readonly packing: Packing;
  readonly counts: PublishCounts;
}

/** Documents held in memory at the same time in all their forms. */
const BATCH = 64;

/**
 * Writes the documents that the publisher lacks.
 *
 * @returns the documents with the compressed forms that were made, for the next destination
 */
export async function writeDocuments(
  documents: readonly (RenderedDocument | StoredDocument)[],
  destination: Destination,
  deps: WriteDeps,
): Promise<readonly StoredDocument[]> {
  const done: StoredDocument[] = [];
  for (let from = 0; from < documents.length; from += BATCH) {
    const sealed = documents.slice(from, from + BATCH).map((document) => {
      if ('etag' in document) return document;
      deps.counts.add('rendered', kindOf(document.path), 1);
      return deps.packing.seal(document);
    });
    for (const document of await writeBatch(sealed, destination, deps)) done.push(document);
  }
  return done;
}

async function writeBatch(
  sealed: readonly StoredDocument[],
  { publisher, encodings }: Destination,
  { packing, counts }: WriteDeps,
): Promise<readonly StoredDocument[]> {
  const lacking = await publisher.missing(
    sealed.map((document) => ({ document: inForms(document, []), encodings: encodings(document) })),
  );
  if (lacking.size === 0) return sealed;
  const compressed = await Promise.all(
    sealed.map(async (document) => {
      if (!lacking.has(document.path)) return document;
      const wanted = encodings(document);
      const isFirst = document.gzip === undefined && document.brotli === undefined;
      if (wanted.length > 0 && isFirst) counts.add('compressed', kindOf(document.path), 1);
      return packing.compress(document, wanted);
    }),
  );
  const written = compressed.filter(({ path }) => lacking.has(path));
  await publisher.publish(written.map((document) => inForms(document, encodings(document))));
  for (const { path } of written) counts.add('written', kindOf(path), 1);
  return compressed;
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
