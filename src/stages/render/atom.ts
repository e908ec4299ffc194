/** How is a feed written as Atom 1.0? */
import { Feed } from 'feed';
import { InvariantError } from '../../model/errors.ts';
import type { OutputFeed, RenderedDocument } from '../../model/output.ts';
import type { Post } from '../../model/post.ts';
import {
  contextKey,
  feedId,
  type FragmentContext,
  mediaOf,
  olderAddress,
  ownLanguage,
  personAddress,
  personEmail,
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
import { buildDocument } from './document.ts';
import { EPISODE_NAMESPACES, episodeTags } from './episode.ts';
import type { FragmentCache } from './fragments.ts';
import { cutEntry, cutFrame, type Frame } from './library.ts';
import { feedStylesheet, withStylesheet } from './stylesheet.ts';
import { cdata, element, escape, xmlJsText } from './xml.ts';

export function renderAtom(feed: OutputFeed, fragments: FragmentCache): RenderedDocument {
  return buildDocument(
    feed,
    {
      format: 'atom',
      mediaType: 'application/atom+xml; charset=utf-8',
      frame: frame(feed),
      between: () => '\n    ',
      context: contextKey(feed),
      write: (post) => entry(post, feed),
    },
    fragments,
  );
}

function frame(feed: OutputFeed): Frame {
  const older = olderAddress(feed, 'atom');
  const document = new Feed({
    id: feedId(feed),
    title: xmlJsText(feed.title),
    link: feed.urls.html,
    ...(feed.description !== undefined && { description: xmlJsText(feed.description) }),
    updated: new Date(feed.updatedAt),
    generator: 'Feedmill',
    author: { name: xmlJsText(feed.siteTitle), link: `${feed.siteUrl}/` },
    feed: selfAddress(feed, 'atom'),
    ...(feed.hub !== undefined && { hub: feed.hub }),
    stylesheet: feedStylesheet(feed),
  }).atom1();
  const { head, tail } = cutFrame(withStylesheet(document), '\n</feed>');
  // The library has no extension points in Atom: what it cannot write is added here and in `entry`.
  const extras = [
    ...(feed.before !== undefined ? ['<fh:archive/>', element('link', { rel: 'current', href: feed.urls.atom })] : []),
    ...(older !== undefined ? [element('link', { rel: 'prev-archive', href: older })] : []),
  ];
  const root =
    `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"` +
    ` xmlns:media="http://search.yahoo.com/mrss/" ${EPISODE_NAMESPACES} xml:lang="${escape(feed.language)}">`;
  return {
    head: [head.replace(/<feed [^>]*>/u, root), ...extras].join('\n    '),
    tail,
  };
}

function entry(post: Post, { siteId, siteUrl, language }: FragmentContext): string {
  const authors = post.authors.flatMap((author) => {
    const name = personName(author);
    const uri = personAddress(author);
    const email = personEmail(author);
    if (name === undefined) return [];
    return [
      {
        name: xmlJsText(name),
        ...(email !== undefined && { email: xmlJsText(email) }),
        ...(uri !== undefined && { link: uri }),
      },
    ];
  });
  const rights = postRights(post);
  const written = cutEntry(
    {
      title: '-',
      id: postId(post, siteId),
      link: postLink(post, siteUrl),
      date: new Date(post.updatedAt),
      published: new Date(post.publishedAt),
      ...(post.summary !== undefined && { description: cdata(post.summary) }),
      ...(post.content !== undefined && { content: cdata(post.content) }),
      ...(authors.length > 0 && { author: authors }),
      ...(rights !== undefined && { copyright: xmlJsText(rights) }),
    },
    (feed) => feed.atom1(),
    { open: '<entry>', close: '</entry>' },
  );
  if (!written.startsWith(ENTRY_START))
    throw new InvariantError('the feed library starts an entry in an unexpected way');
  const own = ownLanguage(post, language);
  const start = `<entry${own === undefined ? '' : ` xml:lang="${own}"`}>`;
  const body = written.slice(ENTRY_START.length, -ENTRY_END.length);
  return [start, element('title', {}, postTitle(post)) + body, ...extras(post)].join('\n        ') + ENTRY_END;
}

/** The library writes every title as HTML; ours is plain text, which all readers show as it is. */
const ENTRY_START = '<entry>\n        <title type="html"><![CDATA[-]]></title>';
const ENTRY_END = '\n    </entry>';

/**
 * Other parts of an entry that the library cannot write: tags with any character, media with their own type, the
 * origin.
 */
function extras(post: Post): string[] {
  const { source } = post;
  const image = webAddress(post.image);
  const rights = postRights(post);
  const title = sourceTitle(source);
  const home = webAddress(source.url);
  const feedUrl = webAddress(source.feedUrl);
  const originLines = [
    element('id', {}, feedUrl ?? `urn:feedmill:source:${encodeURIComponent(source.id)}`),
    element('title', {}, title),
    element('updated', {}, new Date(post.updatedAt).toISOString()),
    ...(feedUrl !== undefined ? [element('link', { rel: 'self', href: feedUrl })] : []),
    ...(home !== undefined ? [element('link', { rel: 'alternate', href: home })] : []),
    // An entry without an author gets the origin as its author (RFC 4287 §4.1.1).
    `<author>${element('name', {}, title)}</author>`,
    ...(rights !== undefined ? [element('rights', {}, rights)] : []),
  ];
  return [
    ...postTags(post).map((tag) => element('category', { term: tag })),
    ...mediaOf(post).map(({ url, type, length }) => element('link', { rel: 'enclosure', href: url, type, length })),
    ...post.alsoFrom.flatMap((also) => {
      const url = webAddress(also.url);
      return url === undefined ? [] : [element('link', { rel: 'related', href: url, title: sourceTitle(also.source) })];
    }),
    ...(image !== undefined ? [element('media:thumbnail', { url: image })] : []),
    ...episodeTags(post).map(({ name, attributes, text }) => element(name, attributes, text)),
    `<source>\n            ${originLines.join('\n            ')}\n        </source>`,
  ];
}
