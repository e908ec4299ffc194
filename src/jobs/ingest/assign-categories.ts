/** Which posts change categories when another config becomes the running one? */
import { StoreError } from '../../model/errors.ts';
import { currentSlugs } from '../../model/former-categories.ts';
import type { FeedScope } from '../../model/output.ts';
import type { Category, CategoryEntry } from '../../model/settings.ts';
import type { Draft, Post } from '../../model/post.ts';
import { scopeKey } from '../../model/scope.ts';
import type { AssignedCategories } from '../../ports/assigned-categories.ts';
import type { HeldStore } from '../../ports/held.ts';
import type { Posts, PostWrite, StoredStory } from '../../ports/posts.ts';
import { movedCategories } from '../../stages/classify/categories.ts';
import { byTime } from '../../stages/classify/stories.ts';
import { applyRules } from '../../stages/filter/filter.ts';
import type { RunningConfig } from '../running-config.ts';

export interface AssignDeps {
  readonly posts: Pick<Posts, 'latest' | 'stories' | 'save'>;
  readonly held: Pick<HeldStore, 'summaries' | 'entries' | 'replace'>;
  readonly assigned: Pick<AssignedCategories, 'read' | 'write' | 'readEntries' | 'writeEntries'>;
}

const BATCH = 200;
/** Attempts per batch while other processes write its posts. */
const MOST_ATTEMPTS = 8;

/** The order counts: it is the order of a post's categories. */
function areSame(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && one.every((slug, index) => slug === other[index]);
}

/** The categories that an entry has now: one that was published, or one that is held. */
type Reassign = (entry: Draft, firstSeenAt: number) => readonly string[];

/**
 * Posts follow the `categories` of their source, the new names of categories and the ways into a category at once, also
 * those that no document lists any more and entries that are held. May be repeated: what was written stays, and a crash begins again.
 *
 * @returns number of posts whose categories have changed
 */
export async function assignCategories(config: RunningConfig, deps: AssignDeps, now: number): Promise<number> {
  const { settings, sources } = config;
  const renamed = currentSlugs(settings.categories);
  const before = await deps.assigned.read();
  const present = (slugs: readonly string[]): readonly string[] => slugs.map((slug) => renamed.get(slug) ?? slug);
  const moved = settings.sources.filter(({ id, categories }) => {
    const from = before.get(id);
    return from !== undefined && !areSame(present(from), categories);
  });
  const entriesBefore = await deps.assigned.readEntries();
  const reopened = reopenedCategories(settings.categories, entriesBefore);
  const scopes = uniqueScopes([
    ...[...renamed.keys()].map((slug): FeedScope => ({ kind: 'category', slug })),
    ...moved.map(({ id }): FeedScope => ({ kind: 'source', id })),
    ...reopened.flatMap(({ slug, entry }) => [
      { kind: 'category', slug } as const,
      ...settings.sources.flatMap(({ id, categories }) =>
        categories.includes(slug) ? [{ kind: 'source', id } as const] : [],
      ),
      ...[entry, entriesBefore.get(slug)].flatMap(scopesOf),
    ]),
  ]);
  const reopenedSlugs = new Set(reopened.map(({ slug }) => slug));
  const reassign: Reassign = (entry, firstSeenAt) => {
    const prepared = sources.get(entry.source.id);
    const to = prepared?.source.categories ?? [];
    const from = prepared === undefined ? [] : (before.get(entry.source.id) ?? to);
    const moved = movedCategories(entry.categories, { renamed, from, to });
    if (prepared === undefined) return moved;
    if (reopenedSlugs.size === 0 && areSame(moved, entry.categories)) return moved;
    // Rules have the last word, as when the entry came in.
    const own = to.filter((slug) => reopenedSlugs.has(slug) || moved.includes(slug));
    const categories = [...new Set([...own, ...moved.filter((slug) => !reopenedSlugs.has(slug))])];
    const [ruled] = applyRules([{ ...entry, categories }], prepared.rules, firstSeenAt);
    const entered = ruled?.kind === 'keep' ? ruled.draft.categories : categories;
    // A category that was left and entered again keeps its position.
    return areSame([...entered].sort(), [...entry.categories].sort()) ? entry.categories : entered;
  };
  let count = 0;
  for (const scope of scopes) count += await reassignIn(scope, reassign, deps.posts, now);
  if (scopes.length > 0) await reassignHeld(reassign, deps.held);
  const assigned = new Map([
    // Posts of a source that has left the config follow the new names, so what they are assigned to must, too.
    ...[...before].map(([id, slugs]) => [id, [...new Set(present(slugs))]] as const),
    ...settings.sources.map(({ id, categories }) => [id, categories] as const),
  ]);
  const news = new Map([...assigned].filter(([id, slugs]) => !areSame(before.get(id), slugs)));
  if (news.size > 0) await deps.assigned.write(news);
  const entries = entriesOf(settings.categories);
  // The records of a category that left the config are removed too: it may come back with the same entries.
  const hasLeft = [...entriesBefore.keys()].some((slug) => !entries.has(slug));
  if (reopened.length > 0 || hasLeft) await deps.assigned.writeEntries(entries);
  return count;
}

