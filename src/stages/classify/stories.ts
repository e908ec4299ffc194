/** How is the post of a story made that several sources report? */
import type { AlsoFrom, Post } from '../../model/post.ts';
import type { Category } from '../../model/settings.ts';

/** Rank of an entry for being shown; lower is better, infinite for no preference. */
export type Preference = (telling: Post) => number;

/** Rank by the position of the source in the `primary` lists of its categories. */
export function preferPrimary(categories: readonly Pick<Category, 'slug' | 'primary'>[]): Preference {
  const ranks = new Map(
    categories.map(({ slug, primary }) => [slug, new Map(primary.map((sourceId, rank) => [sourceId, rank]))]),
  );
  return ({ source, categories: slugs }) =>
    Math.min(Number.POSITIVE_INFINITY, ...slugs.map((slug) => ranks.get(slug)?.get(source.id) ?? Infinity));
}

/** Earliest first, by publishing time, then by id; independent of the order in which we saw them. */
export function byTime(one: Post, other: Post): number {
  return one.publishedAt - other.publishedAt || (one.id < other.id ? -1 : 1);
}

interface TellOptions {
  readonly announced: boolean;
  readonly now: number;
  readonly within?: readonly string[];
}

/**
 * The next version of a story's post. The post keeps its id and dates. It shows the preferred entry, or else the one
 * that readers know. Each other source is named once, and the post has the categories of all entries.
 *
 * @param post       the current version
 * @param tellings   all entries of the story as posts, including the post's own entry
 * @param announced  true if the shown entry has changed for readers
 * @param within     ids of sources that report a story again when they know more
 */
export function tellStory(
  post: Post,
  tellings: readonly Post[],
  preference: Preference,
  { announced, now, within = [] }: TellOptions,
): Post {
  const ordered = [...tellings].sort(byTime);
  const known = ordered.find(({ id }) => id === (post.tellingId ?? post.id));
  const preferred = ordered.reduce(
    (best, telling) => (preference(telling) < preference(best) ? telling : best),
    known ?? ordered[0] ?? post,
  );
  const shown = within.includes(preferred.source.id) ? retoldBySource(preferred, ordered) : preferred;
  const isOther = shown.id !== known?.id;
  const others = ordered.filter(({ id }) => id !== shown.id);
  const isNews = announced || isOther;
  const { tellingId: _, ...fields } = shown;
  return {
    ...fields,
    id: post.id,
    ...(shown.id !== post.id && { tellingId: shown.id }),
    publishedAt: post.publishedAt,
    firstSeenAt: post.firstSeenAt,
    updatedAt: isNews ? laterOf(shown.updatedAt, post.updatedAt, now) : post.updatedAt,
    revision: post.revision + (isNews ? 1 : 0),
    categories: [...new Set([shown, ...others].flatMap(({ categories }) => categories))],
    alsoFrom: namedOnce(shown, others),
  };
}

/** The latest entry of the same source that is not shorter: the full story replaces a flash, never the reverse. */
function retoldBySource(shown: Post, ordered: readonly Post[]): Post {
  return ordered.reduce(
    (best, telling) =>
      telling.source.id === best.source.id && byTime(telling, best) > 0 && lengthOf(telling) >= lengthOf(best)
        ? telling
        : best,
    shown,
  );
}

function lengthOf({ content, summary }: Post): number {
  return Math.max(content?.length ?? 0, summary?.length ?? 0);
}

/** The stated time of the change if it is later than the last one, else now. */
function laterOf(said: number, before: number, now: number): number {
  return said > before ? said : now;
}

/** The earliest entry of each other source; independent of the order in which we saw them. */
function namedOnce(shown: Post, others: readonly Post[]): readonly AlsoFrom[] {
  const firsts = new Map<string, AlsoFrom>();
  for (const { id, source, url, title } of others) {
    if (source.id === shown.source.id || firsts.has(source.id)) continue;
    firsts.set(source.id, { id, source, title, ...(url !== undefined && { url }) });
  }
  return [...firsts.values()].sort((a, b) => (a.source.id < b.source.id ? -1 : 1));
}
