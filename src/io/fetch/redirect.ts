/** Where does a redirect lead, and do we go there? */
import type { FetchFailure } from '../../model/outcome.ts';
import { failure } from './failures.ts';

/** Redirects that are followed in one visit. */
const MAX_HOPS = 5;

/** An address to fetch: http or https, without user name, password and fragment. `undefined` for anything else. */
export function parseAddress(text: string, base?: URL): URL | undefined {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

/**
 * The next address, or why there is none.
 *
 * @param seen  addresses asked in this visit
 * @param hops  redirects followed so far
 */
export function nextHop(
  from: URL,
  status: number,
  location: string | undefined,
  seen: ReadonlySet<string>,
  hops: number,
): URL | FetchFailure {
  if (location === undefined || location.trim() === '') {
    return failure('bad-redirect', `${from.href} redirects (${status}) without saying where to`, { status });
  }
  const to = parseAddress(location, from);
  if (to === undefined) {
    return failure(
      'bad-redirect',
      `${from.href} redirects (${status}) to ${location}, which is no http or https address`,
      {
        status,
      },
    );
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    return failure('bad-redirect', `${from.href} redirects (${status}) to ${to.href}, from https down to http`, {
      status,
    });
  }
  if (seen.has(to.href)) {
    return failure('redirect-loop', `${from.href} redirects (${status}) back to ${to.href}`, { status });
  }
  if (hops >= MAX_HOPS) {
    return failure(
      'too-many-redirects',
      `${from.href} is redirect number ${hops + 1} in a row; ${MAX_HOPS} are followed`,
      {
        status,
      },
    );
  }
  return to;
}
