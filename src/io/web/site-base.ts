/** Below which path is the site served, whether or not a proxy removes that path? */

/** Path of `site.url` without a slash at its end; empty for a site at the root of its host. */
export function baseOf(siteUrl: string): string {
  return new URL(siteUrl).pathname.replace(/\/$/u, '');
}

/**
 * The request target relative to the site: `/news/all.rss` and `/all.rss` are the same below `/news`.
 *
 * @returns undefined for the base itself, which needs a slash at its end for relative links to work
 */
export function withoutBase(target: string, base: string): string | undefined {
  if (base === '' || !target.startsWith(base)) return target;
  const rest = target.slice(base.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? undefined : target;
}
