/** How is a feed written as RSS 2.0? */
import { guardedTitle } from './guarded-title.ts';
import { decodeHTML } from 'entities';
import { Feed, type Extension } from 'feed';
import type { OutputFeed, RenderedDocument } from '../../model/output.ts';
import type { Post } from '../../model/post.ts';
import {
  contextKey,
  type FragmentContext,
  mediaOf,
  olderAddress,
  ownLanguage,
  personName,
  postId,
  postLink,
  postRights,
  postTags,
  postTitle,
  selfAddress,
  sourceTitle,
  webAddress,
} from './addresses.ts';
import { excerpt } from '../../syntax/html/excerpt.ts';
import { escapeText } from '../../syntax/html/escape.ts';
import { buildDocument } from './document.ts';
import { EPISODE_NAMESPACES, episodeTags } from './episode.ts';
import type { FragmentCache } from './fragments.ts';
import { cutEntry, cutFrame, extension, type Frame } from './library.ts';
import { feedStylesheet, withStylesheet } from './stylesheet.ts';
import { cdata, xmlJsAttribute, xmlJsText } from './xml.ts';

/** Columns of a summary that is made from the text. */
const DESCRIPTION_WIDTH = 280;

/** The library declares only the namespaces that it wrote itself. */
const NAMESPACES = [
  'xmlns:atom="http://www.w3.org/2005/Atom"',
  'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
  'xmlns:dc="http://purl.org/dc/elements/1.1/"',
  'xmlns:dcterms="http://purl.org/dc/terms/"',
  'xmlns:fh="http://purl.org/syndication/history/1.0"',
  'xmlns:media="http://search.yahoo.com/mrss/"',
  EPISODE_NAMESPACES,
].join(' ');

export function renderRss(feed: OutputFeed, fragments: FragmentCache): RenderedDocument {
  return buildDocument(
    feed,
    {
      format: 'rss',
      mediaType: 'application/rss+xml; charset=utf-8',
      frame: frame(feed),
      between: () => '\n        ',
      context: contextKey(feed),
      write: (post) => item(post, feed),
    },
    fragments,
  );
}

function frame(feed: OutputFeed): Frame {
  const older = olderAddress(feed, 'rss');
  const links = [
    link('self', selfAddress(feed, 'rss'), 'application/rss+xml'),
    ...(feed.hub !== undefined ? [link('hub', feed.hub)] : []),
    ...(feed.before !== undefined ? [link('current', feed.urls.rss)] : []),
    ...(older !== undefined ? [link('prev-archive', older)] : []),
  ];
  const channel = new Feed({
    title: xmlJsText(guardedTitle(feed.title)),
    link: feed.urls.html,
    description: xmlJsText(feed.description ?? feed.title),
    language: xmlJsText(feed.language),
    updated: new Date(feed.updatedAt),
    generator: 'Feedmill',
    docs: 'https://www.rssboard.org/rss-specification',
    ...(feed.maxAgeSeconds !== undefined && { ttl: Math.ceil(feed.maxAgeSeconds / 60) }),
    stylesheet: feedStylesheet(feed),
  });
  channel.addExtension(extension('atom:link', links));
  if (feed.before !== undefined) channel.addExtension(extension('fh:archive', {}));
  const document = withStylesheet(channel.rss2()).replace(
    /<rss version="2\.0"[^>]*>/u,
    `<rss version="2.0" ${NAMESPACES}>`,
  );
  // Nothing has been published yet: no date is better than one of 1970.
  const dated =
    feed.updatedAt > 0 ? document : document.replace(/(?<!\s)\s*<lastBuildDate>[^<]*<\/lastBuildDate>/u, '');
  return cutFrame(dated, '\n    </channel>');
}

function link(rel: string, href: string, type?: string): unknown {
  return { _attributes: { href: xmlJsAttribute(href), rel, type } };
}

