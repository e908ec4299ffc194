/** Which of the latest posts stand in a feed, and which are left to the archive? */
import type { Post } from '../../model/post.ts';
import type { PublishSettings } from '../../model/settings.ts';
import { formatPosition, positionOf } from '../../model/paths.ts';

/** What an entry weighs beyond its text: dates, ids, addresses, markup. */
const ENTRY_BYTES = 1_500;
const FRAME_BYTES = 4_000;

export interface Window {
  readonly posts: readonly Post[];
  /** Position before which the rest is found; absent when nothing is left out. */
  readonly olderBefore?: string;
}

type Limits = Pick<PublishSettings, 'items' | 'windowMs' | 'maxFeedBytes'>;

/**
 * The newest posts: at least `items`, and all that are not older than `windowMs` before the newest one. A source that
 * has more than its share steps back for older posts of others, as far as there are others. Bytes bound it all.
 *
 * @param posts  newest first; more than can be taken, or all there are
 * @param share  largest share of one source, 0 to 1; 1 for no cap
 */
export function newestWindow(posts: readonly Post[], limits: Limits, share: number): Window {
  const { count } = reach(posts, limits);
  const wanted = share < 1 ? withShare(posts, count, share) : posts.slice(0, count);
  const taken = withinBytes(wanted, limits.maxFeedBytes);
  return { posts: taken, ...continuation(posts, taken, limits.items) };
}

/**
 * An archive page: from its position down to a post that ends pages. Which posts do is written in their ids, so
 * pages keep their borders while new posts come in above (RFC 5005 §4: archive documents do not change).
 */
export function archiveWindow(posts: readonly Post[], limits: Limits): Window {
  const least = Math.max(1, Math.floor(limits.items / 2));
  const border = posts.findIndex((post, index) => index + 1 >= least && endsPage(post, limits.items));
  const count = border === -1 ? Math.min(posts.length, limits.items * 2) : Math.min(border + 1, limits.items * 2);
  const taken = withinBytes(posts.slice(0, count), limits.maxFeedBytes);
  const last = taken.at(-1);
  if (last === undefined || taken.length === posts.length) return { posts: taken };
  return { posts: taken, olderBefore: formatPosition(positionOf(last)) };
}

/** Whether the caller must ask the store for more: it gave all it was asked for, and the window reaches further. */
export function wantsMorePosts(posts: readonly Post[], asked: number, limits: Limits): boolean {
  if (posts.length < asked) return false;
  return reach(posts, limits).complete && withinBytes(posts, limits.maxFeedBytes).length === posts.length;
}

/** How many posts the window holds, and whether it ran out of posts before its end. */
function reach(posts: readonly Post[], { items, windowMs }: Limits): { count: number; complete: boolean } {
  const newest = posts[0];
  if (newest === undefined) return { count: 0, complete: true };
  const horizon = newest.publishedAt - windowMs;
  const end = posts.findIndex((post, index) => index >= items && post.publishedAt < horizon);
  return end === -1 ? { count: posts.length, complete: true } : { count: end, complete: false };
}

function withShare(posts: readonly Post[], count: number, share: number): Post[] {
  const sources = new Set(posts.map((post) => post.source.id)).size;
  // Two sources cannot both stay below a third.
  const most = Math.max(1, Math.ceil(count * Math.max(share, 1 / sources)));
  const perSource = new Map<string, number>();
  const taken: Post[] = [];
  for (const post of posts) {
    if (taken.length === count) break;
    const sofar = perSource.get(post.source.id) ?? 0;
    if (sofar === most) continue;
    perSource.set(post.source.id, sofar + 1);
    taken.push(post);
  }
  return taken;
}

function withinBytes(posts: readonly Post[], maxFeedBytes: number): readonly Post[] {
  // Three bytes a UTF-16 unit is the most that UTF-8 takes; twice that covers what JSON escapes in markup.
  const roughly = posts.reduce((sum, post) => sum + 6 * textLength(post) + ENTRY_BYTES, FRAME_BYTES);
  if (roughly <= maxFeedBytes) return posts;
  let bytes = FRAME_BYTES;
  const end = posts.findIndex((post, index) => {
    bytes += weigh(post);
    return index > 0 && bytes > maxFeedBytes;
  });
  return end === -1 ? posts : posts.slice(0, end);
}

function textLength(post: Post): number {
  return post.title.length + (post.content?.length ?? 0) + (post.summary?.length ?? 0);
}

/** Not less than the entry takes in any format. */
function weigh(post: Post): number {
  const { title, content, summary, source, tags, authors, enclosures, alsoFrom, url, image, rights } = post;
  const meta = JSON.stringify([source, source, tags, tags, authors, enclosures, alsoFrom, url, image, rights]);
  return 2 * byteLength(title) + byteLength(content) + byteLength(summary) + Buffer.byteLength(meta) + ENTRY_BYTES;
}

function byteLength(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text));
}

/** Where the archive begins: at a page border not below the first post that was left out. */
function continuation(all: readonly Post[], taken: readonly Post[], items: number): { olderBefore?: string } {
  const leftOut = all.findIndex((post, index) => taken[index] !== post);
  if (leftOut <= 0) return {};
  const above = all.slice(0, leftOut);
  const start = above.findLast((post) => endsPage(post, items)) ?? above.at(-1);
  return start === undefined ? {} : { olderBefore: formatPosition(positionOf(start)) };
}

/** One post in about a quarter of a page. */
function endsPage(post: Post, items: number): boolean {
  return Number.parseInt(post.id.slice(-6), 16) % Math.max(1, Math.floor(items / 4)) === 0;
}
