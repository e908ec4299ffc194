/** Which entries are new for a reader that has an older version of a feed (RFC 3229 §10.5.3, `feed`)? */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { StoredDocument } from '../../model/output.ts';
import type { Coding } from './negotiate.ts';
import { describingHeaders, type Prepared, type RawHeaders } from './prepared-response.ts';

export interface VersionLimits {
  /** Feeds remembered; the one that changed longest ago is forgotten first. */
  readonly feeds: number;
  /** Versions of one feed whose entries are remembered. */
  readonly versions: number;
  /** Keys of entries remembered for all of them; some 100 bytes each. */
  readonly keys: number;
  /** Deltas kept for readers of the same version. */
  readonly deltaBytes: number;
}

export const VERSION_LIMITS: VersionLimits = {
  feeds: 2_000,
  versions: 24,
  keys: 300_000,
  deltaBytes: 32 * 1024 * 1024,
};

const LEAST_BYTES = 1_000;
const BROTLI_QUALITY = 4;
const FEED_HEADERS = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', 'ETag, Link, IM'];

export interface Delta {
  readonly headers: RawHeaders;
  readonly body: Uint8Array;
}

/** Keys of the entries in older versions of each feed. */
export interface Versions {
  remember(path: string, prepared: Prepared): void;
  /** The feed with only the entries that the version with one of these tags lacks; undefined if no tag is known. */
  since(path: string, tags: readonly string[], current: Prepared, coding: Coding): Delta | undefined;
}

export function createVersions(pagePolicy: () => string, limits: VersionLimits = VERSION_LIMITS): Versions {
  let keys = 0;
  const feeds = new Map<string, Map<string, ReadonlySet<string>>>();
  /** Readers of one version ask for the same delta. */
  const made = new LRUCache<string, { readonly current: Prepared; readonly delta: Delta }>({
    maxSize: limits.deltaBytes,
    sizeCalculation: ({ delta }, name) => delta.body.length + 2 * name.length + 1_000,
  });

  function remember(path: string, { document, tag }: Prepared): void {
    const entries = document.serving?.entries;
    if (entries === undefined) return;
    const versions = feeds.get(path) ?? new Map<string, ReadonlySet<string>>();
    // Moved to the end: the newest is forgotten last.
    feeds.delete(path);
    feeds.set(path, versions);
    keys -= versions.get(tag)?.size ?? 0;
    versions.delete(tag);
    const had = new Set(entries.map(({ key }) => key));
    versions.set(tag, had);
    keys += had.size;
    if (versions.size > limits.versions) forgetVersion(versions);
    while ((feeds.size > limits.feeds || keys > limits.keys) && feeds.size > 1) forgetFeed();
    while (keys > limits.keys && versions.size > 1) forgetVersion(versions);
  }

  function since(path: string, tags: readonly string[], current: Prepared, coding: Coding): Delta | undefined {
    // Reading does not keep it longer: only a change does.
    const versions = feeds.get(path);
    const tag = tags.find((known) => versions?.has(known));
    const had = tag === undefined ? undefined : versions?.get(tag);
    if (tag === undefined || had === undefined) return undefined;
    const name = `${path}\n${tag}\n${coding}`;
    const known = made.get(name);
    if (known?.current === current) return known.delta;
    const delta = cut(current, had, tag, coding, pagePolicy());
    if (delta !== undefined) made.set(name, { current, delta });
    return delta;
  }

  function forgetVersion(versions: Map<string, ReadonlySet<string>>): void {
    const [oldest] = versions.keys();
    if (oldest === undefined) return;
    keys -= versions.get(oldest)?.size ?? 0;
    versions.delete(oldest);
  }

  /** The one that changed longest ago. */
  function forgetFeed(): void {
    const [oldest] = feeds.keys();
    if (oldest === undefined) return;
    for (const had of feeds.get(oldest)?.values() ?? []) keys -= had.size;
    feeds.delete(oldest);
  }

  return { remember, since };
}

function cut(
  { document, forms }: Prepared,
  had: ReadonlySet<string>,
  baseTag: string,
  coding: Coding,
  pagePolicy: string,
): Delta | undefined {
  const plain = onlyEntries(document, (key) => !had.has(key));
  if (plain === undefined) return undefined;
  const used = plain.length < LEAST_BYTES ? 'identity' : coding;
  const body = compressed(plain, used);
  return {
    body,
    headers: [
      'ETag',
      // Tag of the whole current feed (RFC 3229 §10.5.2): the reader sends it next time.
      forms[used].etag,
      'IM',
      'feed',
      'Delta-Base',
      `"${baseTag}"`,
      // A cache that does not support deltas must not mistake this for the feed (RFC 3229 §10.8.1).
      'Cache-Control',
      'no-store, im',
      'Vary',
      'Accept-Encoding, A-IM, If-None-Match',
      ...FEED_HEADERS,
      'Content-Type',
      document.mediaType,
      'Content-Length',
      String(body.length),
      ...(used === 'identity' ? [] : ['Content-Encoding', used]),
      ...describingHeaders(document, pagePolicy),
    ],
  };
}

function compressed(bytes: Uint8Array, coding: Coding): Uint8Array {
  switch (coding) {
    case 'br':
      return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    case 'gzip':
      return gzipSync(bytes);
    case 'identity':
      return bytes;
  }
}

/** The document with some of its entries; undefined if their positions are unknown, or all are needed. */
function onlyEntries({ body, serving }: StoredDocument, wanted: (key: string) => boolean): Uint8Array | undefined {
  const entries = serving?.entries ?? [];
  const [first, second] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const chosen = entries.filter(({ key }) => wanted(key));
  if (chosen.length === entries.length) return undefined;
  const separator = second === undefined ? new Uint8Array() : body.subarray(first.end, second.start);
  const pieces = chosen.flatMap(({ start, end }, index) => [
    ...(index === 0 ? [] : [separator]),
    body.subarray(start, end),
  ]);
  return Buffer.concat([body.subarray(0, first.start), ...pieces, body.subarray(last.end)]);
}
