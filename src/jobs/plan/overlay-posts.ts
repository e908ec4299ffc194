/** What would the store contain after these writes? Reads the store and keeps the writes in memory. */
import { isInScope } from '../../model/scope.ts';
import type { Post } from '../../model/post.ts';
import type { LatestQuery, Posts, PostWrite, StoredStory } from '../../ports/posts.ts';

/** A post that would change; `before` is absent for a new one, `after` for one that would be removed. */
export interface PlannedChange {
  readonly before?: Post;
  readonly after?: Post;
}

export interface PlannedPosts extends Posts {
  /** By the post's id. */
  changes(): ReadonlyMap<string, PlannedChange>;
}

export function planOver(posts: Posts): PlannedPosts {
  const changes = new Map<string, PlannedChange>();
  const stories = new Map<string, StoredStory>();

  async function change(id: string, after: Post | undefined): Promise<void> {
    const before = changes.has(id) ? changes.get(id)?.before : (await posts.get([id])).find((post) => post?.id === id);
    changes.set(id, { ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
  }

  async function save(writes: readonly PostWrite[]): Promise<readonly string[]> {
    for (const { post, tellings, joins = [], expectedVersion } of writes) {
      await change(post.id, post);
      const known = stories.get(post.id) ?? (await posts.stories([post.id]))[0];
      const stored = tellings?.map((telling) => ({ telling, version: 0 })) ?? known?.tellings ?? [];
      stories.set(post.id, { id: post.id, version: expectedVersion + 1, tombstone: false, post, tellings: stored });
      // A post that is joined to a story is no longer a post of its own.
      for (const { id } of joins) if (id !== post.id) await change(id, undefined);
    }
    return [];
  }

  async function gone(ids: readonly string[]): Promise<void> {
    for (const id of ids) await change(id, undefined);
  }

  async function latest(query: LatestQuery): Promise<readonly Post[]> {
    const stored = await posts.latest({ ...query, limit: query.limit + changes.size });
    const planned = [...changes.values()].flatMap(({ after }) =>
      after !== undefined && isAsked(after, query) ? [after] : [],
    );
    return [...stored.filter(({ id }) => !changes.has(id)), ...planned].sort(newestFirst).slice(0, query.limit);
  }

  return {
    lookUp: (lookups) => posts.lookUp(lookups),
    // A plan reads each document once, so that the keys are not read again.
    assignKeys: () => Promise.resolve(),
    save,
    get: async (ids) => {
      const stored = await posts.get(ids);
      return ids.map((id, index) => (changes.has(id) ? changes.get(id)?.after : stored[index]));
    },
    stories: async (ids) => {
      const stored = await posts.stories(ids);
      return stored.map((story) => stories.get(story.id) ?? story);
    },
    latest,
    oldest: (query) => posts.oldest(query),
    versions: (ids) => posts.versions(ids),
    count: async (scope) => {
      const counted = (post: Post | undefined): number => (post !== undefined && isInScope(post, scope) ? 1 : 0);
      const difference = [...changes.values()].reduce((sum, one) => sum + counted(one.after) - counted(one.before), 0);
      return (await posts.count(scope)) + difference;
    },
    remove: gone,
    withdraw: gone,
    changes: () => changes,
  };
}

function isAsked(post: Post, { scope, since, before }: LatestQuery): boolean {
  return (
    isInScope(post, scope) &&
    (since === undefined || post.publishedAt >= since) &&
    (before === undefined || newestFirst(before, post) < 0)
  );
}

type Placed = Pick<Post, 'publishedAt' | 'id'>;

function newestFirst(a: Placed, b: Placed): number {
  return b.publishedAt - a.publishedAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
