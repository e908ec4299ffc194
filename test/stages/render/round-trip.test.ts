/** Are posts the same after our own parser has read the feeds we made of them? */
import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import type { Entry, Episode } from '../../../src/model/feed.ts';
import type { Post } from '../../../src/model/post.ts';
import { parseDocument } from '../../../src/stages/parse/parse.ts';
import {
  mediaOf,
  personName,
  postId,
  postLink,
  postRights,
  postTags,
  postTitle,
  sourceTitle,
  webAddress,
} from '../../../src/stages/render/addresses.ts';
import { createFragmentCache } from '../../../src/stages/render/fragments.ts';
import { renderers } from '../../../src/stages/render/renderers.ts';
import { cdata, clean } from '../../../src/stages/render/xml.ts';
import { anyPosts } from './arbitrary-posts.ts';
import { sampleFeed, samplePost, sampleSettings, T0 } from './samples.ts';

const SITE = 'https://news.example.org';

function readBack(posts: readonly Post[], format: 'rss' | 'atom' | 'json'): readonly Entry[] {
  const { body, mediaType } = renderers[format](sampleFeed(posts), createFragmentCache());
  const outcome = parseDocument({ bytes: body, contentType: mediaType, now: T0, limits: sampleSettings().limits });
  if (outcome.kind !== 'feed') throw new Error(outcome.failure.message);
  return outcome.feed.entries;
}

const FORMATS = ['rss', 'atom', 'json'] as const;

/**
 * What a post says, as far as the format can say it: white space in plain text and fractions of a second do not count,
 * nor does a picture that the reader finds in the text where the post names none.
 */
function saidBy(post: Post, format: string) {
  const names = post.authors.flatMap((author) => personName(author) ?? []);
  return {
    id: postId(post, SITE),
    link: postLink(post, SITE),
    title: folded(postTitle(post)).replaceAll('\u200c', ''),
    text: sameHtml(post.content ?? post.summary),
    published: wholeSeconds(post.publishedAt),
    updated: wholeSeconds(post.updatedAt),
    tags: postTags(post),
    media: mediaOf(post).map(({ url, length }) => [url, length ?? 0]),
    // Except in JSON Feed, an entry without an author is by the origin.
    authors: (format !== 'json' && names.length === 0 ? [sourceTitle(post.source)] : names).map(folded),
    episode: format === 'json' ? undefined : episodeSaid(post),
    image: webAddress(post.image),
    // JSON Feed has no field for rights but ours.
    rights: format === 'json' ? undefined : postRights(post),
  };
}

function readIn(entry: Entry, post: Post) {
  return {
    id: entry.id,
    link: entry.link,
    // What keeps RSS titles from being taken for markup shows nothing.
    title: folded(entry.title ?? '').replaceAll('\u200c', ''),
    text: sameHtml((entry.content ?? entry.summary)?.html),
    published: wholeSeconds(entry.published ?? Number.NaN),
    updated: wholeSeconds(entry.updated ?? entry.published ?? Number.NaN),
    tags: entry.categories,
    media: entry.enclosures.map(({ url, length }) => [url, length ?? 0]),
    authors: entry.authors.flatMap((author) => folded(personName(author) ?? '').replaceAll('\u200c', '')),
    episode: entry.episode && withoutTypes(entry.episode),
    image: webAddress(post.image) === undefined ? undefined : entry.image,
    rights: entry.rights,
  };
}

/** Media types that are missing are guessed when they are written. */
function withoutTypes({ transcripts, chapters, ...rest }: Episode) {
  return {
    ...rest,
    ...(transcripts !== undefined && { transcripts: transcripts.map(({ type: _, ...file }) => file) }),
    ...(chapters !== undefined && { chapters: chapters.url }),
  };
}

/** Addresses that can be followed, each once; an episode without a cover has the picture of the post. */
function episodeSaid({ episode, image }: Post) {
  if (episode === undefined) return undefined;
  const { image: own, transcripts = [], chapters, ...rest } = episode;
  const cover = webAddress(own) ?? webAddress(image);
  const files = transcripts.flatMap((file) =>
    webAddress(file.url) === undefined ? [] : { ...file, url: webAddress(file.url) ?? '' },
  );
  const once = files.filter(({ url }, index) => files.findIndex((file) => file.url === url) === index);
  const chaptersUrl = webAddress(chapters?.url);
  const said = withoutTypes({
    ...rest,
    ...(cover !== undefined && { image: cover }),
    ...(once.length > 0 && { transcripts: once }),
    ...(chaptersUrl !== undefined && { chapters: { url: chaptersUrl } }),
  });
  return Object.keys(said).length > 0 ? said : undefined;
}

/** What a CDATA section cannot hold has another spelling in HTML. */
function sameHtml(html: string | undefined): string | undefined {
  return html === undefined ? undefined : cdata(html).trim();
}

function folded(text: string): string {
  return clean(text).replace(/\s+/gu, ' ').trim();
}

function wholeSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1_000);
}

/** Names as people have them; what a reader makes of an address in the place of a name is its own affair. */
const author = fc.record({
  name: fc.constantFrom('新华社', "O'Neill & Söhne", '李 四', 'Müller', 'AT&amp;T'),
  uri: fc.constantFrom('https://origin.example/a', 'https://新闻.example/张三'),
});
const anyPostsWithAuthors = fc
  .tuple(anyPosts, fc.array(author, { maxLength: 3 }))
  .map(([posts, authors]) =>
    posts.map((post) => ({ ...post, authors: [...new Map(authors.map((a) => [a.name, a])).values()] })),
  );

describe.each(FORMATS)('a post read back from the %s feed', (format) => {
  it('says what it said', () => {
    fc.assert(
      fc.property(anyPostsWithAuthors, (posts) => {
        const entries = readBack(posts, format);
        expect(entries.map((entry, index) => readIn(entry, posts[index] ?? samplePost(0)))).toEqual(
          posts.map((post) => saidBy(post, format)),
        );
      }),
    );
  });
});
