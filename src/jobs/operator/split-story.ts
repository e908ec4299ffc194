/** How is a false merge undone? */
import { StoreError } from '../../model/errors.ts';
import type { Post } from '../../model/post.ts';
import type { Settings } from '../../model/settings.ts';
import type { NearDuplicates } from '../../ports/near-duplicates.ts';
import type { Posts, StoredStory } from '../../ports/posts.ts';
import type { Trace } from '../../ports/trace.ts';
import { lookupKeys } from '../../stages/identify/lookups.ts';
import { preferPrimary, tellStory } from '../../stages/classify/stories.ts';

export interface SplitDeps {
  readonly settings: () => Pick<Settings, 'categories'>;
  readonly posts: Pick<Posts, 'stories' | 'save'>;
  readonly nearDuplicates: Pick<NearDuplicates, 'exclude'>;
  readonly trace: Pick<Trace, 'note'>;
}

export type SplitOutcome =
  /** `apart`: the new separate posts. */
  | { readonly kind: 'split'; readonly story: Post; readonly apart: readonly Post[] }
  /** No other entry belongs to its story. */
  | { readonly kind: 'alone' }
  /** No entry with this id has a post, its own or a story's. */
  | { readonly kind: 'unknown' };

const ID = /^[0-9a-f]{16}$/u;

/** Number of attempts while other workers write the same story. */
const MOST_ATTEMPTS = 8;

/**
 * Gives an entry a post of its own, permanently: neither its link nor its text joins it to another again. With the id
 * of a story's post, all other entries leave the story. May be repeated.
 *
 * @throws StoreError when the store cannot be reached, or other workers keep writing the story
 */
export async function splitStory(id: string, deps: SplitDeps, now: number): Promise<SplitOutcome> {
  const { posts } = deps;
  if (!ID.test(id)) return { kind: 'unknown' };
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const [story] = await posts.stories([id]);
    if (story?.post === undefined) return { kind: 'unknown' };
    const leaving = story.tellings.filter(({ telling }) => (id === story.id ? telling.id !== id : telling.id === id));
    if (leaving.length === 0) return { kind: 'alone' };
    // First of all, so that entries that arrive meanwhile do not join them again.
    await deps.nearDuplicates.exclude(leaving.map(({ telling }) => telling.id));
    // Before the story: a crash in between leaves them listed in it, and loses nothing.
    const refused = await posts.save(
      leaving.map(({ telling, version }) => ({ post: telling, expectedVersion: version, apart: true })),
      now,
    );
    if (refused.length > 0) continue;
    const apart = leaving.map(({ telling }) => telling);
    const rest = await withoutThem(story, new Set(apart.map((telling) => telling.id)), deps, now);
    await deps.trace.note(
      apart.map((post) => ({
        at: now,
        postId: post.id,
        sourceId: post.source.id,
        decision: { kind: 'split', of: story.id },
        lookups: lookupKeys(post),
      })),
      now,
    );
    return { kind: 'split', story: rest, apart };
  }
  throw new StoreError(`the story of ${id} was changed by other workers in ${MOST_ATTEMPTS} attempts`);
}

async function withoutThem(
  before: StoredStory,
  gone: ReadonlySet<string>,
  { settings, posts }: SplitDeps,
  now: number,
): Promise<Post> {
  let story: StoredStory | undefined = before;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    if (story?.post === undefined) break;
    const left = story.tellings.flatMap(({ telling }) => (gone.has(telling.id) ? [] : [telling]));
    const post = tellStory(story.post, left, preferPrimary(settings().categories), { announced: false, now });
    const write = { post, expectedVersion: story.version, tellings: left.length > 1 ? left : [] };
    if ((await posts.save([write], now)).length === 0) return post;
    [story] = await posts.stories([before.id]);
  }
  throw new StoreError(`the story ${before.id} was changed by other workers in ${MOST_ATTEMPTS} attempts`);
}
