/** Documents in one line each, and what is read from them. */
import type { Entry, ParsedFeed, ParseFailure, ParseOutcome } from '../../src/model/feed.ts';
import { parseDocument } from '../../src/stages/parse/parse.ts';
import type { ParseInput } from '../../src/stages/parse/parse.ts';
import { hash64 } from '../../src/syntax/hash.ts';

export const NOW = Date.parse('2026-01-24T12:00:00Z');
export const LIMITS = { maxDepth: 64, maxEntries: 1000, maxAttributes: 64, maxTextLength: 100_000, maxTags: 50 };

export function parse(document: string | Uint8Array, more: Partial<ParseInput> = {}): ParseOutcome {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  return parseDocument({ bytes, now: NOW, limits: LIMITS, hash: hash64, ...more });
}

/** @throws Error when the document is no feed */
export function parseFeed(document: string | Uint8Array, more?: Partial<ParseInput>): ParsedFeed {
  const outcome = parse(document, more);
  if (outcome.kind === 'failed') throw new Error(outcome.failure.message);
  return outcome.feed;
}

/** @throws Error when the document is a feed */
export function parseFailure(document: string | Uint8Array, more?: Partial<ParseInput>): ParseFailure {
  const outcome = parse(document, more);
  if (outcome.kind === 'feed') throw new Error('it is a feed');
  return outcome.failure;
}

const NAMESPACES = [
  'xmlns:a="http://www.w3.org/2005/Atom"',
  'xmlns:cc="http://web.resource.org/cc/"',
  'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
  'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"',
  'xmlns:dc="http://purl.org/dc/elements/1.1/"',
  'xmlns:dcterms="http://purl.org/dc/terms/"',
  'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"',
  'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"',
  'xmlns:media="http://search.yahoo.com/mrss/"',
  'xmlns:podcast="https://podcastindex.org/namespace/1.0"',
  'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"',
  'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"',
  'xmlns:xhtml="http://www.w3.org/1999/xhtml"',
].join(' ');

export function rss(channel: string): string {
  return `<rss version="2.0" ${NAMESPACES}><channel>${channel}</channel></rss>`;
}

export function atom(feed: string): string {
  return `<feed xmlns="http://www.w3.org/2005/Atom" ${NAMESPACES}>${feed}</feed>`;
}

/** The one item of an RSS feed that has nothing else. */
export function rssItem(fields: string, more?: Partial<ParseInput>): Entry {
  return onlyEntry(parseFeed(rss(`<item>${fields}</item>`), more));
}

export function atomEntry(fields: string, more?: Partial<ParseInput>): Entry {
  return onlyEntry(parseFeed(atom(`<entry>${fields}</entry>`), more));
}

export function onlyEntry({ entries }: ParsedFeed): Entry {
  const [entry, second] = entries;
  if (entry === undefined || second !== undefined) throw new Error(`there are ${entries.length} entries`);
  return entry;
}
