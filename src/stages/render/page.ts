/** Which frame do all pages have? */
import type { FeedScope, NamedCategory } from '../../model/output.ts';
import { scopePath } from '../../model/paths.ts';
import { given, type Html, markup } from './html.ts';
import { RELATIVE_TIME_PATH } from './relative-time.ts';
import { type Words, wordsOf } from './words.ts';

/** What a page shows about its site. */
export interface PageSite {
  readonly title: string;
  /** Absolute, no trailing slash. */
  readonly url: string;
  readonly timezone: string;
  readonly categories: readonly NamedCategory[];
  /** Search engines shall not list its pages. */
  readonly robots?: 'noindex';
}

export interface Page {
  readonly site: PageSite;
  readonly language: string;
  readonly title: string;
  readonly description?: string;
  /** Absolute address that search engines list; absent for one that has none (404). */
  readonly canonical?: string;
  readonly type: 'website' | 'article';
  readonly image?: string;
  readonly feeds: readonly FeedLink[];
  /** Path of the category this page belongs to. */
  readonly current?: string;
  readonly head?: Html;
  readonly main: Html;
}

export interface FeedLink {
  readonly title: string;
  readonly href: string;
  readonly type: string;
}

/** With more, the home page lists all categories instead. */
const MAX_NAV = 24;

export function pageBytes(page: Page): Uint8Array {
  const { site, language } = page;
  const words = wordsOf(language);
  const base = basePath(site.url);
  const document = markup`<!doctype html>
<html lang="${language}">
<head>
${headOf(page, base)}</head>
<body>
<a class="skip" href="#content">${words.skipToContent}</a>
<header class="site">
<p class="brand"><a href="${base}/">${site.title}</a></p>
${navigation(page, words, base)}</header>
<main id="content" tabindex="-1">
${page.main}</main>
<footer class="site">
<p><a href="${base}/">${words.home}</a> · <a href="${base}/opml.xml">${words.subscriptions}</a> · <a href="${base}/sources.opml">${words.sources}</a></p>
</footer>
</body>
</html>
`;
  return Buffer.from(document.html);
}

function headOf(page: Page, base: string): Html {
  const { site, title, description, canonical } = page;
  return markup`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Feedmill">
<meta name="referrer" content="no-referrer">
${given(site.robots, (robots) => markup`<meta name="robots" content="${robots}">\n`)}<title>${title === site.title ? title : `${title} - ${site.title}`}</title>
${given(description, (text) => markup`<meta name="description" content="${text}">\n`)}<link rel="stylesheet" href="${base}/style.css">
<link rel="icon" type="image/svg+xml" href="${base}/favicon.svg">
<script src="${base}${RELATIVE_TIME_PATH}" defer></script>
${given(canonical, (href) => markup`<link rel="canonical" href="${href}">\n`)}${page.feeds.map(
    (feed) => markup`<link rel="alternate" type="${feed.type}" title="${feed.title}" href="${feed.href}">\n`,
  )}<meta property="og:site_name" content="${site.title}">
<meta property="og:title" content="${title}">
<meta property="og:type" content="${page.type}">
<meta property="og:locale" content="${ogLocale(page.language)}">
${given(canonical, (href) => markup`<meta property="og:url" content="${href}">\n`)}${given(
    description,
    (text) => markup`<meta property="og:description" content="${text}">\n`,
  )}${given(page.image, (src) => markup`<meta property="og:image" content="${src}">\n`)}${page.head}`;
}

function navigation({ site, current }: Page, words: Words, base: string): Html | undefined {
  if (site.categories.length === 0 || site.categories.length > MAX_NAV) return undefined;
  const items = [
    ...site.categories.map(({ slug, title }) => ({ path: scopePath({ kind: 'category', slug }), title })),
    { path: '/all', title: words.everything },
  ];
  return markup`<nav aria-label="${words.categories}"><ul>
${items.map(({ path, title }) => {
  const here = path === current ? markup` aria-current="page"` : undefined;
  return markup`<li><a href="${base}${path}.html"${here}>${title}</a></li>\n`;
})}</ul></nav>
`;
}

/** Autodiscovery links of one group of posts. */
export function feedLinks(title: string, scope: FeedScope, base: string): FeedLink[] {
  const path = base + scopePath(scope);
  return [
    { title: `${title} (RSS)`, href: `${path}.rss`, type: 'application/rss+xml' },
    { title: `${title} (Atom)`, href: `${path}.atom`, type: 'application/atom+xml' },
    { title: `${title} (JSON)`, href: `${path}.json`, type: 'application/feed+json' },
  ];
}

/** The same links for people. */
export function feedLine(path: string, base: string, words: Words): Html {
  return markup`<p class="feeds"><span>${words.feeds}</span> <a href="${base}${path}.rss">RSS</a> <a href="${base}${path}.atom">Atom</a> <a href="${base}${path}.json">JSON</a></p>
`;
}

/** The path of the site on its host; links then work on any host that serves it. */
export function basePath(siteUrl: string): string {
  return new URL(siteUrl).pathname.replace(/\/$/u, '');
}

/** `zh-CN` as Open Graph writes it. */
function ogLocale(language: string): string {
  const [primary = 'en', ...rest] = language.split('-');
  const region = rest.find((part) => /^[A-Za-z]{2}$/u.test(part));
  return region === undefined ? primary.toLowerCase() : `${primary.toLowerCase()}_${region.toUpperCase()}`;
}
