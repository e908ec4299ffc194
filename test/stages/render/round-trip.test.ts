/** Are posts the same after our own parser has read the feeds we made of them? */
import { fc } from '../../support/seeded.ts';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/model/feed.ts';
import type { Post } from '../../../src/model/post.ts';
import { decodeTerminatedReferences } from '../../../src/syntax/html/references.ts';
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
    // Titles of JSON Feed are plain, but references in them are read, as many programs write them.
    title: folded(format === 'json' ? decodeTerminatedReferences(postTitle(post)) : postTitle(post)).replaceAll(
      '\u200c',
      '',
    ),
    text: sameHtml(post.content ?? post.summary),
    published: wholeSeconds(post.publishedAt),
    updated: wholeSeconds(post.updatedAt),
    tags: postTags(post),
    media: mediaOf(post).map(({ url, length }) => [url, length ?? 0]),
    // In Atom, whoever has no author of his own is by the origin.
    authors: (format === 'atom' && names.length === 0 ? [sourceTitle(post.source)] : names).map(folded),
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
    authors: entry.authors.flatMap((author) => personName(author) ?? []).map(folded),
    image: webAddress(post.image) === undefined ? undefined : entry.image,
    rights: entry.rights,
  };
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
