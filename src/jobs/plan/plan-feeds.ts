/** Which posts would be added to the feed of each category, leave it, or change? */
import { currentSlugs, formerPaths } from '../../model/former-categories.ts';
import { feedPath, scopeFromPath } from '../../model/paths.ts';
import type { StoredDocument } from '../../model/output.ts';
import type { Post } from '../../model/post.ts';
import type { Category, Settings } from '../../model/settings.ts';
import type { TraceNote } from '../../model/trace.ts';
import type { Posts } from '../../ports/posts.ts';
import type { Documents } from '../../ports/publisher.ts';
import { changedFields } from '../ingest/changed-fields.ts';
import type { PlannedChange, PlannedPosts } from './overlay-posts.ts';
import { currentFeed } from '../publish/site-documents.ts';

export type ServedDocuments = Pick<Documents, 'get' | 'paths'>;

export interface CategoryPlan {
  readonly slug: string;
  readonly title: string;
  /** `gone`: its feeds are removed. `new`: nothing is published under this name yet. */
  readonly kind: 'same' | 'changed' | 'new' | 'gone';
  /** Slugs whose feeds are published now and would redirect here. */
  readonly was?: readonly string[];
  /** The present title, if it would change. */
  readonly renamedFrom?: string;
  readonly added: readonly PlannedEntry[];
  readonly removed: readonly PlannedEntry[];
  readonly changed: readonly PlannedEntry[];
  /** Number of posts that the feed contains before and after. */
  readonly stayed: number;
  /** Number of changes to posts that are only in the archive pages, before and after. */
  readonly older: number;
}

export interface PlannedEntry {
  readonly id: string;
  readonly title: string;
  readonly sourceId?: string;
  /** The cause, in words. */
  readonly because: string;
}

export interface FeedPlanning {
  readonly planned: PlannedPosts;
  readonly stored: Posts;
  readonly documents: ServedDocuments;
  /** The trace events that would be recorded. */
  readonly notes: readonly TraceNote[];
}

/** The categories of the config in its order, then those that would be removed. */
export async function planCategories(settings: Settings, planning: FeedPlanning): Promise<readonly CategoryPlan[]> {
  const plans: CategoryPlan[] = [];
  for (const category of settings.categories) plans.push(await planCategory(category, settings, planning));
  const known = new Set(settings.categories.map(({ slug }) => slug));
  const renamed = currentSlugs(settings.categories);
  for (const path of await planning.documents.paths()) {
    const found = scopeFromPath(path);
    if (found?.scope.kind !== 'category' || found.format !== 'json' || known.has(found.scope.slug)) continue;
    if (renamed.has(found.scope.slug)) continue;
    const { slug } = found.scope;
    const served = readServed(await planning.documents.get(path));
    const removed = (served?.posts ?? []).map((post) => ({ ...post, because: 'the category is not in the config' }));
    const title = served?.title ?? slug;
    plans.push({ slug, title, kind: 'gone', added: [], removed, changed: [], stayed: 0, older: 0 });
  }
  return plans;
}

