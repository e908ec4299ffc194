/** How are a frame and entries joined into a document, with the position of each entry? */
import type { OutputFeed, OutputFormat, RenderedDocument } from '../../model/output.ts';
import { feedPath } from '../../model/paths.ts';
import type { Post } from '../../model/post.ts';
import type { FragmentCache } from './fragments.ts';
import type { Frame } from './library.ts';
import { selfAddress } from './addresses.ts';

export interface Layout {
  readonly format: OutputFormat;
  readonly mediaType: string;
  readonly frame: Frame;
  /** Text before an entry; `previous` is absent for the first. */
  readonly between: (post: Post, previous: Post | undefined) => string;
  /** Everything except the post that its fragment depends on. */
  readonly context: string;
  readonly write: (post: Post) => string;
}

export function buildDocument(feed: OutputFeed, layout: Layout, fragments: FragmentCache): RenderedDocument {
  const context = `${layout.format}\n${layout.context}`;
  const pieces: Uint8Array[] = [Buffer.from(layout.frame.head)];
  let at = pieces[0]?.length ?? 0;
  const entries = feed.posts.map((post, index) => {
    const { bytes, key } = fragments.of(context, post, layout.write);
    const between = Buffer.from(layout.between(post, feed.posts[index - 1]));
    at += between.length;
    pieces.push(between, bytes);
    const start = at;
    at += bytes.length;
    return { key, start, end: at };
  });
  pieces.push(Buffer.from(layout.frame.tail));
  return {
    path: feedPath(feed.scope, layout.format, feed.before),
    mediaType: layout.mediaType,
    body: Buffer.concat(pieces),
    modifiedAt: wholeSeconds(feed.updatedAt),
    serving: {
      ...(feed.maxAgeSeconds !== undefined && { maxAgeSeconds: feed.maxAgeSeconds }),
      ...(layout.format !== 'html' && { link: linkHeader(feed, layout.format), entries }),
    },
  };
}

export function wholeSeconds(epochMs: number): number {
  return Math.floor(epochMs / 1_000) * 1_000;
}

/** Links for WebSub discovery (§4), and to the page. */
function linkHeader(feed: OutputFeed, format: OutputFormat): string {
  const links = [`<${selfAddress(feed, format)}>; rel="self"`];
  if (feed.hub !== undefined && feed.before === undefined) links.push(`<${feed.hub}>; rel="hub"`);
  links.push(`<${feed.urls.html}>; rel="alternate"; type="text/html"`);
  return links.join(', ');
}
