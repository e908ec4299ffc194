/** How is the page of a category, a tag, a source or all posts rendered? */
import type { OutputFeed, RenderedDocument } from '../../model/output.ts';
import { feedPath, postPath, scopePath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import { excerpt } from '../../syntax/html/excerpt.ts';
import { postLink, postTitle, selfAddress, webAddress } from './addresses.ts';
import { buildDocument } from './document.ts';
import type { FragmentCache } from './fragments.ts';
import { given, type Html, markup, trusted } from './html.ts';
import type { Frame } from './library.ts';
import { isoDay, localParts } from '../../syntax/date/local-time.ts';
import { basePath, feedLine, feedLinks, pageBytes } from './page.ts';
import { alsoFrom, langOf, sourceLink, timeOf } from './post-parts.ts';
import { type Words, wordsOf } from './words.ts';

const EXCERPT_WIDTH = 200;
/** Placeholder for the entries; text cannot contain it, because escaping removes control characters. */
const ENTRIES = '\0';

/** The newest posts by day of publication; older ones are on archive pages. */
export function renderListPage(feed: OutputFeed, fragments: FragmentCache): RenderedDocument {
  const words = wordsOf(feed.language);
  return buildDocument(
    feed,
    {
      format: 'html',
      mediaType: 'text/html; charset=utf-8',
      frame: frame(feed, words),
      between: (post, previous) => dayHeading(feed, post, previous, words).html,
      context: `${feed.siteUrl}\n${feed.timezone}\n${feed.language}${feed.isByScore === true ? '\nby score' : ''}`,
      write: (post) => listItem(post, feed, words).html,
    },
    fragments,
  );
}

function frame(feed: OutputFeed, words: Words): Frame {
  const path = scopePath(feed.scope);
  const base = basePath(feed.siteUrl);
  // The title of a tag's feed contains that of the site, which a page has in its header anyway.
  const title = feed.scope.kind === 'tag' ? feed.scope.tag : feed.title;
  const main = markup`<header class="list">
<h1>${title}</h1>
${originLine(feed, words)}${given(feed.description, (text) => markup`<p>${text}</p>\n`)}${feedLine(path, base, words)}</header>
${feed.posts.length === 0 ? markup`<p>${words.nothingYet}</p>\n` : [viewChoice(words), trusted(`${ENTRIES}</ol>\n</section>\n`)]}${pager(feed, words, base)}`;
  const bytes = pageBytes({
    site: {
      title: feed.siteTitle,
      url: feed.siteUrl,
      timezone: feed.timezone,
      categories: feed.categories ?? [],
      ...(feed.robots !== undefined && { robots: feed.robots }),
    },
    language: feed.language,
    title,
    ...(feed.description !== undefined && { description: feed.description }),
    canonical: selfAddress(feed, 'html'),
    type: 'website',
    feeds: feedLinks(feed.title, feed.scope, base),
    current: path,
    main,
  });
  const [head = '', tail = ''] = new TextDecoder().decode(bytes).split(ENTRIES);
  return { head, tail };
}

/** The style sheet follows what is chosen: no script, and nothing is sent or kept. */
function viewChoice(words: Words): Html {
  const views = [
    ['list', words.listView],
    ['compact', words.compactView],
    ['cards', words.cardView],
  ] as const;
  return markup`<fieldset class="views"><legend>${words.view}</legend>
${views.map(
  ([id, label], index) =>
    markup`<input type="radio" name="view" id="view-${id}"${index === 0 ? markup` checked` : undefined}><label for="view-${id}">${label}</label>\n`,
)}</fieldset>
`;
}

/** On the page of a source: the link to its site. */
function originLine({ scope, posts }: OutputFeed, words: Words): Html | undefined {
  if (scope.kind !== 'source') return undefined;
  const origins = posts.flatMap(({ source, alsoFrom: others }) => [source, ...others.map((also) => also.source)]);
  const href = webAddress(origins.find(({ id, url }) => id === scope.id && url !== undefined)?.url);
  return given(
    href,
    (address) =>
      markup`<p>${words.source}: <a href="${address}" rel="noopener">${address.replace(/^https?:\/\/|\/$/gu, '')}</a></p>\n`,
  );
}

function pager(feed: OutputFeed, words: Words, base: string): Html | undefined {
  if (feed.before === undefined && feed.olderBefore === undefined) return undefined;
  return markup`<nav class="pager" aria-label="${words.older}"><p>${given(
    feed.before,
    () => markup`<a href="${base}${feedPath(feed.scope, 'html')}" rel="first">${words.newest}</a> `,
  )}${given(
    feed.olderBefore,
    (position) => markup`<a href="${base}${feedPath(feed.scope, 'html', position)}" rel="next">${words.older}</a>`,
  )}</p></nav>
`;
}

/** Closes the previous day, if there is one, and opens the next; nothing within a day. */
function dayHeading(feed: OutputFeed, post: Post, previous: Post | undefined, words: Words): Html {
  if (feed.isByScore === true) return previous === undefined ? undatedOpening(feed.title) : markup``;
  const at = localParts(post.publishedAt, feed.timezone);
  const day = isoDay(at);
  if (previous === undefined) return opening(day, words.date(at));
  if (isoDay(localParts(previous.publishedAt, feed.timezone)) === day) return markup``;
  return markup`</ol>
</section>
${opening(day, words.date(at))}`;
}

/** Posts by score are of any day, one after the other. */
function undatedOpening(title: string): Html {
  return markup`<section aria-label="${title}">
<ol class="posts">
`;
}

function opening(day: string, heading: string): Html {
  return markup`<section aria-labelledby="d${day}">
<h2 id="d${day}">${heading}</h2>
<ol class="posts">
`;
}

function listItem(post: Post, feed: OutputFeed, words: Words): Html {
  const base = basePath(feed.siteUrl);
  const text = excerpt(post.summary ?? post.content ?? '', EXCERPT_WIDTH);
  // If no text may be shown, our page of the post would be useless, so the title links to the original.
  const href = text === '' ? postLink(post, feed.siteUrl) : base + postPath(post.id);
  const image = given(
    webAddress(post.image),
    (src) =>
      markup`<img src="${src}" alt="" width="160" height="106" loading="lazy" decoding="async" referrerpolicy="no-referrer">\n`,
  );
  return markup`<li><article${langOf(post, feed.language)}>
<h3><a href="${href}">${postTitle(post)}</a></h3>
<p class="meta">${timeOf(post.publishedAt, feed.timezone, words, feed.isByScore === true ? 'short' : 'time')} ${sourceLink(post, base)}</p>
${image}${text === '' ? undefined : markup`<p class="excerpt">${text}</p>\n`}${alsoFrom(post, words)}</article></li>
`;
}
