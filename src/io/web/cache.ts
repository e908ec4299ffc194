/** Which documents are in memory, ready to be sent? */
import type { StoredDocument } from '../../model/output.ts';
import { prepare, type Prepared } from './prepared-response.ts';

export interface DocumentCache {
  /** The document if it is in memory; undefined if it must be loaded first. */
  peek(key: string): Prepared | undefined;
  /** Loads it if needed; concurrent requests for one document share the same load. */
  get(key: string): Promise<Prepared | undefined>;
  /** Drops a path and its archive pages; a load in progress is repeated. */
  invalidate(path: string): void;
  clear(): void;
}

export interface CacheOptions {
  readonly load: (key: string) => Promise<StoredDocument | undefined>;
  /** Called when a document is loaded. */
  readonly onLoaded: (key: string, prepared: Prepared) => void;
  readonly onError: (key: string, error: unknown) => void;
  readonly pagePolicy: () => string;
  readonly now: () => number;
  /** Bytes of documents kept in all their forms. */
  readonly maxBytes: number;
  /**
   * A document older than this is looked up again in the background, so that a lost message does not leave it stale
   * forever.
   */
  readonly recheckMs: number;
}

/** Memory for the maps and objects of one document, and of one entry in it. */
const KEPT_BYTES = 1_500;
const ENTRY_BYTES = 100;

interface Kept {
  readonly prepared: Prepared;
  readonly bytes: number;
  checkedAt: number;
  /** Requested since it was last considered for eviction. */
  used: boolean;
}

interface Flight {
  readonly promise: Promise<Prepared | undefined>;
  overtaken: boolean;
}

export function createDocumentCache(options: CacheOptions): DocumentCache {
  const { load, onLoaded, onError, pagePolicy, now, maxBytes, recheckMs } = options;
  const kept = new Map<string, Kept>();
  const flights = new Map<string, Flight>();
  /** Path -> keys with a query that were loaded for it. */
  const pages = new Map<string, Set<string>>();
  let bytes = 0;

  function peek(key: string): Prepared | undefined {
    const found = kept.get(key);
    if (found === undefined) return undefined;
    found.used = true;
    const at = now();
    if (at - found.checkedAt > recheckMs) {
      found.checkedAt = at;
      fly(key).catch((error: unknown) => {
        onError(key, error);
      });
    }
    return found.prepared;
  }

  async function get(key: string): Promise<Prepared | undefined> {
    return peek(key) ?? fly(key);
  }

  function fly(key: string): Promise<Prepared | undefined> {
    const existing = flights.get(key);
    if (existing !== undefined) return existing.promise;
    const flight: Flight = { overtaken: false, promise: land() };
    flights.set(key, flight);
    return flight.promise;

    async function land(): Promise<Prepared | undefined> {
      try {
        const document = await load(key);
        // Changed while it was read: waiting requests get the new version, and this one is not stored.
        if (flight.overtaken) return await get(key);
        if (document !== undefined) return keep(key, document);
        forget(key);
        return undefined;
      } finally {
        if (flights.get(key) === flight) flights.delete(key);
      }
    }
  }

  function keep(key: string, document: StoredDocument): Prepared {
    const before = kept.get(key);
    const same = before !== undefined && isSame(before.prepared.document, document);
    const prepared = same ? before.prepared : prepare(document, pagePolicy());
    forget(key);
    const size = sizeOf(key, prepared);
    kept.set(key, { prepared, bytes: size, checkedAt: now(), used: false });
    bytes += size;
    const [path = ''] = key.split('?');
    if (path !== key) pages.set(path, (pages.get(path) ?? new Set()).add(key));
    onLoaded(key, prepared);
    makeRoom(key);
    return prepared;
  }

  /**
   * Evicts the oldest; documents that were requested meanwhile get a second chance, so that a crawler does not evict
   * feeds.
   */
  function makeRoom(newest: string): void {
    for (const [key, found] of kept) {
      if (bytes <= maxBytes) return;
      if (key === newest) continue;
      if (!found.used) forget(key);
      else {
        kept.delete(key);
        kept.set(key, { ...found, used: false });
      }
    }
  }

  function forget(key: string): void {
    bytes -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
    const [path = ''] = key.split('?');
    const others = pages.get(path);
    others?.delete(key);
    if (others?.size === 0) pages.delete(path);
  }

  function invalidate(path: string): void {
    for (const key of [path, ...(pages.get(path) ?? [])]) {
      forget(key);
      overtake(key);
    }
    for (const key of flights.keys()) if (key.startsWith(`${path}?`)) overtake(key);
  }

  function overtake(key: string): void {
    const flight = flights.get(key);
    if (flight === undefined) return;
    flight.overtaken = true;
    flights.delete(key);
  }

  function clear(): void {
    for (const key of [...kept.keys()]) forget(key);
    for (const key of [...flights.keys()]) overtake(key);
  }

  return { peek, get, invalidate, clear };
}

/**
 * Bytes of the forms, their headers, the positions of entries and the key, which clients choose; two bytes for each
 * character.
 */
function sizeOf(key: string, { document, forms }: Prepared): number {
  const { body, gzip, brotli, serving } = document;
  const bodies = body.length + (gzip?.length ?? 0) + (brotli?.length ?? 0);
  let characters = 2 * key.length;
  for (const { headers, notModifiedHeaders, shownHeaders = [] } of new Set(Object.values(forms))) {
    for (const text of headers) characters += text.length;
    for (const text of notModifiedHeaders) characters += text.length;
    for (const text of shownHeaders) characters += text.length;
  }
  return bodies + 2 * characters + (serving?.entries?.length ?? 0) * ENTRY_BYTES + KEPT_BYTES;
}

function isSame(a: StoredDocument, b: StoredDocument): boolean {
  return (
    a.etag === b.etag &&
    a.modifiedAt === b.modifiedAt &&
    a.mediaType === b.mediaType &&
    a.serving?.maxAgeSeconds === b.serving?.maxAgeSeconds &&
    a.serving?.link === b.serving?.link
  );
}
