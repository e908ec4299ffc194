/** What do we publish, and in which form? */
import type { Post } from './post.ts';

/** A set of posts that has feeds of its own. */
export type FeedScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'category'; readonly slug: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'source'; readonly id: string };

/** Everything that a renderer needs. Equal values give the same bytes; renderers do not read the clock. */
export interface OutputFeed {
  readonly scope: FeedScope;
  readonly title: string;
  readonly description?: string;
  readonly language: string;
  /** IANA name, for times shown to people. */
  readonly timezone: string;
  readonly siteTitle: string;
  /** What the ids of feeds and posts start with, no trailing slash. */
  readonly siteId: string;
  /** Site address, no trailing slash. */
  readonly siteUrl: string;
  /** Absolute addresses of this feed in each format. */
  readonly urls: FeedUrls;
  readonly hub?: string;
  /** Latest `updatedAt` of the posts, epoch ms; 0 for none. */
  readonly updatedAt: number;
  /** Position at which the older posts start (RFC 5005); absent if there are none. */
  readonly olderBefore?: string;
  /** Of an archive page: the position at which it starts. */
  readonly before?: string;
  readonly posts: readonly Post[];
  /** The posts stand by their score, not by time; absent: by time. */
  readonly isByScore?: true;
  /** For pages: all categories of the site, in the operator's order. */
  readonly categories?: readonly NamedCategory[];
  /** For pages: search engines shall not list them. */
  readonly robots?: 'noindex';
  /** How long a reader may cache the document, computed from the feed's rate; seconds. */
  readonly maxAgeSeconds?: number;
}

/** A category as a link on a page. */
export interface NamedCategory {
  readonly slug: string;
  readonly title: string;
}

export interface FeedUrls {
  readonly html: string;
  readonly rss: string;
  readonly atom: string;
  readonly json: string;
}

/** Every form of a feed; the registry of renderers has one for each. */
export const FORMATS = ['rss', 'atom', 'json', 'html'] as const;

export type OutputFormat = (typeof FORMATS)[number];

/** How a document is compressed for HTTP (RFC 9110 §8.4.1), beside its plain form. */
export type Encoding = 'gzip' | 'br';

/** A finished document. The same posts give the same bytes. */
export interface RenderedDocument {
  /** Absolute path on the site, `/category/x.rss`, or a file name below a publisher's directory. */
  readonly path: string;
  /** With charset, `application/rss+xml; charset=utf-8`. */
  readonly mediaType: string;
  readonly body: Uint8Array;
  /** Epoch ms, whole seconds; computed from the posts, not from a clock. */
  readonly modifiedAt: number;
  readonly serving?: ServingHints;
}

/** What the web server needs to know about a document in addition to its bytes; plain JSON. */
export interface ServingHints {
  /** Cache-Control max-age, seconds. */
  readonly maxAgeSeconds?: number;
  /** Value of the Link header: hub and self (WebSub §4). */
  readonly link?: string;
  /** Byte range of each entry in the body, in document order; used for RFC 3229 deltas. */
  readonly entries?: readonly DocumentEntry[];
}

/** One entry of a rendered feed: the bytes from `start` up to `end`, without the separator. */
export interface DocumentEntry {
  /** Changes when the entry's bytes change, 16 hex digits. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** A document with its strong ETag and the compressed forms that its publisher keeps; made once per change. */
export interface StoredDocument extends RenderedDocument {
  /** Strong, quotes included (RFC 9110 §8.8.3). */
  readonly etag: string;
  readonly gzip?: Uint8Array;
  readonly brotli?: Uint8Array;
}