/** The categories whose `entries` have changed. */
function reopenedCategories(
  categories: readonly Category[],
  before: ReadonlyMap<string, CategoryEntry>,
): readonly Category[] {
  return categories.filter(({ slug, entry }) => JSON.stringify(entry) !== JSON.stringify(before.get(slug)));
}

function entriesOf(categories: readonly Category[]): ReadonlyMap<string, CategoryEntry> {
  return new Map(categories.flatMap(({ slug, entry }) => (entry === undefined ? [] : [[slug, entry] as const])));
}

/** The scopes of posts that may enter. */
function scopesOf(entry: CategoryEntry | undefined): readonly FeedScope[] {
  if (entry === undefined) return [];
  const { from, include } = entry;
  const included = include.map((slug): FeedScope => ({ kind: 'category', slug }));
  if (from === undefined) return included;
  // Tags are compared without case, but each spelling has its own scope.
  const isAll = from.tags === undefined ? from.sources === undefined : from.any || from.sources === undefined;
  if (isAll) return [{ kind: 'all' }];
  return [...included, ...(from.sources ?? []).map((id): FeedScope => ({ kind: 'source', id }))];
}

function uniqueScopes(scopes: readonly FeedScope[]): readonly FeedScope[] {
  const byKey = new Map(scopes.map((scope) => [scopeKey(scope), scope]));
  const all = byKey.get('all');
  return all === undefined ? [...byKey.values()] : [all];
}

async function reassignIn(
  scope: FeedScope,
  reassign: Reassign,
  posts: AssignDeps['posts'],
  now: number,
): Promise<number> {
  let count = 0;
  let before: { readonly publishedAt: number; readonly id: string } | undefined;
  for (;;) {
    const found = await posts.latest({ scope, limit: BATCH, ...(before !== undefined && { before }) });
    const last = found.at(-1);
    if (last === undefined) return count;
    before = { publishedAt: last.publishedAt, id: last.id };
    count += await reassignAll(
      found.map(({ id }) => id),
      reassign,
      posts,
      now,
    );
  }
}

async function reassignAll(
  ids: readonly string[],
  reassign: Reassign,
  posts: AssignDeps['posts'],
  now: number,
): Promise<number> {
  let left = ids;
  let count = 0;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > MOST_ATTEMPTS)
      throw new StoreError(`${left.length} posts were changed by other workers in every attempt`);
    const writes = (await posts.stories(left)).flatMap((story) => writeOf(story, reassign) ?? []);
    left = await posts.save(writes, now);
    count += writes.length - left.length;
  }
  return count;
}

async function reassignHeld(reassign: Reassign, held: AssignDeps['held']): Promise<void> {
  for (const [sourceId, { at }] of await held.summaries()) {
    const changed = (await held.entries(sourceId)).entries.flatMap((entry) => {
      const categories = reassign(entry.draft, at);
      return areSame(categories, entry.draft.categories) ? [] : [{ ...entry, draft: { ...entry.draft, categories } }];
    });
    if (changed.length > 0) await held.replace(sourceId, changed);
  }
}

/** Undefined if nothing changes. */
function writeOf({ post, tellings, version }: StoredStory, reassign: Reassign): PostWrite | undefined {
  if (post === undefined) return undefined;
  if (tellings.length === 0) {
    const categories = reassign(draftOf(post), post.firstSeenAt);
    return areSame(categories, post.categories)
      ? undefined
      : { post: { ...post, categories }, expectedVersion: version };
  }
  const retold = tellings
    .map(({ telling }) => ({ ...telling, categories: reassign(draftOf(telling), telling.firstSeenAt) }))
    .sort(byTime);
  const shown = retold.filter(({ id }) => id === (post.tellingId ?? post.id));
  const categories = [...new Set([...shown, ...retold].flatMap((telling) => telling.categories))];
  return areSame(categories, post.categories)
    ? undefined
    : { post: { ...post, categories }, expectedVersion: version, tellings: retold };
}

/** What rules see of a post: its words are as they came in, after the rules that rewrite. They give it its points again. */
function draftOf({ content, summary, score: _, ...post }: Post): Draft {
  return {
    ...post,
    ...(content !== undefined && { content: { html: content } }),
    ...(summary !== undefined && { summary: { html: summary } }),
  };
}
