/** How is a post written as a file for Jekyll, Hugo or Eleventy? */
import { Parser } from 'htmlparser2';
import type { RenderedDocument } from '../../model/output.ts';
import { scopePath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import type { Category, JekyllSettings, Settings } from '../../model/settings.ts';
import { sourceTitle, webAddress } from './addresses.ts';
import { wholeSeconds } from './document.ts';
import { filledFrontMatter, USEFUL_FRONT_MATTER } from './front-matter-fields.ts';
import { frontMatter, type FrontMatterValue, inlineWords } from './front-matter.ts';
import { isoDay, isoTime, localParts } from '../../syntax/date/local-time.ts';
import { wordsOf } from './words.ts';
import { escape } from './xml.ts';

/**
 * `{{` and `{%` start Liquid and Nunjucks (Jekyll, Eleventy) and shortcodes (Hugo); `{#` starts a comment of Nunjucks,
 * and its end, `#}`, without a start makes Nunjucks refuse the whole site.
 */
const TEMPLATE_MARK = /\{(?=[{%#])|(?<=#)\}/gu;
/** What a browser fetches from other hosts, many of which refuse requests that name a page of another site. */
const LOADS = /<(?:img|video|audio|source)\s|\sbackground=/u;
/** Holds for the page that the generator makes (HTML §4.2.5.1), wherever in it the post stands. */
const REFERRER = '<meta name="referrer" content="no-referrer">\n';
const MARKDOWN_MARKS = /[\\[\]*_`<>|!#{}~^]/gu;

/** The file's path below the posts' directory; known from the post's date and id alone, so that it can be removed. */
export function jekyllPath({ id, publishedAt }: Pick<Post, 'id' | 'publishedAt'>, { publish, site }: Settings): string {
  const suffix = (publish.jekyll ?? DEFAULTS).flavour === 'jekyll' ? 'md' : 'html';
  return `${isoDay(localParts(publishedAt, site.timezone))}-${id}.${suffix}`;
}

/**
 * A post file. Its name is `YYYY-MM-DD-ID.md` by the site's clock (`.html` for Hugo and Eleventy, whose Markdown
 * would touch the HTML); its path is relative to the posts' directory.
 */
export function renderJekyll(post: Post, settings: Settings): RenderedDocument {
  const jekyll = settings.publish.jekyll ?? DEFAULTS;
  const at = localParts(post.publishedAt, settings.site.timezone);
  const categories = post.categories.flatMap((slug) => settings.categories.find((known) => known.slug === slug) ?? []);
  const isMarkdown = jekyll.flavour === 'jekyll';
  const head = frontMatter({
    ...headerOf(post, jekyll, categories, `${isoDay(at)} ${isoTime(at)} ${at.offset}`),
    ...filledFrontMatter(
      {
        // A post file for Jekyll has the five keys of its convention and no others, unless the operator wants more.
        ...(isMarkdown ? {} : USEFUL_FRONT_MATTER),
        ...jekyll.frontMatter,
        ...categories[0]?.jekyll.frontMatter,
      },
      post,
      settings,
    ),
  });
  const html = post.content ?? post.summary ?? '';
  const body = (LOADS.test(html) ? REFERRER : '') + harmless(html);
  const foot = isMarkdown ? markdownFoot(post, settings, categories[0]) : htmlFoot(post, settings, categories[0]);
  const text = `${head}${[isMarkdown ? asBlock(body) : body, ...foot].filter((part) => part !== '').join('\n\n')}`;
  return {
    path: jekyllPath(post, settings),
    mediaType: isMarkdown ? 'text/markdown; charset=utf-8' : 'text/html; charset=utf-8',
    body: Buffer.from(text.replace(/\p{Surrogate}/gu, '\ufffd')),
    modifiedAt: wholeSeconds(Math.max(post.updatedAt, post.firstSeenAt)),
  };
}

const DEFAULTS: JekyllSettings = { directory: '_posts', layout: 'post', flavour: 'jekyll', frontMatter: {} };

function headerOf(
  post: Post,
  jekyll: JekyllSettings,
  categories: readonly Category[],
  localDate: string,
): Record<string, FrontMatterValue> {
  const slugs = categories.map(({ slug }) => slug);
  const tags = [...new Set([...categories.map(({ title }) => title), ...post.tags])];
  const layout = categories[0]?.jekyll.layout ?? jekyll.layout;
  switch (jekyll.flavour) {
    case 'jekyll':
      return {
        layout: { plain: layout },
        title: post.title,
        date: { plain: localDate },
        ...(slugs.length > 0 && { categories: inlineWords(slugs) }),
        ...(tags.length > 0 && { tags: inlineWords(tags) }),
      };
    case 'hugo':
    case 'eleventy':
      return {
        layout: { plain: layout },
        title: post.title,
        date: { plain: localDate.replace(/^(\S+) (\S+) ([+-]\d\d)(\d\d)$/u, '$1T$2$3:$4') },
        ...(slugs.length > 0 && { categories: slugs }),
        ...(tags.length > 0 && { tags }),
      };
  }
}

function markdownFoot(post: Post, settings: Settings, category: Category | undefined): string[] {
  const url = webAddress(post.url);
  const links = footLinks(settings, category).map(({ text, href }) => `[${asMarkdown(text)}](${href})`);
  return [
    ...(url === undefined ? [] : [`<${harmlessUrl(url)}>`]),
    ...alsoIn(post, settings, (name, href) =>
      href === undefined ? asMarkdown(name) : `[${asMarkdown(name)}](<${harmlessUrl(href)}>)`,
    ),
    links.join(wordsOf(settings.site.language).separator),
  ];
}

function htmlFoot(post: Post, settings: Settings, category: Category | undefined): string[] {
  const url = webAddress(post.url);
  const links = footLinks(settings, category).map(
    ({ text, href }) => `<a href="${escape(href)}">${harmless(escape(text))}</a>`,
  );
  const original = url === undefined ? undefined : escape(harmlessUrl(url));
  return [
    ...(original === undefined ? [] : [`<p><a href="${original}">${original}</a></p>`]),
    ...alsoIn(post, settings, (name, href) => {
      const text = harmless(escape(name));
      return href === undefined ? text : `<a href="${escape(harmlessUrl(href))}">${text}</a>`;
    }).map((line) => `<p>${line}</p>`),
    `<p>${links.join(wordsOf(settings.site.language).separator)}</p>`,
  ];
}

/** One line that names the other sources of the story; none where there are none. */
function alsoIn(
  { alsoFrom }: Post,
  { site }: Settings,
  write: (name: string, href: string | undefined) => string,
): string[] {
  if (alsoFrom.length === 0) return [];
  const words = wordsOf(site.language);
  const names = alsoFrom.map(({ source, url }) => write(sourceTitle(source), webAddress(url)));
  return [`${words.alsoIn} ${names.join(words.separator)}`];
}

/** Protocol-relative, so that they hold for the site with and without TLS. */
function footLinks({ site }: Settings, category: Category | undefined): { text: string; href: string }[] {
  const words = wordsOf(site.language);
  const base = new URL(site.url).href.replace(/^https?:/u, '').replace(/\/$/u, '');
  const home = { text: words.backHome, href: `${base}/` };
  if (category === undefined) return [home];
  const path = scopePath({ kind: 'category', slug: category.slug });
  return [{ text: words.backTo(category.title), href: `${base}${path}.html` }, home];
}

function harmless(html: string): string {
  return html.replace(TEMPLATE_MARK, (mark) => (mark === '{' ? '&#123;' : '&#125;'));
}

function harmlessUrl(url: string): string {
  return url.replaceAll('{', '%7B').replaceAll('}', '%7D');
}

function asMarkdown(text: string): string {
  return harmless(text.replace(/\s+/gu, ' ').replace(MARKDOWN_MARKS, '\\$&').replaceAll('\\{', '&#123;'));
}

/**
 * Markdown leaves HTML blocks alone and reads what stands between them as Markdown: text or inline elements at the
 * top are wrapped into a block, so that `*` stays a star.
 */
function asBlock(html: string): string {
  return hasBareParts(html) ? `<div>\n${html}\n</div>` : html;
}

function hasBareParts(html: string): boolean {
  const state = { depth: 0, bare: false };
  const parser = new Parser({
    onopentagname: (name) => {
      if (state.depth === 0 && !BLOCK.has(name)) state.bare = true;
      state.depth += 1;
    },
    onclosetag: () => {
      state.depth -= 1;
    },
    ontext: (text) => {
      if (state.depth === 0 && text.trim() !== '') state.bare = true;
    },
  });
  parser.end(html);
  return state.bare;
}

const BLOCK = new Set(
  (
    'address article aside blockquote dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li ' +
    'main nav ol p pre section table ul'
  ).split(' '),
);
