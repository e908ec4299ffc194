/** Which categories does a post have after the config of its source, or the name of a category, has changed? */

export interface CategoryMove {
  /** Former slug -> present slug. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The `categories` of the source when the post was assigned to its categories, ... */
  readonly from: readonly string[];
  /** ... and its present `categories`. */
  readonly to: readonly string[];
}

/**
 * Categories that the source no longer has are removed, its present ones come first, and all others stay, because they
 * come from rules. A category that the post has left because it was full (`keep.perCategory`) does not come back.
 */
export function movedCategories(categories: readonly string[], { renamed, from, to }: CategoryMove): readonly string[] {
  const present = (slug: string): string => renamed.get(slug) ?? slug;
  const before = new Set(from.map(present));
  const kept = new Set(categories.map(present).filter((slug) => !before.has(slug) || to.includes(slug)));
  const own = to.filter((slug) => kept.has(slug) || !before.has(slug));
  return [...new Set([...own, ...kept])];
}