async function planCategory(
  { slug, title }: Category,
  settings: Settings,
  { planned, stored, documents, notes }: FeedPlanning,
): Promise<CategoryPlan> {
  const scope = { kind: 'category', slug } as const;
  const json = feedPath(scope, 'json');
  const paths = [json, ...formerPaths(json, settings.categories)];
  const found = await Promise.all(paths.map(async (path) => readServed(await documents.get(path))));
  const served = found.find((feed) => feed !== undefined);
  const was = settings.categories
    .filter((category) => category.slug === slug)
    .flatMap((category) => category.was.filter((_, index) => found[index + 1] !== undefined));
  const { posts: next } = await currentFeed(scope, { settings: () => settings, posts: planned });
  const changes = planned.changes();
  const shownNow = new Map(found.flatMap((feed) => (feed?.posts ?? []).map((post) => [post.id, post] as const)));
  const shownThen = new Set(next.map(({ id }) => id));
  const left = [...shownNow.values()].filter(({ id }) => !shownThen.has(id));
  const leavers = await stored.get(left.map(({ id }) => id));

  const added = next.flatMap((post) =>
    shownNow.has(post.id) ? [] : [entryOf(post, cameBecause(changes.get(post.id), notes))],
  );
  const removed = left.map(({ id, title: name }, index) => {
    const post = leavers[index];
    const because = leftBecause(id, slug, post, changes.get(id), notes);
    return { id, title: post?.title ?? name, because, ...(post !== undefined && { sourceId: post.source.id }) };
  });
  const changed = next.flatMap((post) => {
    const before = changes.get(post.id)?.before;
    const what = before === undefined || !shownNow.has(post.id) ? [] : changedFields(renamedIn(before, settings), post);
    return what.length === 0 ? [] : [entryOf(post, what.join(', '))];
  });
  const older = [...changes].filter(
    ([id, { before, after }]) =>
      !shownNow.has(id) &&
      !shownThen.has(id) &&
      [before, after].some((post) => post?.categories.includes(slug) === true),
  ).length;
  const renamedFrom = served !== undefined && served.title !== title ? served.title : undefined;
  const isSame = added.length + removed.length + changed.length + older + was.length === 0 && renamedFrom === undefined;
  return {
    slug,
    title,
    kind: served === undefined ? 'new' : isSame ? 'same' : 'changed',
    ...(was.length > 0 && { was }),
    ...(renamedFrom !== undefined && { renamedFrom }),
    added,
    removed,
    changed,
    stayed: shownNow.size - removed.length,
    older,
  };
}

/** A category that is only renamed does not change its posts. */
function renamedIn(post: Post, { categories }: Settings): Post {
  const renamed = currentSlugs(categories);
  return { ...post, categories: [...new Set(post.categories.map((slug) => renamed.get(slug) ?? slug))] };
}

function entryOf({ id, title, source }: Post, because: string): PlannedEntry {
  return { id, title, sourceId: source.id, because };
}

function cameBecause(change: PlannedChange | undefined, notes: readonly TraceNote[]): string {
  if (change === undefined) return 'limits, or it was about to be published';
  if (change.before === undefined) return ['no rule drops it', ...rulesOf(change, notes)].join('; ');
  return ['it enters the category', ...rulesOf(change, notes)].join('; ');
}

function leftBecause(
  id: string,
  slug: string,
  post: Post | undefined,
  change: PlannedChange | undefined,
  notes: readonly TraceNote[],
): string {
  if (change !== undefined && change.after === undefined) {
    const note = notes.findLast(({ postId }) => postId === id)?.decision;
    return note?.kind === 'withdrawn' ? `${note.rule}: ${note.reason}` : 'it becomes part of another story';
  }
  if (change?.after?.categories.includes(slug) === false) {
    return ['it leaves the category', ...rulesOf(change, notes)].join('; ');
  }
  return post === undefined ? 'it has expired' : 'limits: it moves to the archive pages';
}

function rulesOf({ after }: PlannedChange, notes: readonly TraceNote[]): readonly string[] {
  return notes.findLast(({ postId }) => postId === after?.id)?.rules ?? [];
}

interface Served {
  readonly title: string;
  readonly posts: readonly { readonly id: string; readonly title: string }[];
}

/** The fields of our JSON feed; we wrote it, so its shape is trusted. */
function readServed(document: StoredDocument | undefined): Served | undefined {
  if (document === undefined) return undefined;
  const { title, items } = JSON.parse(Buffer.from(document.body).toString()) as {
    title: string;
    items: { id: string; title?: string }[];
  };
  const posts = items.map((item) => ({ id: item.id.slice(item.id.lastIndexOf('/') + 1), title: item.title ?? '' }));
  return { title, posts };
}
