/** Which of the latest posts are in a feed, and which are only in the archive? */
import type { Post } from '../../model/post.ts';
import type { PublishSettings } from '../../model/settings.ts';
import { formatPosition, positionOf } from '../../model/paths.ts';

/** Size of an entry in addition to its text: dates, ids, addresses, markup. */
const ENTRY_BYTES = 1_500;
const FRAME_BYTES = 4_000;

export interface Window {
  readonly posts: readonly Post[];
  /** Position before which older posts are found; absent if there are none. */
  readonly olderBefore?: string;
}

type Limits = Pick<PublishSettings, 'items' | 'windowMs' | 'maxFeedBytes'>;

/**
 * The newest posts: at least `items`, and all that are at most `windowMs` older than the newest one. Posts of a source
 * above its share are replaced by older posts of other sources, if there are any. The size in bytes is limited too.
 *
 * @param posts  newest first; more than can be taken, or all
 * @param share  largest share of one source, 0 to 1; 1 for no limit
 */
export function newestWindow(posts: readonly Post[], limits: Limits, share: number): Window {
  const { count } = reach(posts, limits);
  const wanted = share < 1 ? withShare(posts, count, share) : posts.slice(0, count);
  const taken = withinBytes(wanted, limits.maxFeedBytes);
  return { posts: taken, ...continuation(posts, taken, limits.items) };
}

/**
 * An archive page: from its position down to the next post that ends pages. Which posts end pages depends only on
 * their ids, so pages keep their borders while new posts are added above (RFC 5005 §4: archive documents do not
 * change), and pages with different starts end at the same post: when a feed moves on, only one page changes.
 */
export function archiveWindow(posts: readonly Post[], limits: Limits): Window {
  const border = posts.findIndex((post) => isBorder(post, 2 * borderDistance(limits.items)));
  const count = border === -1 ? Math.min(posts.length, limits.items * 2) : Math.min(border + 1, limits.items * 2);
  const taken = withinBytes(posts.slice(0, count), limits.maxFeedBytes);
  const last = taken.at(-1);
  if (last === undefined || taken.length === posts.length) return { posts: taken };
  return { posts: taken, olderBefore: formatPosition(positionOf(last)) };
}

/** True if the store gave all posts that were requested and the window needs more. */
export function wantsMorePosts(posts: readonly Post[], asked: number, limits: Limits): boolean {
  if (posts.length < asked) return false;
  return reach(posts, limits).complete && withinBytes(posts, limits.maxFeedBytes).length === posts.length;
}

/** Number of posts in the window, and whether its end was reached. */
function reach(posts: readonly Post[], { items, windowMs }: Limits): { count: number; complete: boolean } {
  const newest = posts[0];
  if (newest === undefined) return { count: 0, complete: true };
  const horizon = newest.publishedAt - windowMs;
  const end = posts.findIndex((post, index) => index >= items && post.publishedAt < horizon);
  return end === -1 ? { count: posts.length, complete: true } : { count: end, complete: false };
}

function withShare(posts: readonly Post[], count: number, share: number): Post[] {
  const sources = new Set(posts.map((post) => post.source.id)).size;
  // Two sources cannot both have less than a third.
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
  // UTF-8 takes at most three bytes for a UTF-16 code unit; twice that covers escaped markup in JSON.
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

/** An upper bound of the entry's size in any format. */
function weigh(post: Post): number {
  const { title, content, summary, source, tags, authors, enclosures, episode, alsoFrom, url, image, rights } = post;
  const twice = [source, tags, episode, image];
  const meta = JSON.stringify([twice, twice, authors, enclosures, alsoFrom, url, rights]);
  return 2 * byteLength(title) + byteLength(content) + byteLength(summary) + Buffer.byteLength(meta) + ENTRY_BYTES;
}

function byteLength(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(JSON.stringify(text));
}

/** Start of the archive: a page border not below the first post that was left out. */
function continuation(all: readonly Post[], taken: readonly Post[], items: number): { olderBefore?: string } {
  const leftOut = all.findIndex((post, index) => taken[index] !== post);
  if (leftOut <= 0) return {};
  const above = all.slice(0, leftOut);
  const start = above.findLast((post) => isBorder(post, borderDistance(items))) ?? above.at(-1);
  return start === undefined ? {} : { olderBefore: formatPosition(positionOf(start)) };
}

/** Average number of posts between two possible starts of an archive; every second one ends a page. */
function borderDistance(items: number): number {
  return Math.max(1, Math.floor(items / 4));
}

/** One post in this many. */
function isBorder(post: Post, distance: number): boolean {
  return Number.parseInt(post.id.slice(-6), 16) % distance === 0;
}
