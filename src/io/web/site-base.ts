/** Below which path does the site lie, where a proxy may or may not take that path off? */

/** Path of `site.url` without a slash at its end; empty for a site at the root of its host. */
export function baseOf(siteUrl: string): string {
  return new URL(siteUrl).pathname.replace(/\/$/u, '');
}

/**
 * The request target as the site knows it: `/news/all.rss` and `/all.rss` are the same below `/news`.
 *
 * @returns undefined for the base itself, which needs a slash at its end for relative links to hold
 */
export function withoutBase(target: string, base: string): string | undefined {
  if (base === '' || !target.startsWith(base)) return target;
  const rest = target.slice(base.length);
  if (rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? undefined : target;
}