function item(post: Post, { siteId, siteUrl, language }: FragmentContext): string {
  const [enclosure, ...furtherMedia] = mediaOf(post);
  const image = webAddress(post.image);
  const rights = postRights(post);
  const tags = postTags(post);
  const lang = ownLanguage(post, language);
  const description = descriptionOf(post);
  const named = post.authors.flatMap((author) => personName(author) ?? []);
  // Readers show no name at all where this is missing.
  const creators = named.length > 0 ? named : [sourceTitle(post.source)];
  const related = post.alsoFrom.flatMap((also) => {
    const url = webAddress(also.url);
    return url === undefined
      ? []
      : [{ _attributes: { rel: 'related', href: xmlJsAttribute(url), title: title(also) } }];
  });
  return cutEntry(
    {
      title: '-',
      link: postLink(post, siteUrl),
      guid: postId(post, siteId),
      date: new Date(post.updatedAt),
      published: new Date(post.publishedAt),
      ...(description !== undefined && { description }),
      ...(post.content !== undefined && { content: cdata(post.content) }),
      ...(tags.length > 0 && { category: tags.map((tag) => ({ name: plainText(tag) })) }),
      extensions: [
        // The library puts titles into CDATA, where a second `]]>` would end them.
        extension('title', { _text: xmlJsText(guardedTitle(postTitle(post))) }),
        extension('dc:creator', creators.map(text)),
        ...(post.updatedAt !== post.publishedAt
          ? [extension('dcterms:modified', text(new Date(post.updatedAt).toISOString()))]
          : []),
        ...(lang !== undefined ? [extension('dc:language', text(lang))] : []),
        ...(rights !== undefined ? [extension('dc:rights', text(rights))] : []),
        ...(enclosure !== undefined
          ? [
              extension('enclosure', {
                _attributes: {
                  url: xmlJsAttribute(enclosure.url),
                  length: enclosure.length ?? 0,
                  type: xmlJsAttribute(enclosure.type),
                },
              }),
            ]
          : []),
        // RSS readers support one enclosure; further ones are written as Media RSS.
        ...(furtherMedia.length > 0
          ? [
              extension(
                'media:content',
                furtherMedia.map(({ url, type, length, durationSeconds }) => ({
                  _attributes: {
                    url: xmlJsAttribute(url),
                    type: xmlJsAttribute(type),
                    fileSize: length,
                    duration: durationSeconds,
                  },
                })),
              ),
            ]
          : []),
        ...(image !== undefined ? [extension('media:thumbnail', { _attributes: { url: xmlJsAttribute(image) } })] : []),
        ...episodeExtensions(post),
        ...(related.length > 0 ? [extension('atom:link', related)] : []),
        extension('source', {
          _attributes: {
            url: xmlJsAttribute(webAddress(post.source.feedUrl) ?? webAddress(post.source.url) ?? siteUrl),
          },
          ...text(sourceTitle(post.source)),
        }),
      ],
    },
    (feed) => feed.rss2(),
    { open: '<item>', close: '</item>' },
  );
}

/** Where there is a text, its beginning stands for a missing summary, or the title if it is all pictures: readers look for this element first. */
function descriptionOf(post: Post): string | undefined {
  const { summary, content } = post;
  if (summary !== undefined) return cdata(summary);
  if (content === undefined) return undefined;
  const beginning = excerpt(content, DESCRIPTION_WIDTH);
  return cdata(escapeText(beginning === '' ? postTitle(post) : beginning));
}

/** One extension for each name, as the library wants it. */
function episodeExtensions(post: Post): readonly Extension[] {
  const written = new Map<string, unknown[]>();
  for (const { name, attributes, text: value } of episodeTags(post)) {
    const escaped = Object.entries(attributes).map(([key, text]) => [key, text && xmlJsAttribute(text)]);
    const tag = { _attributes: Object.fromEntries(escaped) as object, ...(value !== undefined && text(value)) };
    written.set(name, [...(written.get(name) ?? []), tag]);
  }
  return [...written].map(([name, tags]) => extension(name, tags));
}

/**
 * Plain text. RSS does not specify whether its texts are plain or HTML, and most readers treat them as HTML: text that
 * HTML would change is escaped once more, so that it is shown correctly.
 */
function plainText(plain: string): string {
  const misread = TAG.test(plain) || decodeHTML(plain) !== plain;
  return xmlJsText(misread ? plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : plain);
}

function text(plain: string): { readonly _text: string } {
  return { _text: plainText(plain) };
}

const TAG = /<[a-z/!?][^<>]*>/iu;

function title(also: Post['alsoFrom'][number]): string {
  return xmlJsAttribute(sourceTitle(also.source));
}
