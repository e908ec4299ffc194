/** How is a feed written as JSON Feed 1.1? */
import { Feed } from 'feed';
import type { Episode } from '../../model/feed.ts';
import type { OutputFeed, RenderedDocument } from '../../model/output.ts';
import type { Post, PostSource } from '../../model/post.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import {
  contextKey,
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
import { guardedReferences } from './guarded-title.ts';
import { isRecording } from './episode.ts';
import type { FragmentCache } from './fragments.ts';
import { cutEntry, cutFrame, extension, type Frame } from './library.ts';
import { clean } from './xml.ts';

export function renderJson(feed: OutputFeed, fragments: FragmentCache): RenderedDocument {
  return buildDocument(
    feed,
    {
      format: 'json',
      mediaType: 'application/feed+json; charset=utf-8',
      frame: frame(feed),
      between: (_post, previous) => (previous === undefined ? '\n        ' : ',\n        '),
      context: contextKey(feed),
      write: (post) => item(post, feed),
    },
    fragments,
  );
}

function frame(feed: OutputFeed): Frame {
  const older = olderAddress(feed, 'json');
  const document = new Feed({
    title: guardedReferences(clean(feed.title)),
    link: feed.urls.html,
    ...(feed.description !== undefined && { description: clean(feed.description) }),
    feedLinks: { json: selfAddress(feed, 'json') },
  });
  // A key that the library writes itself is replaced in place.
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
    if (name === undefined && url === undefined) return [];
    return [{ ...(name !== undefined && { name: guardedReferences(clean(name)) }), ...(url !== undefined && { url }) }];
  });
  const attachments = attachmentsOf(post);
  const episode = episodeOf(post);
  const image = webAddress(post.image);
  const rights = postRights(post);
  const tags = postTags(post);
  const lang = ownLanguage(post, language);
  const html = post.content ?? post.summary;
  const written = cutEntry(
    {
      id: postId(post, siteId),
      title: guardedReferences(postTitle(post)),
      link: postLink(post, siteUrl),
      date: new Date(post.updatedAt),
      published: new Date(post.publishedAt),
      ...(html !== undefined && { content: clean(html) }),
      ...(post.summary !== undefined && post.content !== undefined && { description: clean(htmlToText(post.summary)) }),
      ...(image !== undefined && { image }),
      ...(tags.length > 0 && { category: tags.map((name) => ({ name })) }),
      extensions: [
        // One of the two is required (JSON Feed 1.1 items.content_html).
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
          ...(episode !== undefined && { episode }),
          revision: post.revision,
        }),
      ],
    },
    (feed) => itemsOf(feed),
    { open: '{', close: '}' },
  );
  // The library indents, which adds a kilobyte of spaces per entry.
  return JSON.stringify(JSON.parse(written));
}

/** What JSON Feed has no fields for, under the names of the post. */
function episodeOf({ episode }: Post): Episode | undefined {
  if (episode === undefined) return undefined;
  const { image, transcripts = [], chapters, ...plain } = episode;
  const cover = webAddress(image);
  const chaptersUrl = webAddress(chapters?.url);
  const files = transcripts.flatMap((transcript) => {
    const url = webAddress(transcript.url);
    return url === undefined ? [] : [{ ...transcript, url }];
  });
  return {
    ...plain,
    ...(cover !== undefined && { image: cover }),
    ...(files.length > 0 && { transcripts: files }),
    ...(chaptersUrl !== undefined && { chapters: { ...chapters, url: chaptersUrl } }),
  };
}

/** The length of an episode is that of its recording. */
function attachmentsOf(post: Post): readonly object[] {
  const media = mediaOf(post);
  const episode = media.find(isRecording);
  return media.map((attachment) => {
    const { url, type, length, durationSeconds } = attachment;
    const seconds = durationSeconds ?? (attachment === episode ? post.episode?.durationSeconds : undefined);
    return { url, mime_type: type, size_in_bytes: length, duration_in_seconds: seconds };
  });
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
