/** For how long does a response say that it is fresh? */
import { parseHttpDate } from './http-date.ts';

export interface FreshnessHeaders {
  readonly cacheControl?: string | undefined;
  readonly expires?: string | undefined;
  readonly date?: string | undefined;
  readonly age?: string | undefined;
}

/** Directive names in lower case; a value without its quotes, or '' where there was none. The first of a repeated one counts. */
export function parseCacheControl(value: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const match of value.matchAll(/([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/g)) {
    const name = (match[1] ?? '').toLowerCase();
    if (!directives.has(name)) directives.set(name, match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
  }
  return directives;
}

/**
 * Remaining freshness in ms (RFC 9111 §4.2): max-age, else s-maxage, else Expires relative to Date; less the Age that a
 * cache on the way reports. `undefined` where nothing (or `no-cache`, `no-store`, an unreadable Expires) was said, which is
 * the same to us as "no wish".
 *
 * A private cache asks max-age first: `max-age=0, s-maxage=31536000` is said to a CDN that the origin can purge, and we are none.
 *
 * @param now  epoch ms, used where the response had no Date
 */
export function freshForMs(headers: FreshnessHeaders, now: number): number | undefined {
  const lifetimeMs = lifetime(headers, now);
  if (lifetimeMs === undefined) return undefined;
  return Math.max(0, lifetimeMs - (seconds(headers.age) ?? 0) * 1000);
}

function lifetime({ cacheControl, expires, date }: FreshnessHeaders, now: number): number | undefined {
  if (cacheControl !== undefined) {
    const directives = parseCacheControl(cacheControl);
    if (directives.has('no-cache') || directives.has('no-store')) return undefined;
    const age = seconds(directives.get('max-age')) ?? seconds(directives.get('s-maxage'));
    if (age !== undefined) return age * 1000;
  }
  const until = expires === undefined ? undefined : parseHttpDate(expires);
  if (until === undefined) return undefined;
  return Math.max(0, until - ((date === undefined ? undefined : parseHttpDate(date)) ?? now));
}

/** Delta seconds (RFC 9111 §1.2.2). */
function seconds(value: string | undefined): number | undefined {
  const text = value?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), 2 ** 31) : undefined;
}
