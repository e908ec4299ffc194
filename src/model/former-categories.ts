/**
 * Which former addresses does a feed have, because its category was renamed or its name was not a portable file name?
 */
import { archiveFolder, feedPath, feedPathBefore, scopeFromPath, scopePath } from './paths.ts';
import type { Category } from './settings.ts';

type Named = readonly Pick<Category, 'slug' | 'was'>[];

const maps = new WeakMap<Named, ReadonlyMap<string, string>>();

/** Former slug -> present slug. A slug that a category has now is not a former one. */
export function currentSlugs(categories: Named): ReadonlyMap<string, string> {
  const known = maps.get(categories);
  if (known !== undefined) return known;
  const present = new Set(categories.map(({ slug }) => slug));
  const map = new Map(
    categories.flatMap(({ slug, was }) => was.filter((old) => !present.has(old)).map((old) => [old, slug] as const)),
  );
  maps.set(categories, map);
  return map;
}

/** The path of a feed, page or archive page of a former category under its present name; other paths as they are. */
export function currentPath(path: string, categories: Named): string {
  const found = scopeFromPath(path);
  if (found?.scope.kind !== 'category') return path;
  const slug = currentSlugs(categories).get(found.scope.slug);
  if (slug === undefined) return path;
  const scope = { kind: 'category', slug } as const;
  if (found.format !== undefined) return feedPath(scope, found.format, found.before);
  return found.before === undefined ? scopePath(scope) : archiveFolder(scope) + found.before;
}

/** The folders of archive pages that a category had under its former names; none for other folders. */
export function formerFolders(folder: string, categories: Named): readonly string[] {
  return [...currentSlugs(categories)].flatMap(([old, slug]) =>
    archiveFolder({ kind: 'category', slug }) === folder ? [archiveFolder({ kind: 'category', slug: old })] : [],
  );
}

/** The same document under each address that it had before; none for other paths. */
export function formerPaths(path: string, categories: Named): readonly string[] {
  const found = scopeFromPath(path);
  if (found?.format === undefined) return [];
  const { scope, format, before } = found;
  const unportable = unportablePath(path);
  const olds =
    scope.kind === 'category'
      ? [...currentSlugs(categories)].flatMap(([old, slug]) => (slug === scope.slug ? [old] : []))
      : [];
  return [
    ...(unportable === undefined ? [] : [unportable]),
    ...olds.map((old) => feedPath({ kind: 'category', slug: old }, format, before)),
  ];
}

/** The path that the document had before names were portable; undefined if it is the same. */
export function unportablePath(path: string): string | undefined {
  const found = scopeFromPath(path);
  if (found?.format === undefined) return undefined;
  const before = feedPathBefore(found.scope, found.format, found.before);
  return before === path ? undefined : before;
}
