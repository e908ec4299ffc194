/** How is the page of one post rendered? */
import type { RenderedDocument } from '../../model/output.ts';
import { postPath, scopePath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import type { Category, Settings } from '../../model/settings.ts';
import { excerpt } from '../../syntax/html/excerpt.ts';
import {
  canonicalAddress,
  mediaOf,
  personAddress,
  personName,
  postRights,
  postTags,
  postTitle,
  webAddress,
} from './addresses.ts';
import { wholeSeconds } from './document.ts';
import { episodeTags } from './episode.ts';
import { given, type Html, markup, trusted } from './html.ts';
import { basePath, feedLinks, pageBytes, type PageSite } from './page.ts';
import { alsoFrom, sourceLink, tagList, timeOf } from './post-parts.ts';
import { siteOf } from './site.ts';
import { type Words, wordsOf } from './words.ts';

const DESCRIPTION_WIDTH = 200;
const MAX_AGE_SECONDS = 3_600;
/** An image without a `loading` attribute. */
const EAGER_IMAGE = /<img\b(?![^>]*\sloading=)/giu;

/** A table that is too wide for the screen scrolls in place; not every browser makes it reachable by keyboard. */
const TABLE = /<table\b/giu;

/**
 * @param post      the published form: without the parts that its source does not allow
 * @param isListed  whether a tag has pages of its own: the others are not linked
 */
export function renderPostPage(post: Post, settings: Settings, isListed: (tag: string) => boolean): RenderedDocument {
  const site = siteOf(settings);
  const base = basePath(site.url);
  const categories = post.categories.flatMap((slug) => settings.categories.find((known) => known.slug === slug) ?? []);
  const [category] = categories;
  const language = post.language ?? category?.language ?? settings.site.language;
  const words = wordsOf(language);
  const description = excerpt(post.summary ?? post.content ?? '', DESCRIPTION_WIDTH);
  const image = webAddress(post.image);
  return {
    path: postPath(post.id),
    mediaType: 'text/html; charset=utf-8',
    body: pageBytes({
      site,
      language,
      title: postTitle(post),
      ...(description !== '' && { description }),
      canonical: canonicalAddress(post, settings),
      type: 'article',
      ...(image !== undefined && { image }),
      feeds: categories.flatMap(({ slug, title }) => feedLinks(title, { kind: 'category', slug }, base)),
      ...(category !== undefined && { current: scopePath({ kind: 'category', slug: category.slug }) }),
      head: articleMeta(post),
      main: markup`${article(post, site, words, isListed)}${wayBack(categories, base, words)}`,
    }),
    modifiedAt: wholeSeconds(Math.max(post.updatedAt, post.firstSeenAt)),
    serving: { maxAgeSeconds: MAX_AGE_SECONDS },
  };
}

function article(post: Post, site: PageSite, words: Words, isListed: (tag: string) => boolean): Html {
  const base = basePath(site.url);
  const isUpdated = post.updatedAt !== post.publishedAt;
  const body = (post.content ?? post.summary ?? '')
    .replace(EAGER_IMAGE, '<img loading="lazy" decoding="async"')
    .replace(TABLE, '<table tabindex="0"');
  return markup`<article class="post">
<header>
<h1>${postTitle(post)}</h1>
<p class="meta">${timeOf(post.publishedAt, site.timezone, words, 'full')} <span>${words.source}: ${sourceLink(post, base)}</span>${authors(post, words)}</p>
${isUpdated ? markup`<p class="meta">${words.updated} ${timeOf(post.updatedAt, site.timezone, words, 'full')}</p>\n` : undefined}</header>
<div class="body">
${trusted(body)}
</div>
${attachments(post, words)}<footer>
${given(
  webAddress(post.url),
  (href) => markup`<p class="original"><a href="${href}" rel="noopener">${words.readOriginal}</a></p>\n`,
)}${alsoFrom(post, words)}${given(
    postRights(post),
    (rights) => markup`<p class="rights">${words.rights}: ${rights}</p>\n`,
  )}${tagList(post, base, words, isListed)}</footer>
</article>
`;
}

function wayBack(categories: readonly Category[], base: string, words: Words): Html {
  const links = categories.map(
    ({ slug, title }) =>
      markup`<a href="${base}${scopePath({ kind: 'category', slug })}.html">${words.backTo(title)}</a> `,
  );
  return markup`<nav class="pager" aria-label="${words.backHome}"><p>${links}<a href="${base}/">${words.backHome}</a></p></nav>
`;
}

function articleMeta(post: Post): Html {
  return markup`<meta property="article:published_time" content="${new Date(post.publishedAt).toISOString()}">
<meta property="article:modified_time" content="${new Date(post.updatedAt).toISOString()}">
${postTags(post).map((tag) => markup`<meta property="article:tag" content="${tag}">\n`)}`;
}

function authors(post: Post, words: Words): Html | undefined {
  const names = post.authors.flatMap((author) => {
    const name = personName(author);
    const href = personAddress(author);
    if (name === undefined) return [];
    return [href === undefined ? markup`${name}` : markup`<a href="${href}" rel="noopener author">${name}</a>`];
  });
  if (names.length === 0) return undefined;
  return markup` <span>${words.by}: ${names.map((name, index) => [index > 0 ? ', ' : undefined, name])}</span>`;
}

function attachments(post: Post, words: Words): Html | undefined {
  const media = mediaOf(post);
  const files = episodeTags(post).flatMap(({ attributes: { url, type } }) =>
    url === undefined || type === undefined ? [] : [{ url, type }],
  );
  if (media.length + files.length === 0) return undefined;
  const items = [...media, ...files].map(
    ({ url, type }) =>
      markup`<li>${player(url, type)}<a href="${url}" rel="noopener">${fileName(url)}</a> (${type})</li>\n`,
  );
  return markup`<section class="media" aria-label="${words.attachments}">
<h2>${words.attachments}</h2>
<ul>
${items}</ul>
</section>
`;
}

function player(url: string, type: string): Html | undefined {
  if (type.startsWith('audio/')) return markup`<audio controls preload="none" src="${url}"></audio> `;
  if (type.startsWith('video/')) return markup`<video controls preload="none" src="${url}"></video> `;
  return undefined;
}

function fileName(url: string): string {
  const { hostname, pathname } = new URL(url);
  const last = pathname.split('/').findLast((part) => part !== '');
  try {
    return last === undefined ? hostname : decodeURIComponent(last);
  } catch {
    // The percent-encoded bytes are not UTF-8: shown as it is.
    return last ?? hostname;
  }
}
