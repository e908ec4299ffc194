/**
 * `feedmill/parse`: what does a feed document contain?
 *
 * RSS 0.90 to 2.0, RSS 1.0, Atom 0.3 and 1.0, CDF, JSON Feed 1.0 and 1.1, in any charset, also where the document is damaged.
 * Nothing is fetched, stored or cached.
 */
import { millisecondsInMinute } from 'date-fns/constants';
import type { Entry, Markup, ParsedFeed } from '../model/feed.ts';
import { DEFAULT_HTML, DEFAULT_LIMITS } from '../model/reading-defaults.ts';
import { parseDocument } from '../stages/parse/parse.ts';
import { leadPicture } from '../stages/sanitise/lead-picture.ts';
import { sanitiseHtml } from '../stages/sanitise/sanitise.ts';
import { htmlToText } from '../syntax/html/text.ts';
import { titleFromText } from '../syntax/text/sentence.ts';
import { knownTimezone } from './timezone.ts';

export interface ParseFeedOptions {
  /** The `Content-Type` header, as received. */
  readonly contentType?: string;
  /** Address of the document: base of relative links. */
  readonly baseUrl?: string;
  /** IANA name such as `Asia/Shanghai`, for dates without a zone; absent: UTC. */
  readonly timezone?: string;
  /** Relative dates such as `3 hours ago` count from it, epoch ms; absent: now. */
  readonly now?: number;
}

/** At least one field is set. */
export interface FeedPerson {
  readonly name?: string;
  readonly email?: string;
  readonly uri?: string;
}

export interface FeedEnclosure {
  /** Absolute, if a base was known. */
  readonly url: string;
  /** Media type. */
  readonly type?: string;
  /** Bytes. */
  readonly length?: number;
  readonly durationSeconds?: number;
}

/** What podcast apps show of an item; at least one field is set. */
export interface FeedEpisode {
  readonly durationSeconds?: number;
  readonly season?: number;
  readonly number?: number;
  readonly kind?: 'full' | 'trailer' | 'bonus';
  readonly explicit?: boolean;
  /** The cover. */
  readonly image?: string;
  readonly transcripts?: readonly {
    readonly url: string;
    readonly type?: string;
    readonly language?: string;
    readonly captions?: boolean;
  }[];
  readonly chapters?: { readonly url: string; readonly type?: string };
}

/** Metadata of the document. Dates are ISO 8601 in UTC; absent fields are left out. */
export interface Feed {
  readonly id?: string;
  readonly title?: string;
  readonly link?: string;
  readonly description?: string;
  readonly language?: string;
  readonly updated?: string;
  readonly image?: string;
  readonly icon?: string;
  readonly authors?: readonly FeedPerson[];
  readonly categories?: readonly string[];
  readonly rights?: string;
  readonly generator?: string;
  /** WebSub hub. */
  readonly hub?: string;
  readonly self?: string;
  /** Minutes, as in RSS 2.0. */
  readonly ttl?: number;
  readonly format: 'rss' | 'rdf' | 'atom' | 'json' | 'cdf';
}

/** One entry. `title` is plain text; `summary` and `content` are sanitised HTML with absolute addresses. */
export interface FeedItem {
  /** guid or atom:id as given. */
  readonly id?: string;
  readonly link?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly content?: string;
  readonly published?: string;
  readonly updated?: string;
  readonly authors?: readonly FeedPerson[];
  readonly categories?: readonly string[];
  readonly enclosures?: readonly FeedEnclosure[];
  /** The picture that the item names, else the first of its content that shows something. */
  readonly image?: string;
  readonly episode?: FeedEpisode;
  readonly language?: string;
  readonly rights?: string;
  /** The page with comments. */
  readonly comments?: string;
}

export interface FeedDocument {
  readonly feed: Feed;
  /** In document order. */
  readonly items: readonly FeedItem[];
  /** Oddities of a document that was read nevertheless, a sentence each. */
  readonly issues: readonly string[];
}

