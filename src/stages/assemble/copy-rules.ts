/** Which documents does a static copy hold, and in which compressed forms? */
import type { Encoding } from '../../model/output.ts';
import { isArchivePath, postIdFromPath, tagHasPages } from '../../model/paths.ts';
import type { CopySettings } from '../../model/settings.ts';
import { collapsed } from '../../syntax/text/white-space.ts';

/** One packet holds a file of this size: to compress it saves neither a round trip nor a block on the disk. */
const LEAST_BYTES = 1_400;

/**
 * The forms that stand beside a file. Archive pages and pages of posts are many and seldom read: they stand there once,
 * and a host that wants to compress them does so as it sends them.
 */
export function copyEncodings(path: string, bytes: number, { encodings }: CopySettings): readonly Encoding[] {
  return bytes < LEAST_BYTES || isArchivePath(path) || postIdFromPath(path) !== undefined ? [] : encodings;
}

/**
 * Whether a tag has pages in a static copy, and links to them on pages of posts. Feeds of other tags are rendered when
 * they are requested from the web server.
 *
 * @param count  of its posts
 */
export function isListedTag(tag: string, count: number, { tags: { minPosts, list } }: CopySettings): boolean {
  if (count === 0 || !tagHasPages(tag)) return false;
  return (minPosts > 0 && count >= minPosts) || list.includes(collapsed(tag));
}
