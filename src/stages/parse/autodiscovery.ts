/** Which feeds does an HTML page advertise? */
import { Parser } from 'htmlparser2';
import type { FeedLink } from '../../model/feed.ts';
import { resolveUrl } from '../../syntax/url/url.ts';

const FEED_TYPES = new Set([
  'application/rss+xml',
  'application/atom+xml',
  'application/rdf+xml',
  'application/feed+json',
  'text/rss+xml',
  'application/x-rss+xml',
]);
/** Media types that are also used for other things: counted only if the title or the address mentions a feed. */
const MAYBE_TYPES = new Set(['application/json', 'application/xml', 'text/xml', 'application/x.atom+xml']);
const SPEAKS_OF_FEED = /\b(?:rss|atom|feed|rdf)\b|订阅/i;

/** `<link rel="alternate" type="application/rss+xml">` and similar, in document order, absolute, without repeats. */
export function feedLinksOf(html: string, pageUrl: string | undefined): readonly FeedLink[] {
  const links = new Map<string, FeedLink>();
  let base = pageUrl;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'base') base = resolveUrl(attributes['href'] ?? '', pageUrl) ?? base;
      if (name !== 'link') return;
      const link = feedLink(attributes, base);
      if (link !== undefined && !links.has(link.url)) links.set(link.url, link);
    },
  });
  parser.end(html);
  return [...links.values()];
}

function feedLink(attributes: Readonly<Record<string, string>>, base: string | undefined): FeedLink | undefined {
  const { rel = '', href = '', title = '' } = attributes;
  const type = attributes['type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const relations = rel.toLowerCase().split(/\s+/);
  const isFeed =
    (relations.includes('alternate') && FEED_TYPES.has(type)) ||
    (relations.includes('alternate') && MAYBE_TYPES.has(type) && SPEAKS_OF_FEED.test(`${title} ${href}`)) ||
    (relations.includes('feed') && !relations.includes('stylesheet'));
  const url = isFeed ? resolveUrl(href, base) : undefined;
  if (url === undefined || !/^https?:/i.test(url)) return undefined;
  return { url, ...(title.trim() !== '' && { title: title.trim() }), ...(type !== '' && { type }) };
}