/** The document is not a feed, or cannot be read. The message says what was found. */
export class NotAFeedError extends Error {
  override readonly name = 'NotAFeedError';
  readonly kind: 'not-a-feed' | 'html' | 'malformed' | 'empty' | 'unknown-charset' | 'limit';
  /** Of an HTML page: the feeds that it names, absolute. */
  readonly feedLinks: readonly { readonly url: string; readonly title?: string; readonly type?: string }[];

  constructor(message: string, kind: NotAFeedError['kind'], feedLinks: NotAFeedError['feedLinks']) {
    super(message);
    this.kind = kind;
    this.feedLinks = feedLinks;
  }
}

/**
 * Reads one document.
 *
 * @param document  bytes as received, or text that is decoded already
 * @throws NotAFeedError if it is not a feed; RangeError for a time zone that does not exist
 */
export function parseFeed(document: Uint8Array | string, options: ParseFeedOptions = {}): FeedDocument {
  const { contentType, baseUrl, timezone, now = Date.now() } = options;
  const isText = typeof document === 'string';
  const outcome = parseDocument({
    bytes: isText ? Buffer.from(document) : document,
    now,
    limits: DEFAULT_LIMITS,
    // Decoded text has no charset any more, whatever the header says.
    ...(isText ? { contentType: 'text/xml; charset=utf-8' } : contentType !== undefined && { contentType }),
    ...(baseUrl !== undefined && { url: baseUrl }),
    ...(timezone !== undefined && { timezone: knownTimezone(timezone) }),
  });
  if (outcome.kind === 'failed') {
    const { message, kind, feedLinks } = outcome.failure;
    throw new NotAFeedError(message, kind, feedLinks);
  }
  const { feed } = outcome;
  return { feed: feedOf(feed), items: feed.entries.map(itemOf), issues: feed.issues.map(({ message }) => message) };
}

function feedOf(feed: ParsedFeed): Feed {
  const { ttlMs } = feed.hints;
  return filled({
    id: feed.id,
    title: feed.title,
    link: feed.link,
    description: feed.description,
    language: feed.language,
    updated: time(feed.updated),
    image: feed.image,
    icon: feed.icon,
    authors: listed(feed.authors),
    categories: listed(feed.categories),
    rights: feed.rights,
    generator: feed.generator,
    hub: feed.hubs[0],
    self: feed.self,
    ttl: ttlMs === undefined ? undefined : ttlMs / millisecondsInMinute,
    format: feed.format,
  });
}

function itemOf(entry: Entry): FeedItem {
  const summary = safe(entry.summary);
  const content = safe(entry.content);
  return filled({
    id: entry.id,
    link: entry.link,
    title: entry.title ?? titleFrom(summary ?? content),
    summary,
    content,
    published: time(entry.published),
    updated: time(entry.updated),
    authors: listed(entry.authors),
    categories: listed(entry.categories),
    enclosures: listed(entry.enclosures),
    image: entry.image ?? leadPicture(content) ?? leadPicture(summary),
    episode: entry.episode,
    language: entry.language,
    rights: entry.rights,
    comments: entry.comments,
  });
}

function safe(markup: Markup | undefined): string | undefined {
  const html = markup === undefined ? '' : sanitiseHtml(markup, AS_WRITTEN);
  return html === '' ? undefined : html;
}

/** What the document says, links as they stand in it. */
const AS_WRITTEN = { ...DEFAULT_HTML, cleanLinks: false };

const SHORT_ENOUGH = 80;

/** A text as short as a title is used as it is; of a longer one, the first sentence. */
function titleFrom(html: string | undefined): string | undefined {
  const text = html === undefined ? '' : htmlToText(html);
  const title = text.length <= SHORT_ENOUGH ? text : titleFromText(text);
  return title === '' ? undefined : title;
}

function time(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}

function listed<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

type Filled<Fields> = { [Key in keyof Fields as undefined extends Fields[Key] ? never : Key]: Fields[Key] } & {
  [Key in keyof Fields as undefined extends Fields[Key] ? Key : never]?: Exclude<Fields[Key], undefined>;
};

function filled<Fields extends object>(fields: Fields): Filled<Fields> {
  // Exactly the keys that the type makes optional are left out.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Filled<Fields>;
}
