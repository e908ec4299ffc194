/** How many posts has each tag, where pages of its own are decided on? */
import { tagNameKey } from '../../model/paths.ts';
import type { Posts } from '../../ports/posts.ts';
import type { SiteFacts } from '../../ports/site-facts.ts';

export interface TagCountDeps {
  readonly posts: Pick<Posts, 'count'>;
  readonly siteFacts: Pick<SiteFacts, 'listedTags'>;
}

/**
 * Of tags that differ in letter case only, the one that had pages first keeps them: file systems that ignore case hold one
 * file for all. The others count as if they had no posts.
 *
 * @returns in the order of the tags
 */
export async function countsForPages(
  tags: readonly string[],
  { posts, siteFacts }: TagCountDeps,
): Promise<readonly number[]> {
  const [counts, owners] = await Promise.all([
    Promise.all(tags.map((tag) => posts.count({ kind: 'tag', tag }))),
    siteFacts.listedTags(tags.map(tagNameKey)),
  ]);
  return tags.map((tag, index) => {
    const owner = owners[index];
    return owner === undefined || owner === tag ? (counts[index] ?? 0) : 0;
  });
}
