/** How are the front page and the page for unknown addresses rendered? */
import type { RenderedDocument } from '../../model/output.ts';
import { postPath, scopePath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import type { Category, Settings } from '../../model/settings.ts';
import { postLink, postTitle, sourceTitle } from './addresses.ts';
import { wholeSeconds } from './document.ts';
import { given, type Html, markup } from './html.ts';
import { basePath, feedLine, feedLinks, pageBytes, type PageSite } from './page.ts';
import { langOf, sourceLink, timeOf } from './post-parts.ts';
import { siteOf } from './site.ts';
import { type Words, wordsOf } from './words.ts';

/** Number of headlines for each category, and for a site without categories. */
const HOME_HEADLINES = 6;
const HEADLINES_WITHOUT_CATEGORIES = 30;
const MAX_AGE_SECONDS = 300;

/** A category with its newest posts; without a category, the newest of all posts. */
export interface HomeSection {
  readonly category?: Category;
  readonly headlines: readonly Headline[];
}

/** The headline of a post on the front page; plain JSON. */
export interface Headline {
  readonly id: string;
  readonly title: string;
  readonly url?: string;
  /** The post has no text: its own page would show nothing more. */
  readonly isBare: boolean;
  readonly source: { readonly id: string; readonly title: string };
  readonly language?: string;
  /** Epoch ms. */
  readonly publishedAt: number;
  readonly modifiedAt: number;
}

/** @param posts  newest first, limited to what may be published */
export function headlinesOf(posts: readonly Post[], { categories }: Pick<Settings, 'categories'>): readonly Headline[] {
  return posts.slice(0, categories.length === 0 ? HEADLINES_WITHOUT_CATEGORIES : HOME_HEADLINES).map((post) => {
    const { id, url, source, language, publishedAt, updatedAt, firstSeenAt } = post;
    return {
      id,
      title: postTitle(post),
      ...(url !== undefined && { url }),
      isBare: post.content === undefined && post.summary === undefined,
      source: { id: source.id, title: sourceTitle(source) },
      ...(language !== undefined && { language }),
      publishedAt,
      modifiedAt: Math.max(updatedAt, firstSeenAt),
    };
  });
}

export function renderHomePage(sections: readonly HomeSection[], settings: Settings): RenderedDocument {
  const site = siteOf(settings);
  const base = basePath(site.url);
  const { language, description } = settings.site;
  const words = wordsOf(language);
  const main = markup`<header class="list">
<h1>${site.title}</h1>
${given(description, (text) => markup`<p>${text}</p>\n`)}${feedLine('/all', base, words)}</header>
<div class="sections">
${sections.map((section) => sectionOf(section, site, language, words))}</div>
`;
  const shown = sections.flatMap(({ headlines }) => headlines);
  return {
    path: '/',
    mediaType: 'text/html; charset=utf-8',
    body: pageBytes({
      site,
      language,
      title: site.title,
      ...(description !== undefined && { description }),
      canonical: `${site.url}/`,
      type: 'website',
      feeds: [
        ...feedLinks(site.title, { kind: 'all' }, base),
        ...sections.flatMap(({ category }) =>
          category === undefined ? [] : feedLinks(category.title, { kind: 'category', slug: category.slug }, base),
        ),
      ],
      main,
    }),
    modifiedAt: wholeSeconds(shown.reduce((last, { modifiedAt }) => Math.max(last, modifiedAt), 0)),
    serving: { maxAgeSeconds: MAX_AGE_SECONDS },
  };
}

function sectionOf({ category, headlines }: HomeSection, site: PageSite, pageLanguage: string, words: Words): Html {
  if (category === undefined) return latestSection(headlines, site, pageLanguage, words);
  const base = basePath(site.url);
  const { slug, title, description, language } = category;
  const path = scopePath({ kind: 'category', slug });
  const lang = language === pageLanguage ? undefined : markup` lang="${language}"`;
  return markup`<section${lang} aria-labelledby="c-${slug}">
<h2 id="c-${slug}"><a href="${base}${path}.html">${title}</a></h2>
${given(description, (text) => markup`<p class="about">${text}</p>\n`)}${headlineList(headlines, language, site, words)}${feedLine(path, base, words)}</section>
`;
}

/** For a site without categories. Its feeds are listed above. */
function latestSection(headlines: readonly Headline[], site: PageSite, language: string, words: Words): Html {
  const path = `${basePath(site.url)}${scopePath({ kind: 'all' })}.html`;
  return markup`<section aria-labelledby="everything">
<h2 id="everything"><a href="${path}">${words.everything}</a></h2>
${headlineList(headlines, language, site, words)}</section>
`;
}

function headlineList(headlines: readonly Headline[], language: string, site: PageSite, words: Words): Html {
  if (headlines.length === 0) return markup`<p class="headlines">${words.nothingYet}</p>\n`;
  const items = headlines.map((headline) => headlineItem(headline, language, site, words));
  return markup`<ol class="headlines">\n${items}</ol>\n`;
}

function headlineItem(headline: Headline, language: string, site: PageSite, words: Words): Html {
  const base = basePath(site.url);
  const href = headline.isBare ? postLink(headline, site.url) : base + postPath(headline.id);
  const time = timeOf(headline.publishedAt, site.timezone, words, 'short');
  return markup`<li${langOf(headline, language)}><a href="${href}">${headline.title}</a> <span class="meta">${time} ${sourceLink(headline, base)}</span></li>
`;
}

export function renderNotFoundPage(settings: Settings): RenderedDocument {
  const site = siteOf(settings);
  const { language } = settings.site;
  const words = wordsOf(language);
  return {
    path: '/404.html',
    mediaType: 'text/html; charset=utf-8',
    body: pageBytes({
      site,
      language,
      title: words.notFound,
      type: 'website',
      feeds: [],
      main: markup`<header class="list">
<h1>${words.notFound}</h1>
<p>${words.notFoundText}</p>
</header>
<nav class="pager" aria-label="${words.home}"><p><a href="${basePath(site.url)}/">${words.backHome}</a></p></nav>
`,
    }),
    modifiedAt: 0,
  };
}
