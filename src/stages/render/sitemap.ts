/** Which pages shall search engines look at, and which not (sitemaps.org 0.9, RFC 9309)? */
import type { OutputFeed, RenderedDocument } from '../../model/output.ts';
import { postPath, scopePath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import type { Settings } from '../../model/settings.ts';
import { normalSiteUrl } from '../../model/site-id.ts';
import { canonicalAddress } from './addresses.ts';
import { wholeSeconds } from './document.ts';
import { basePath } from './page.ts';
import { element } from './xml.ts';

export const SITEMAP_PATH = '/sitemap.xml';

/**
 * The pages of the site, of its categories, and of the posts in the feed of all posts; older posts are found by the
 * links between pages. Posts of which only the original is to be listed are left out.
 *
 * @param feed  of all posts
 * @returns     undefined if the pages are not to be listed
 */
export function renderSitemap(feed: OutputFeed, settings: Settings): RenderedDocument | undefined {
  if (settings.publish.robots === 'noindex') return undefined;
  const site = normalSiteUrl(settings.site.url);
  const ownPages = feed.posts.filter((post) => canonicalAddress(post, settings) === site + postPath(post.id));
  const lines = [
    line(`${site}/`, changedAt(feed.posts)),
    line(`${site}${scopePath({ kind: 'all' })}.html`, changedAt(feed.posts)),
    ...settings.categories.map(({ slug }) =>
      line(
        `${site}${scopePath({ kind: 'category', slug })}.html`,
        changedAt(feed.posts.filter(({ categories }) => categories.includes(slug))),
      ),
    ),
    ...ownPages.map((post) => line(site + postPath(post.id), changedAt([post]))),
  ];
  return {
    path: SITEMAP_PATH,
    mediaType: 'application/xml; charset=utf-8',
    body: Buffer.from(
      `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${lines.join('')}</urlset>\n`,
    ),
    modifiedAt: wholeSeconds(feed.updatedAt),
  };
}

function line(address: string, modifiedAt: number): string {
  const dated = modifiedAt > 0 ? element('lastmod', {}, new Date(modifiedAt).toISOString()) : '';
  return `<url>${element('loc', {}, address)}${dated}</url>\n`;
}

function changedAt(posts: readonly Post[]): number {
  return posts.reduce((latest, { updatedAt }) => Math.max(latest, updatedAt), 0);
}

/** Where pages say `noindex`, a crawler must be let in to see it. */
export function renderRobots({ site, publish }: Settings): RenderedDocument {
  const base = basePath(site.url);
  const closed = ['/admin/', '/websub'].map((path) => `Disallow: ${base}${path}\n`).join('');
  const map = publish.robots === 'index' ? `\nSitemap: ${normalSiteUrl(site.url)}${SITEMAP_PATH}\n` : '';
  return {
    path: '/robots.txt',
    mediaType: 'text/plain; charset=utf-8',
    body: Buffer.from(`User-agent: *\n${closed}${map}`),
    modifiedAt: 0,
  };
}
