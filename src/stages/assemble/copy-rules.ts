/** Which documents does a static copy contain, and in which compressed forms? */
import type { Encoding } from '../../model/output.ts';
import { isArchivePath, postIdFromPath, tagHasPages } from '../../model/paths.ts';
import type { CopySettings } from '../../model/settings.ts';
import { collapsed } from '../../syntax/text/white-space.ts';

/** A file of this size fits into one packet: compressing it saves neither a round trip nor a disk block. */
const LEAST_BYTES = 1_400;

/**
 * The compressed forms beside a file. Archive pages and pages of posts are many and rarely read: they are only stored
 * uncompressed, and a host may compress them when it sends them.
 */
export function copyEncodings(path: string, bytes: number, { encodings }: CopySettings): readonly Encoding[] {
  return bytes < LEAST_BYTES || isArchivePath(path) || postIdFromPath(path) !== undefined ? [] : encodings;
}

/**
 * Whether a tag has pages in a static copy, and links to them on pages of posts. Feeds of other tags are rendered by
 * the web server on request.
 *
 * @param count  number of its posts
 */
export function isListedTag(tag: string, count: number, { tags: { minPosts, list } }: CopySettings): boolean {
  if (count === 0 || !tagHasPages(tag)) return false;
  return (minPosts > 0 && count >= minPosts) || list.includes(collapsed(tag));
}
