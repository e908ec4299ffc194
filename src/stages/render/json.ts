/** How is a feed written as JSON Feed 1.1? */
import { Feed } from 'feed';
import type { OutputFeed, RenderedDocument } from '../../model/output.ts';
import type { Post, PostSource } from '../../model/post.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import {
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
  webAddress,
} from './addresses.ts';
import { buildDocument } from './document.ts';
import type { FragmentCache } from './fragments.ts';
import { cutEntry, cutFrame, extension, type Frame } from './library.ts';
import { clean } from './xml.ts';

export function renderJson(feed: OutputFeed, fragments: FragmentCache): RenderedDocument {
  const context = { siteId: feed.siteId, siteUrl: feed.siteUrl, language: feed.language };
  return buildDocument(
    feed,
    {
      format: 'json',
      mediaType: 'application/feed+json; charset=utf-8',
      frame: frame(feed),
      between: (_post, previous) => (previous === undefined ? '\n        ' : ',\n        '),
      context: `${context.siteId}\n${context.siteUrl}\n${context.language}`,
      write: (post) => item(post, context),
    },
    fragments,
  );
}

function frame(feed: OutputFeed): Frame {
  const older = olderAddress(feed, 'json');
  const document = new Feed({
    title: clean(feed.title),
    link: feed.urls.html,
    ...(feed.description !== undefined && { description: clean(feed.description) }),
    feedLinks: { json: selfAddress(feed, 'json') },
  });
  // A name the library writes itself is written over in its place.
  document.addExtension(extension('version', 'https://jsonfeed.org/version/1.1'));
  document.addExtension(extension('language', feed.language));
  if (older !== undefined) document.addExtension(extension('next_url', older));
  if (feed.hub !== undefined) document.addExtension(extension('hubs', [{ type: 'WebSub', url: feed.hub }]));
  const { head, tail } = cutFrame(document.json1(), ']\n}');
  return { head, tail: feed.posts.length === 0 ? tail : `\n    ${tail}` };
}

function item(post: Post, { siteId, siteUrl, language }: FragmentContext): string {
  const authors = post.authors.flatMap((author) => {
    const name = personName(author);
    const email = personEmail(author);
    const url = personAddress(author) ?? (email === undefined ? undefined : `mailto:${email}`);
    return name === undefined ? [] : [{ name: clean(name), ...(url !== undefined && { url }) }];
  });
  const attachments = mediaOf(post).map(({ url, type, length }) => ({ url, mime_type: type, size_in_bytes: length }));
  const image = webAddress(post.image);
  const rights = postRights(post);
  const tags = postTags(post);
  const lang = ownLanguage(post, language);
  const html = post.content ?? post.summary;
  const written = cutEntry(
    {
      id: postId(post, siteId),
      title: postTitle(post),
      link: postLink(post, siteUrl),
      date: new Date(post.updatedAt),
      published: new Date(post.publishedAt),
      ...(html !== undefined && { content: clean(html) }),
      ...(post.summary !== undefined && post.content !== undefined && { description: clean(htmlToText(post.summary)) }),
      ...(image !== undefined && { image }),
      ...(tags.length > 0 && { category: tags.map((name) => ({ name })) }),
      extensions: [
        // One of the two must be there (JSON Feed 1.1 items.content_html).
        ...(html === undefined ? [extension('content_text', '')] : []),
        ...(authors.length > 0 ? [extension('authors', authors)] : []),
        ...(lang !== undefined ? [extension('language', lang)] : []),
        ...(attachments.length > 0 ? [extension('attachments', attachments)] : []),
        extension('_feedmill', {
          about: `${siteUrl}/`,
          origin: origin(post.source),
          ...(post.alsoFrom.length > 0 && {
            alsoFrom: post.alsoFrom.map((also) => ({
              ...origin(also.source),
              ...(also.url !== undefined && { item_url: also.url }),
              ...(also.title !== undefined && { item_title: clean(also.title) }),
            })),
          }),
          ...(rights !== undefined && { rights: clean(rights) }),
          revision: post.revision,
        }),
      ],
    },
    (feed) => itemsOf(feed),
    { open: '{', close: '}' },
  );
  // The library indents; a kilobyte of spaces an entry serves nobody.
  return JSON.stringify(JSON.parse(written));
}

function itemsOf(feed: Feed): string {
  const document = feed.json1();
  const start = document.indexOf('"items": [');
  return document.slice(start, document.lastIndexOf(']'));
}

function origin(source: PostSource): Readonly<Record<string, string>> {
  return {
    id: source.id,
    ...(source.title !== undefined && { title: clean(source.title) }),
    ...(source.url !== undefined && { url: source.url }),
    ...(source.feedUrl !== '' && { feed_url: source.feedUrl }),
  };
}
