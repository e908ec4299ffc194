/** What do we publish, and under which path? */
import type { Post } from './post.ts';

/** One of the groups of posts that has its own feeds. */
export type FeedScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'category'; readonly slug: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'source'; readonly id: string };

/** Everything a renderer needs; two equal values give the same bytes. No clock is asked. */
export interface OutputFeed {
  readonly scope: FeedScope;
  readonly title: string;
  readonly description?: string;
  readonly language: string;
  /** IANA name, for times shown to people. */
  readonly timezone: string;
  readonly siteTitle: string;
  /** Site address, no trailing slash. */
  readonly siteUrl: string;
  /** Absolute addresses of this feed in each form. */
  readonly urls: FeedUrls;
  readonly hub?: string;
  /** Latest `updatedAt` of the posts, epoch ms; 0 for none. */
  readonly updatedAt: number;
  /** RFC 5005: where the older posts are; absent where there are none. */
  readonly olderBefore?: string;
  /** For an archive page: the position it starts at. */
  readonly before?: string;
  readonly posts: readonly Post[];
  /** For pages: every category of the site, in the operator's order. */
  readonly categories?: readonly NamedCategory[];
  /** How long a reader may keep the document, from the feed's own rhythm; seconds. */
  readonly maxAgeSeconds?: number;
}

/** A category as a page names it. */
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

export type OutputFormat = 'rss' | 'atom' | 'json' | 'html';

/** A finished document. Same posts, same bytes. */
export interface RenderedDocument {
  /** Absolute path on the site, `/category/x.rss`, or a file name below a publisher's directory. */
  readonly path: string;
  /** With charset, `application/rss+xml; charset=utf-8`. */
  readonly mediaType: string;
  readonly body: Uint8Array;
  /** Epoch ms, whole seconds; from the posts, never from a clock. */
  readonly modifiedAt: number;
  readonly serving?: ServingHints;
}

/** What the web server wants to know of a document beyond its bytes; plain JSON. */
export interface ServingHints {
  /** Cache-Control max-age, seconds. */
  readonly maxAgeSeconds?: number;
  /** Value of the Link header: hub and self (WebSub §4). */
  readonly link?: string;
  /** Where each entry lies in the body, in document order; what an RFC 3229 delta is cut from. */
  readonly entries?: readonly DocumentEntry[];
}

/** One entry of a rendered feed: the bytes from `start` up to `end`, without the separator. */
export interface DocumentEntry {
  /** Changes when the entry's bytes change, 16 hex digits. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** A document with what HTTP needs beside it; made once per change. */
export interface StoredDocument extends RenderedDocument {
  /** Strong, quotes included (RFC 9110 §8.8.3). */
  readonly etag: string;
  readonly gzip?: Uint8Array;
  readonly brotli?: Uint8Array;
}
