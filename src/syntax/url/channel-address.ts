/** Which feed does a channel, a profile or a project of a well-known site have? */
import sites from './channel-addresses.json' with { type: 'json' };

export type ChannelFeed =
  | { readonly kind: 'feed'; readonly site: string; readonly url: string }
  /** The site has no feeds; a bridge such as RSSHub makes one, at this path. */
  | { readonly kind: 'bridge'; readonly site: string; readonly path: string };

interface Pattern {
  readonly match: string;
  readonly feed?: string;
  readonly bridge?: string;
}

const PATTERNS = sites.flatMap(({ site, patterns }) =>
  patterns.map((pattern: Pattern) => ({ ...pattern, site, match: new RegExp(pattern.match) })),
);

/**
 * Computed from the pattern, without a request; `undefined` for any other address, including that of a feed.
 *
 * Patterns match the host without `www.` and the path without its last slash, and if that is not enough, also the
 * query.
 */
export function channelFeed(address: string): ChannelFeed | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.port !== '')
    return undefined;
  const place = `${url.hostname.replace(/^www\./, '')}${url.pathname.replace(/(?<!\/)\/+$/, '')}`;
  const withQuery = url.search === '' ? undefined : `${place}${url.search}`;
  for (const { match, site, feed, bridge } of PATTERNS) {
    const found = match.exec(place) ?? (withQuery === undefined ? null : match.exec(withQuery));
    const groups = found?.groups;
    if (groups === undefined) continue;
    const fill = (template: string): string =>
      template.replace(/\{(\w+)\}/g, (_whole, name: string) => (name === 'query' ? url.search : (groups[name] ?? '')));
    if (feed !== undefined) return fill(feed) === url.href ? undefined : { kind: 'feed', site, url: fill(feed) };
    if (bridge !== undefined) return { kind: 'bridge', site, path: fill(bridge) };
  }
  return undefined;
}
