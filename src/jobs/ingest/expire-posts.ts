/** Which posts expire, by age or by number? */
import { millisecondsInDay } from 'date-fns/constants';
import type { Post } from '../../model/post.ts';
import type { Settings } from '../../model/settings.ts';
import type { TraceDecision, TraceNote } from '../../model/trace.ts';
import type { Posts } from '../../ports/posts.ts';
import type { Trace } from '../../ports/trace.ts';
import { lookupKeys } from '../../stages/identify/lookups.ts';
import { offered } from './trace-events.ts';

/** The most posts that one run forgets; a run that reaches it is followed by another. */
const BATCH = 500;

/** Sources per round trip. */
const AT_ONCE = 100;

/** How far down the oldest posts are searched for those of sources that are not configured. */
const MOST_LEFT_BEHIND = 2_000;

export interface Expired {
  readonly forgotten: number;
  /** Posts that left one category and stay in others. */
  readonly moved: number;
  /** Whether there is more to do. */
  readonly more: boolean;
}

export interface ExpireDeps {
  readonly posts: Posts;
  readonly trace: Trace;
}

/** Forgets posts by age and by number in each category, and notes why. Bounded work; may be repeated. */
export async function expirePosts(
  { keep, categories, sources }: Pick<Settings, 'keep' | 'categories' | 'sources'>,
  { posts, trace }: ExpireDeps,
  now: number,
): Promise<Expired> {
  const note = (gone: readonly Post[], decision: TraceDecision) =>
    trace.note(
      gone.map((post) => noteOf(post, decision, now)),
      now,
    );
  const aged = await tooOld({ keep, sources }, posts, now);
  await posts.remove(aged.map(({ id }) => id));
  await note(aged, { kind: 'expired', reason: `it is older than keep.posts, ${daysOf(keep.postsMs)}` });
  let forgotten = aged.length;
  let moved = 0;
  for (const { slug } of categories) {
    if (forgotten + moved >= BATCH) break;
    const surplus = await posts.oldest({
      scope: { kind: 'category', slug },
      beyond: keep.perCategory,
      limit: BATCH - forgotten - moved,
    });
    const kept = await newestOfTheirSources(surplus, keep.perSource, posts);
    const homeless = surplus.filter(
      (post) => !kept.has(post.id) && post.categories.every((category) => category === slug),
    );
    await posts.remove(homeless.map(({ id }) => id));
    const reason = `${slug} has more than keep.perCategory, ${keep.perCategory} posts`;
    await note(homeless, { kind: 'expired', reason });
    const leaving = surplus.filter((post) => !homeless.includes(post));
    await posts.save(await withoutCategory(leaving, slug, posts), now);
    await note(leaving, { kind: 'left', category: slug, reason });
    forgotten += homeless.length;
    moved += leaving.length;
  }
  return { forgotten, moved, more: forgotten + moved >= BATCH };
}

/** Older than `keep.posts`, and not among the newest posts of its source (`keep.perSource`). */
async function tooOld(
  { keep, sources }: Pick<Settings, 'keep' | 'sources'>,
  posts: Posts,
  now: number,
): Promise<readonly Post[]> {
  const until = now - keep.postsMs;
  if (keep.perSource === 0) return posts.oldest({ scope: { kind: 'all' }, until, limit: BATCH });
  const known = new Set(sources.map(({ id }) => id));
  const found: Post[] = [];
  for (let from = 0; from < sources.length && found.length < BATCH; from += AT_ONCE) {
    const some = sources.slice(from, from + AT_ONCE).map(async ({ id }) => {
      const scope = { kind: 'source', id } as const;
      const surplus = await posts.oldest({ scope, until, beyond: keep.perSource, limit: BATCH });
      // A story is kept by the source of its post.
      return surplus.filter(({ source }) => source.id === id);
    });
    for (const post of (await Promise.all(some)).flat()) found.push(post);
  }
  // A source that is no longer configured has no newest posts to keep.
  const all = await posts.oldest({ scope: { kind: 'all' }, until, limit: MOST_LEFT_BEHIND });
  const leftBehind = all.filter(({ source }) => !known.has(source.id));
  return [...found, ...leftBehind].slice(0, BATCH);
}

/** Ids of those among the newest `perSource` posts of their source. */
async function newestOfTheirSources(
  surplus: readonly Post[],
  perSource: number,
  posts: Posts,
): Promise<ReadonlySet<string>> {
  if (perSource === 0) return new Set();
  const ids = [...new Set(surplus.map(({ source }) => source.id))];
  const newest = ids.map((id) => posts.latest({ scope: { kind: 'source', id }, limit: perSource }));
  return new Set((await Promise.all(newest)).flat().map(({ id }) => id));
}

function noteOf(post: Post, decision: TraceDecision, now: number): TraceNote {
  const { id, source } = post;
  return { at: now, postId: id, sourceId: source.id, decision, entry: offered(post), lookups: lookupKeys(post) };
}

function daysOf(ms: number): string {
  const days = ms / millisecondsInDay;
  return days >= 1 ? `${Math.round(days)} days` : `${Math.round(days * 24)} hours`;
}

async function withoutCategory(leaving: readonly Post[], slug: string, posts: Posts) {
  const ids = leaving.map(({ id }) => id);
  // Versions are read before posts: a post that changes in between is refused, and found again by the next run.
  const versions = await posts.versions(ids);
  const current = await posts.get(ids);
  return current.flatMap((post, index) =>
    post === undefined
      ? []
      : {
          post: { ...post, categories: post.categories.filter((category) => category !== slug) },
          expectedVersion: versions[index] ?? 0,
        },
  );
}
