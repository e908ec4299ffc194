/** What is new for a reader who has an older version of a feed (RFC 3229 §10.5.3, `feed`)? */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { StoredDocument } from '../../model/output.ts';
import type { Coding } from './negotiate.ts';
import { describingHeaders, type Prepared, type RawHeaders } from './prepared-response.ts';

/** Versions of one feed whose entries are remembered. */
const VERSIONS = 24;
const LEAST_BYTES = 1_000;
const BROTLI_QUALITY = 4;
const FEED_HEADERS = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', 'ETag, Link, IM'];

export interface Delta {
  readonly headers: RawHeaders;
  readonly body: Uint8Array;
}

/** Keys of the entries that older versions of each feed held. */
export interface Versions {
  remember(path: string, prepared: Prepared): void;
  /** The feed with the entries alone that a version with one of these tags had not; undefined where none is known. */
  since(path: string, tags: readonly string[], current: Prepared, coding: Coding): Delta | undefined;
}

/** @param maxFeeds  feeds remembered; the one that changed longest ago is forgotten first */
export function createVersions(pagePolicy: () => string, maxFeeds = 2_000): Versions {
  const feeds = new LRUCache<string, LRUCache<string, ReadonlySet<string>>>({ max: maxFeeds });
  /** Readers of one version ask for the same delta. */
  const made = new WeakMap<Prepared, Map<string, Delta>>();

  function remember(path: string, { document, tag }: Prepared): void {
    const entries = document.serving?.entries;
    if (entries === undefined) return;
    const versions = feeds.get(path) ?? new LRUCache<string, ReadonlySet<string>>({ max: VERSIONS });
    feeds.set(path, versions);
    versions.set(tag, new Set(entries.map(({ key }) => key)));
  }

  function since(path: string, tags: readonly string[], current: Prepared, coding: Coding): Delta | undefined {
    // Reading keeps nothing longer: only a change does.
    const versions = feeds.peek(path);
    const tag = tags.find((known) => versions?.has(known));
    const had = tag === undefined ? undefined : versions?.peek(tag);
    if (tag === undefined || had === undefined) return undefined;
    const name = `${tag}\n${coding}`;
    const deltas = made.get(current) ?? new Map<string, Delta>();
    made.set(current, deltas);
    const known = deltas.get(name);
    if (known !== undefined) return known;
    const delta = cut(current, had, tag, coding, pagePolicy());
    if (delta !== undefined) deltas.set(name, delta);
    return delta;
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
      // Of the whole feed as it is now (RFC 3229 §10.5.2): what the reader asks with next time.
      forms[used].etag,
      'IM',
      'feed',
      'Delta-Base',
      `"${baseTag}"`,
      // A cache that knows nothing of deltas must not take this for the feed (RFC 3229 §10.8.1).
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

/** The document with some of its entries; undefined where it does not say where they lie, or all are wanted. */
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
