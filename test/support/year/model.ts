/** What should be published, as a reader and an operator understand it, without a line of the product? */
import type { YearConfig } from './edits.ts';

export interface SeenPost {
  readonly id: string;
  readonly publishedAt: number;
}

export interface YearModel {
  /** Follows an edit that has become the running config. */
  applied(config: YearConfig): void;
  /** Categories of all posts of a source, also of one that was removed. */
  categoriesOf(sourceId: string): readonly string[];
  /** Every slug that a category ever had, with the one that it leads to now; undefined: it leads nowhere. */
  addresses(): ReadonlyMap<string, string | undefined>;
  /** Takes down what was seen of a post, or says what has changed about it. */
  seen(guid: string, post: SeenPost): string | undefined;
  /** When a post was published, as far as it was ever seen. */
  publishedAt(guid: string): number | undefined;
}

export function createYearModel(): YearModel {
  const assigned = new Map<string, readonly string[]>();
  const slugs = new Set<string>();
  const posts = new Map<string, SeenPost>();
  let config: YearConfig;

  function renamed(slug: string): string {
    return present(slug) ?? slug;
  }

  function present(slug: string): string | undefined {
    const { categories } = config;
    return (categories.find((one) => one.slug === slug) ?? categories.find(({ was }) => was.includes(slug)))?.slug;
  }

  return {
    applied: (next) => {
      config = next;
      for (const { slug, was } of next.categories) for (const one of [slug, ...was]) slugs.add(one);
      for (const [id, of] of assigned) assigned.set(id, [...new Set(of.map(renamed))]);
      for (const [id, of] of next.sources) assigned.set(id, of);
    },
    categoriesOf: (sourceId) => assigned.get(sourceId) ?? [],
    addresses: () => new Map([...slugs].map((slug) => [slug, present(slug)])),
    seen: (guid, post) => {
      const before = posts.get(guid);
      if (before === undefined) {
        posts.set(guid, post);
        return undefined;
      }
      if (before.id !== post.id) return `${guid} had the id ${before.id} and has ${post.id}`;
      if (before.publishedAt !== post.publishedAt) {
        return `${guid} was of ${new Date(before.publishedAt).toISOString()} and is of ${new Date(post.publishedAt).toISOString()}`;
      }
      return undefined;
    },
    publishedAt: (guid) => posts.get(guid)?.publishedAt,
  };
}
