/** How long is a response fresh? */
import { parseHttpDate } from './http-date.ts';

export interface FreshnessHeaders {
  readonly cacheControl?: string | undefined;
  readonly expires?: string | undefined;
  readonly date?: string | undefined;
  readonly age?: string | undefined;
}

/** Directive names in lower case; values without quotes, '' for none. Of a repeated directive the first counts. */
export function parseCacheControl(value: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const match of value.matchAll(/([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/g)) {
    const name = (match[1] ?? '').toLowerCase();
    if (!directives.has(name)) directives.set(name, match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
  }
  return directives;
}

/**
 * Remaining freshness in ms (RFC 9111 §4.2): max-age, else s-maxage, else Expires relative to Date; minus the Age that a
 * cache reports. `undefined` if the response does not say (also for `no-cache`, `no-store` and an unreadable Expires).
 *
 * max-age comes before s-maxage, as in a private cache: `max-age=0, s-maxage=31536000` is meant for a CDN that the origin
 * can purge.
 *
 * @param now  epoch ms; used if the response has no Date
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
