/** Which categories does a post have after the config of its source, or the name of a category, has changed? */

export interface CategoryMove {
  /** Former slug -> present slug. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The `categories` of the source by which the post got its own, ... */
  readonly from: readonly string[];
  /** ... and those that the config names now. */
  readonly to: readonly string[];
}

/**
 * Those that the source does not name any more go, those that it names now come first, and all others stay: they come
 * from rules. A category that the post has left because it was full (`keep.perCategory`) does not come back.
 */
export function movedCategories(categories: readonly string[], { renamed, from, to }: CategoryMove): readonly string[] {
  const present = (slug: string): string => renamed.get(slug) ?? slug;
  const before = new Set(from.map(present));
  const kept = new Set(categories.map(present).filter((slug) => !before.has(slug) || to.includes(slug)));
  const own = to.filter((slug) => kept.has(slug) || !before.has(slug));
  return [...new Set([...own, ...kept])];
}
