/** At which address is a source fetched from now on? */
import type { FeedLink } from '../../model/feed.ts';
import type { RedirectHop } from '../../model/fetch-outcome.ts';
import type { Source } from '../../model/settings.ts';
import { sourceAddress } from '../../model/source-address.ts';
import { adoptableAt, type RedirectProof, type SourceState } from '../../model/source-state.ts';
import { isHttpsUpgrade } from '../../syntax/http/request-headers.ts';
import { utcMinute } from '../../syntax/date/format.ts';

/** The fields of the state that a move changes. */
export type Move = Pick<SourceState, 'adoptedUrl' | 'adoptedBecause' | 'adoptedFrom' | 'redirect'>;

/**
 * After a fetch that gave a feed: a permanent redirect is adopted after it has stayed the same for 7 days, and
 * immediately if it only changes http to https. Only the unbroken series of 301 and 308 at the start counts; a
 * permanent redirect after a
 * temporary one is temporary too.
 */
export function afterRedirects(source: Source, state: SourceState, hops: readonly RedirectHop[], now: number): Move {
  const from = sourceAddress(source, state);
  const to = permanentTarget(hops);
  const stay = adoption(source, state);
  if (to === undefined) return stay;
  if (isUpgradeOnly(from, to)) {
    return adopt(source, to, `${from} redirects permanently to its https address`);
  }
  const known = state.redirect;
  const isSame = known?.to === to && (known.from ?? from) === from;
  const proof: RedirectProof = {
    from,
    to,
    firstSeenAt: isSame ? known.firstSeenAt : now,
    sightings: isSame ? known.sightings + 1 : 1,
  };
  if (now < adoptableAt(proof)) return { ...stay, redirect: proof };
  const since = utcMinute(proof.firstSeenAt);
  return adopt(
    source,
    to,
    `${from} has redirected there permanently since ${since}, ${proof.sightings} times in a row`,
  );
}

/**
 * After an address was not found (404, 410): the target of a permanent redirect that was seen there before is adopted
 * immediately; an adopted address is replaced by the configured one. `undefined`: there is nothing to try.
 */
export function afterLoss(source: Source, state: SourceState, status: number): Move | undefined {
  const from = sourceAddress(source, state);
  const { redirect } = state;
  if (redirect !== undefined && (redirect.from ?? from) === from) {
    return adopt(source, redirect.to, `${from} redirected there permanently before it was gone (${status})`);
  }
  return from === source.url ? undefined : {};
}

/**
 * After a page at the configured address that names one feed, those of comments and other formats of the same left out.
 * Pages at an adopted address are not followed.
 */
export function afterDiscovery(source: Source, state: SourceState, links: readonly FeedLink[]): Move | undefined {
  const [link, ...others] = postFeeds(links);
  if (link === undefined || others.length > 0 || sourceAddress(source, state) !== source.url) return undefined;
  if (!/^https?:/i.test(link.url) || link.url === source.url) return undefined;
  const which = links.length > 1 ? 'names this feed of its posts' : 'names this one feed';
  return adopt(source, link.url, `${source.url} is a web page that ${which}`);
}

const COMMENT_ADDRESS = /\/comments\/(?:feed|default|rss|atom)|[?&]feed=comments|comments?[-_.](?:feed|rss|atom|xml)/i;
const COMMENT_TITLE =
  /\b(?:comments?|commentaires|comentarios|comentários|kommentare?|commenti|reacties|komentarze|комментари\p{L}+)\b|评论|評論|留言|コメント|댓글/iu;

/** A blog names the feed of its posts, that of all comments and that of a single post, often each in two formats. */
function postFeeds(links: readonly FeedLink[]): readonly FeedLink[] {
  const ofPosts = links.filter(({ url, title = '' }) => !COMMENT_ADDRESS.test(url) && !COMMENT_TITLE.test(title));
  const kept = ofPosts.length === 0 ? links : ofPosts;
  return kept.filter((link, index) => kept.findIndex((other) => isSameFeed(other, link)) === index);
}

/** The same address or the same title, words for formats aside. */
function isSameFeed(one: FeedLink, other: FeedLink): boolean {
  const stem = ({ url }: FeedLink): string =>
    url
      .replace(/(?<=[/.?=&-])(?:rss2?|atom|rdf|json|xml|feed)(?![a-z\d])/gi, '')
      .replace(/(?<![/.?=&-])[/.?=&-]+$/, '');
  return one.url === other.url || (one.type !== other.type && stem(one) === stem(other));
}

/** The current adoption; dropped if it was made for an address that is not in the config any more. */
export function adoption(source: Source, state: SourceState): Move {
  const { adoptedUrl, adoptedBecause } = state;
  if (adoptedUrl === undefined || sourceAddress(source, state) !== adoptedUrl) return {};
  return { adoptedUrl, adoptedFrom: source.url, ...(adoptedBecause !== undefined && { adoptedBecause }) };
}

function adopt(source: Source, to: string, because: string): Move {
  return {
    adoptedUrl: to,
    adoptedFrom: source.url,
    adoptedBecause: `${because}; write url: ${to} into the config of ${source.id} to make it final`,
  };
}

function permanentTarget(hops: readonly RedirectHop[]): string | undefined {
  const temporary = hops.findIndex(({ status }) => status !== 301 && status !== 308);
  return hops[(temporary === -1 ? hops.length : temporary) - 1]?.to;
}

/** True if only the scheme changes from http to https. */
function isUpgradeOnly(from: string, to: string): boolean {
  if (!URL.canParse(from) || !URL.canParse(to)) return false;
  const [before, after] = [new URL(from), new URL(to)];
  return isHttpsUpgrade(before, after) && before.pathname === after.pathname && before.search === after.search;
}
