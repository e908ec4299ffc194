/** Which published documents were read of late, and are they still what is published? */
import type { StoredDocument } from '../../model/output.ts';
import type { StoredDocuments } from './documents.ts';

/** A feed that changed is sent to all its subscribers within a short time; there are seldom many such feeds at once. */
const MOST = 16;

/** Reads a document again only if its tag says that it is another one; never gives out one that was overtaken. */
export function createDocumentCache(
  documents: Pick<StoredDocuments, 'get' | 'etag'>,
): (path: string) => Promise<StoredDocument | undefined> {
  const recent = new Map<string, StoredDocument>();
  return async (path) => {
    const etag = await documents.etag(path);
    const known = recent.get(path);
    recent.delete(path);
    if (etag === undefined) return undefined;
    const current = known?.etag === etag ? known : await documents.get(path);
    if (current === undefined) return undefined;
    // Moved to the end: what was asked for longest ago is let go first.
    recent.set(path, current);
    const [oldest] = recent.keys();
    if (recent.size > MOST && oldest !== undefined) recent.delete(oldest);
    return current;
  };
}
