/** How are all posts of a source removed, also of one that is no longer configured? */
import { StoreError } from '../../model/errors.ts';
import type { Post } from '../../model/post.ts';
import type { Category, Settings } from '../../model/settings.ts';
import type { AssignedCategories } from '../../ports/assigned-categories.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Posts, StoredStory } from '../../ports/posts.ts';
import { preferPrimary, tellStory } from '../../stages/classify/stories.ts';
import { archiveKeys } from './remove-post.ts';

export interface PurgeDeps {
  readonly posts: Pick<Posts, 'latest' | 'stories' | 'remove' | 'save'>;
  readonly outbox: Pick<Outbox, 'markDirty'>;
  readonly categories: readonly Pick<Category, 'slug' | 'primary'>[];
}

export interface Purged {
  readonly removed: number;
  /** Stories that other sources report too: they stay, without this source. */
  readonly kept: number;
}

const BATCH = 200;
const MOST_ATTEMPTS = 8;

/**
 * Removes the posts of a source, and leaves tombstones: entries that it still lists are not new again. The caller
 * publishes the dirty keys. May be repeated.
 */
export async function purgeSource(sourceId: string, deps: PurgeDeps, now: number): Promise<Purged> {
  const { posts, outbox } = deps;
  let removed = 0;
  let kept = 0;
  for (let attempt = 0, before: Pick<Post, 'publishedAt' | 'id'> | undefined; ;) {
    const scope = { kind: 'source', id: sourceId } as const;
    const found = await posts.latest({ scope, limit: BATCH, ...(before !== undefined && { before }) });
    const last = found.at(-1);
    if (last === undefined) return { removed, kept };
    const stories = await posts.stories(found.map(({ id }) => id));
    const judged = stories.map((story) => ({ story, write: withoutSource(story, sourceId, deps, now) }));
    const gone = judged.filter(({ write }) => write === undefined).map(({ story }) => story.id);
    await posts.remove(gone);
    const writes = judged.flatMap(({ write }) => write ?? []);
    const refused = await posts.save(writes, now);
    await outbox.markDirty([...new Set(found.flatMap(archiveKeys))]);
    removed += gone.length;
    kept += writes.length - refused.length;
    // A batch that other workers changed meanwhile is read again.
    if (refused.length === 0) {
      before = { publishedAt: last.publishedAt, id: last.id };
      attempt = 0;
    } else if ((attempt += 1) > MOST_ATTEMPTS) {
      throw new StoreError(`posts of ${sourceId} were changed by other workers in every attempt`);
    }
  }
}

export interface RemovedSourcesDeps extends Omit<PurgeDeps, 'categories'> {
  readonly assigned: AssignedCategories;
}

/** Purges sources that left the config longer ago than `keep.removedSources`. May be repeated. */
export async function purgeRemovedSources(
  { keep, categories, sources }: Pick<Settings, 'keep' | 'categories' | 'sources'>,
  deps: RemovedSourcesDeps,
  now: number,
): Promise<readonly string[]> {
  const configured = new Set(sources.map(({ id }) => id));
  const gone = [...(await deps.assigned.read()).keys()].filter((id) => !configured.has(id));
  const since = await deps.assigned.noteUnlisted(gone, now);
  const { removedSourcesMs } = keep;
  if (removedSourcesMs === undefined) return [];
  const due = gone.filter((id) => now - (since.get(id) ?? now) >= removedSourcesMs);
  for (const id of due) await purgeSource(id, { ...deps, categories }, now);
  await deps.assigned.forget(due);
  return due;
}

/** The story without this source; undefined if no other source reports it. */
function withoutSource({ post, tellings, version }: StoredStory, sourceId: string, deps: PurgeDeps, now: number) {
  if (post === undefined) return undefined;
  const rest = tellings.flatMap(({ telling }) => (telling.source.id === sourceId ? [] : [telling]));
  if (rest.length === 0) return undefined;
  const after = tellStory(post, rest, preferPrimary(deps.categories), { announced: false, now });
  return { post: after, expectedVersion: version, tellings: rest };
}
