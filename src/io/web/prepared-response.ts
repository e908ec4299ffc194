/** Which headers and bodies are sent for a document, computed once instead of for each request? */
import { secondsInDay } from 'date-fns/constants';
import type { StoredDocument } from '../../model/output.ts';
import { SAFE_HEADERS } from '../../model/security-headers.ts';
import type { Coding } from './negotiate.ts';
import { opaque } from './conditional.ts';

/** Names and values alternating, which node:http writes fastest. */
export type RawHeaders = readonly string[];

export interface Form {
  readonly etag: string;
  readonly body: Uint8Array;
  readonly headers: RawHeaders;
  readonly notModifiedHeaders: RawHeaders;
  /** For feeds opened in a browser: browsers apply a style sheet only to plain XML. */
  readonly shownHeaders?: RawHeaders;
}

export interface Prepared {
  readonly document: StoredDocument;
  /** The ETag without its quotes. */
  readonly tag: string;
  readonly forms: Readonly<Record<Coding, Form>>;
}

const DEFAULT_MAX_AGE_SECONDS = 300;
/** How long a shared cache may serve a stale document while it revalidates, or if we do not answer. */
const STALE_SECONDS = secondsInDay;

const XML_FEED = /^application\/(?:rss|atom)\+xml\b/u;
const FEED = /^(?:application\/(?:rss|atom)\+xml|application\/feed\+json|application\/json|text\/x-opml)\b/u;
const SHOWN_BY_BROWSERS = /^(?:text\/html|application\/(?:rss|atom)\+xml|text\/x-opml)\b/u;

/** Any site may read a feed, validators included (Fetch §3.2). */
const OPEN_TO_ALL = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', 'ETag, Link, IM'];

/** @param pagePolicy  Content-Security-Policy of documents that browsers show */
export function prepare(document: StoredDocument, pagePolicy: string): Prepared {
  const identity = formOf(document, document.body, 'identity', pagePolicy);
  return {
    document,
    tag: opaque(document.etag),
    forms: {
      identity,
      gzip: document.gzip === undefined ? identity : formOf(document, document.gzip, 'gzip', pagePolicy),
      br: document.brotli === undefined ? identity : formOf(document, document.brotli, 'br', pagePolicy),
    },
  };
}

function formOf(document: StoredDocument, body: Uint8Array, coding: Coding, pagePolicy: string): Form {
  // Each form is a separate representation with its own strong tag (RFC 9110 §8.8.3.3).
  const etag = coding === 'identity' ? document.etag : `"${opaque(document.etag)}-${coding}"`;
  const kept = keptHeaders(document, etag);
  const described = (mediaType: string): string[] => [
    'Content-Type',
    mediaType,
    'Content-Length',
    String(body.length),
    ...(coding === 'identity' ? [] : ['Content-Encoding', coding]),
    ...describingHeaders(document, pagePolicy),
  ];
  return {
    etag,
    body,
    notModifiedHeaders: kept,
    headers: [...kept, ...described(document.mediaType)],
    ...(XML_FEED.test(document.mediaType) && {
      // Not for shared caches: they store documents for readers.
      shownHeaders: [
        ...['ETag', etag, 'Vary', 'Accept, Accept-Encoding', 'Cache-Control', 'private, max-age=60'],
        ...described('application/xml; charset=utf-8'),
      ],
    }),
  };
}

/** Sent with a 304 too (RFC 9110 §15.4.5). */
function keptHeaders({ serving, mediaType, modifiedAt }: StoredDocument, etag: string): string[] {
  const maxAge = serving?.maxAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS;
  return [
    'ETag',
    etag,
    ...(modifiedAt > 0 ? ['Last-Modified', new Date(modifiedAt).toUTCString()] : []),
    'Cache-Control',
    `public, max-age=${maxAge}, stale-while-revalidate=${STALE_SECONDS}, stale-if-error=${STALE_SECONDS}`,
    'Vary',
    'Accept-Encoding',
    ...(FEED.test(mediaType) ? OPEN_TO_ALL : []),
  ];
}

/** Further headers of a document, the same for all its forms. */
export function describingHeaders({ serving, mediaType }: StoredDocument, pagePolicy: string): string[] {
  return [
    ...(serving?.link === undefined ? [] : ['Link', serving.link]),
    ...Object.entries(SAFE_HEADERS).flat(),
    ...(SHOWN_BY_BROWSERS.test(mediaType) ? ['Content-Security-Policy', pagePolicy] : []),
  ];
}

/** Whether a document is a feed, which readers poll. */
export function isFeed(document: StoredDocument): boolean {
  return FEED.test(document.mediaType);
}
