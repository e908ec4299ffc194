/** What is the base of relative references in the text of an entry? */
import type { Markup } from '../../model/feed.ts';

const WEB = /^https?:\/\//i;

/**
 * The markup with the entry's page: `#note` refers to a place in that page. Other relative references start from an
 * xml:base within the entry, else from the entry's page if it is on the site's own host, else from the feed's base.
 * Authors write for their pages, and many programs copy the text of a page into the feed unchanged.
 *
 * @param feedBase  base of the markup if nothing within the entry sets one
 * @param link      the entry's page
 * @param home      the site's page
 */
export function onItsPage(
  markup: Markup,
  feedBase: string | undefined,
  link: string | undefined,
  home: string | undefined,
): Markup {
  if (link === undefined || !WEB.test(link)) return markup;
  const isOnSite = markup.baseUrl === feedBase && isSameSite(link, home ?? feedBase);
  return { ...markup, pageUrl: link, ...(isOnSite && { baseUrl: link }) };
}

function isSameSite(link: string, home: string | undefined): boolean {
  const host = hostOf(link);
  return host !== undefined && (home === undefined || host === hostOf(home));
}

/** Host name without `www.`; undefined if it is not a web address. */
function hostOf(url: string): string | undefined {
  return /^https?:\/\/(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)/i.exec(url)?.[1]?.toLowerCase();
}
