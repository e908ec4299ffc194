/** What does an incoming document contain, whatever its format? */

export type FeedFormat = 'rss' | 'rdf' | 'atom' | 'json' | 'cdf';

/** A person named by a feed or an entry; at least one field is set. */
export interface Person {
  readonly name?: string;
  readonly email?: string;
  readonly uri?: string;
}

/** Media attached to an entry. `url` is absolute; `length` is in bytes. */
export interface Enclosure {
  readonly url: string;
  readonly type?: string;
  readonly length?: number;
  readonly durationSeconds?: number;
}

/** What is said in an episode, as a file. `url` is absolute. */
export interface Transcript {
  readonly url: string;
  readonly type?: string;
  readonly language?: string;
  /** It has times for each line, to be shown while the episode plays. */
  readonly captions?: boolean;
}

/** What podcast apps show of an entry, by Apple's tags and those of Podcasting 2.0; at least one field is set. */
export interface Episode {
  readonly durationSeconds?: number;
  readonly season?: number;
  readonly number?: number;
  readonly kind?: 'full' | 'trailer' | 'bonus';
  readonly explicit?: boolean;
  /** The cover, absolute. */
  readonly image?: string;
  readonly transcripts?: readonly Transcript[];
  readonly chapters?: { readonly url: string; readonly type?: string };
}

/** HTML as the origin wrote it: not sanitised, with URLs relative to `baseUrl`. */
export interface Markup {
  readonly html: string;
  /** What relative references start from. */
  readonly baseUrl?: string;
  /** The entry's own page, which `#fragment` refers to; absent if unknown. */
  readonly pageUrl?: string;
}

/** Something odd in a feed that was used all the same. */
export interface ParseIssue {
  /** Stable word for counting, e.g. `bad-date`, `truncated`, `undeclared-prefix`. */
  readonly code: string;
  /** One sentence for the operator: what was found, and where. */
  readonly message: string;
}

/** The feed from which an aggregator took the entry (RFC 4287 §4.2.11, RSS 2.0 <source>). */
export interface EntryOrigin {
  readonly id?: string;
  readonly title?: string;
  readonly url?: string;
}

/** One element of an incoming feed, format-neutral. Dates are epoch ms; URLs are absolute if a base was known. */
export interface Entry {
  /** guid or atom:id as given, trimmed; never resolved (RFC 4287 §4.2.6). */
  readonly id?: string;
  readonly link?: string;
  /** The address that the document calls canonical, such as feedburner:origLink. */
  readonly canonicalLink?: string;
  /** Plain text. */
  readonly title?: string;
  readonly summary?: Markup;
  readonly content?: Markup;
  readonly published?: number;
  readonly updated?: number;
  readonly authors: readonly Person[];
  readonly categories: readonly string[];
  readonly enclosures: readonly Enclosure[];
  readonly image?: string;
  readonly episode?: Episode;
  readonly language?: string;
  readonly rights?: string;
  /** The page with comments, not a feed of comments. */
  readonly comments?: string;
  readonly origin?: EntryOrigin;
  /** Hash of the entry's raw bytes (16 hex digits); absent if the document could not be cut into entries. */
  readonly rawHash?: string;
}

/** What a feed says about the time of the next check (RSS 2.0 <ttl>, <skipHours>, <skipDays>; RSS 1.0 syndication). */
export interface FeedHints {
  readonly ttlMs?: number;
  readonly updatePeriodMs?: number;
  /** Hours of the day, GMT, 0 to 23. */
  readonly skipHours: readonly number[];
  /** Days of the week, GMT, 0 = Sunday. */
  readonly skipDays: readonly number[];
}

export interface ParsedFeed {
  readonly format: FeedFormat;
  /** As declared: `2.0`, `0.91`, `1.0`, `1.1`, `0.3`. */
  readonly version?: string;
  readonly id?: string;
  readonly title?: string;
  readonly link?: string;
  readonly description?: string;
  readonly language?: string;
  readonly updated?: number;
  readonly image?: string;
  /** Small square image for lists of feeds (RFC 4287 §4.2.5, JSON Feed 1.1 favicon). */
  readonly icon?: string;
  /** What a podcast says of all its episodes. */
  readonly episodes?: Pick<Episode, 'explicit' | 'image'>;
  readonly authors: readonly Person[];
  readonly rights?: string;
  readonly categories?: readonly string[];
  /** The program that made the document, as named in it. */
  readonly generator?: string;
  readonly hubs: readonly string[];
  readonly self?: string;
  readonly hints: FeedHints;
  readonly entries: readonly Entry[];
  /** Raw hashes, in document order, of entries that were not parsed because the caller knew them. */
  readonly knownHashes: readonly string[];
  readonly issues: readonly ParseIssue[];
}

/** Why a document is not a readable feed. */
export type ParseFailureKind = 'not-a-feed' | 'html' | 'malformed' | 'empty' | 'unknown-charset' | 'limit';

export interface ParseFailure {
  readonly kind: ParseFailureKind;
  /** One sentence for the operator: what was found, and what to do. */
  readonly message: string;
  /** For `html`: the feeds that the page advertises, absolute. */
  readonly feedLinks: readonly FeedLink[];
}

/** A feed advertised by an HTML page: `<link rel="alternate" type="application/rss+xml">`. */
export interface FeedLink {
  readonly url: string;
  readonly title?: string;
  readonly type?: string;
}

export type ParseOutcome =
  { readonly kind: 'feed'; readonly feed: ParsedFeed } | { readonly kind: 'failed'; readonly failure: ParseFailure };
