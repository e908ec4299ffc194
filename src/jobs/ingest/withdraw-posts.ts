/** Which published posts of a document do the rules of a new config drop? */
import type { Posts } from '../../ports/posts.ts';
import { applyRules, type CompiledRules } from '../../stages/filter/filter.ts';
import { lookupOf, matchEntries } from '../../stages/identify/match.ts';
import type { Dropped, Withdrawn } from './trace-events.ts';

/**
 * Withdraws posts that were published and are dropped now. Rules on age are evaluated as of the day on which the post
 * was added, so that time alone withdraws nothing. A post that other sources report too stays. If the rules keep the
 * entry later, it is new again, with the same id.
 */
export async function withdrawPosts(
  dropped: readonly Dropped[],
  sourceId: string,
  rules: CompiledRules,
  posts: Posts,
): Promise<readonly Withdrawn[]> {
  if (dropped.length === 0) return [];
  const entries = dropped.map(({ entry }) => entry);
  const known = matchEntries(entries, await posts.lookUp(entries.map(lookupOf)));
  const found = await posts.get(known.map(({ id }) => id));
  const withdrawn = dropped.flatMap((drop, index): readonly Withdrawn[] => {
    const stored = known[index]?.stored;
    const post = found[index];
    const isOwn = stored?.tombstone === false && stored.storyId === undefined && post?.id === known[index]?.id;
    if (post === undefined || !isOwn || post.source.id !== sourceId || post.alsoFrom.length > 0) return [];
    const [asOfThen] = applyRules([drop.entry.draft], rules, post.firstSeenAt);
    return asOfThen?.kind === 'drop' ? [{ ...drop, post }] : [];
  });
  await posts.withdraw(withdrawn.map(({ post }) => post.id));
  return withdrawn;
}
