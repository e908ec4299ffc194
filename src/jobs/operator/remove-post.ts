/** How is a post removed permanently, and how is that undone? */
import { StoreError } from '../../model/errors.ts';
import type { FeedScope } from '../../model/output.ts';
import type { Post } from '../../model/post.ts';
import { scopeKey } from '../../model/scope.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Posts, StoredStory } from '../../ports/posts.ts';
import { removedStory, type Takedown, type Takedowns } from '../../ports/takedowns.ts';
import type { Trace } from '../../ports/trace.ts';
import { keysMeant, lookupKeys } from '../../stages/identify/lookups.ts';
import { takedownKeysOf } from '../../stages/identify/takedown-keys.ts';

export interface RemoveDeps {
  readonly posts: Pick<Posts, 'stories' | 'remove' | 'save' | 'lookUp' | 'versions'>;
  readonly takedowns: Takedowns;
  readonly outbox: Pick<Outbox, 'markDirty'>;
  readonly trace: Trace;
}

const MOST_ATTEMPTS = 8;

/**
 * Removes the posts from every feed, page and copy, and bars their entries permanently, under any guid, link or text.
 * The caller publishes the dirty keys. May be repeated.
 *
 * @param what  a post's id or address, or an entry's link or guid
 * @returns     the removed posts; none if `what` is unknown
 */
export async function removePosts(
  what: string,
  why: string | undefined,
  deps: RemoveDeps,
  now: number,
): Promise<readonly Post[]> {
  const { posts, takedowns, outbox, trace } = deps;
  const stories = await storiesMeant(what, deps, now);
  const removed: Post[] = [];
  for (const story of stories) {
    const removedText = removedStory(story);
    if (removedText === undefined) continue;
    const { post, tellings } = removedText;
    const keys = [...new Set([post, ...tellings].flatMap(takedownKeysOf))];
    const takedown = { id: post.id, sourceId: post.source.id, at: now, ...(why !== undefined && { why }), keys };
    // Barred before it is removed, so that entries that arrive in between stay out.
    await takedowns.add(takedown, removedText);
    await posts.remove([post.id]);
    await outbox.markDirty(archiveKeys(post));
    removed.push(post);
  }
  await trace.note(
    removed.map((post) => ({
      at: now,
      postId: post.id,
      sourceId: post.source.id,
      decision: { kind: 'removed', ...(why !== undefined && { why }) },
      lookups: lookupKeys(post),
    })),
    now,
  );
  return removed;
}

export type Restored =
  | { readonly kind: 'published'; readonly post: Post }
  /** Its text is not kept any more: it is published when its source offers it. */
  | { readonly kind: 'allowed'; readonly takedown: Takedown }
  | { readonly kind: 'unknown' };

/** Undoes `removePosts`. May be repeated after a failure. */
export async function restorePost(what: string, deps: RemoveDeps, now: number): Promise<Restored> {
  const { posts, takedowns, outbox, trace } = deps;
  const traced = await trace.find(keysMeant(what), now);
  const ids = [...new Set([...keysMeant(what), ...traced.events.map(({ postId }) => postId)])];
  const takedown = (await takedowns.get(ids)).find((found) => found !== undefined);
  if (takedown === undefined) return { kind: 'unknown' };
  const { id, sourceId } = takedown;
  const note = (lookups: readonly string[]) =>
    trace.note([{ at: now, postId: id, sourceId, decision: { kind: 'restored' }, lookups }], now);
  const story = await takedowns.story(id);
  if (story === undefined) {
    await takedowns.drop(id);
    await note([]);
    return { kind: 'allowed', takedown };
  }
  const { post, tellings } = story;
  for (let attempt = 1; ; attempt += 1) {
    if (attempt > MOST_ATTEMPTS) throw new StoreError(`the post ${id} was changed by other workers in every attempt`);
    const [version = 0] = await posts.versions([id]);
    if ((await posts.save([{ post, expectedVersion: version, tellings }], now)).length === 0) break;
  }
  await outbox.markDirty(archiveKeys(post));
  // Last, so that a failure before it can be repeated. Saving the post has replaced its tombstone.
  await takedowns.drop(id);
  await note(lookupKeys(post));
  return { kind: 'published', post };
}

/** By id, by link, and by the trace of the last 30 days. */
async function storiesMeant(
  what: string,
  { posts, trace }: Pick<RemoveDeps, 'posts' | 'trace'>,
  now: number,
): Promise<readonly StoredStory[]> {
  const keys = keysMeant(what);
  const { events } = await trace.find(keys, now);
  const [answer] = await posts.lookUp([{ ids: [], keys, sourceKey: '0'.repeat(16), titleKey: '0'.repeat(8) }]);
  const linked = (answer?.keys ?? []).flatMap((entry) => entry?.id ?? []);
  const ids = new Set([...keys, ...events.map(({ postId }) => postId), ...linked]);
  const found = await posts.stories([...ids]);
  return [...new Map(found.map((story) => [story.id, story])).values()].filter(({ post }) => post !== undefined);
}

/** Archive pages of a copy that may show it, in every scope of the post. */
export function archiveKeys(post: Post): readonly string[] {
  const sourceIds = new Set([post.source.id, ...post.alsoFrom.map(({ source }) => source.id)]);
  const scopes: readonly FeedScope[] = [
    { kind: 'all' },
    ...post.categories.map((slug): FeedScope => ({ kind: 'category', slug })),
    ...post.tags.map((tag): FeedScope => ({ kind: 'tag', tag })),
    ...[...sourceIds].map((id): FeedScope => ({ kind: 'source', id })),
  ];
  return scopes.map((scope) => `archive:${scopeKey(scope)}`);
}
