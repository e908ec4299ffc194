/** Which published documents were read last, and are they still up to date? */
import { LRUCache } from 'lru-cache';
import type { StoredDocument } from '../../model/output.ts';
import type { StoredDocuments } from './documents.ts';

/**
 * A changed feed is sent to all its subscribers within a short time; there are rarely many such feeds at the same time.
 */
const MOST = 16;

/** Reads a document again only if its ETag has changed; never returns an outdated one. */
export function createDocumentCache(
  documents: Pick<StoredDocuments, 'get' | 'etag'>,
): (path: string) => Promise<StoredDocument | undefined> {
  const recent = new LRUCache<string, StoredDocument>({ max: MOST });
  return async (path) => {
    const etag = await documents.etag(path);
    const known = recent.get(path);
    recent.delete(path);
    if (etag === undefined) return undefined;
    const current = known?.etag === etag ? known : await documents.get(path);
    if (current === undefined) return undefined;
    recent.set(path, current);
    return current;
  };
}
