/** Which cookies does one fetch send? They are dropped at its end. */
import { type Cookie, domainMatches } from './cookie.ts';

export interface CookieJar {
  /** Stores the cookies that a response sets (RFC 6265 §5.3). */
  take(setCookies: readonly string[], url: URL): Promise<void>;
  /** The value of the Cookie header for an address (RFC 6265 §5.4); `undefined` if there is none. */
  headerFor(url: URL): string | undefined;
}

const MOST_COOKIES = 20;
const MOST_BYTES = 4096;

/** @param now  epoch ms */
export function createCookieJar(now: () => number): CookieJar {
  const cookies = new Map<string, Cookie>();
  return {
    async take(setCookies, url) {
      if (setCookies.length === 0) return;
      const { readCookie } = await import('./set-cookie.ts');
      for (const text of setCookies) {
        const read = text.length <= MOST_BYTES ? readCookie(text, url, now()) : undefined;
        if (read === undefined) continue;
        const { cookie, isExpired } = read;
        const key = JSON.stringify([cookie.name, cookie.domain, cookie.path]);
        if (isExpired) cookies.delete(key);
        else if (cookies.has(key) || cookies.size < MOST_COOKIES) cookies.set(key, cookie);
      }
    },
    headerFor(url) {
      if (cookies.size === 0) return undefined;
      const fitting = [...cookies.values()]
        .filter((cookie) => isFor(cookie, url))
        .sort((one, other) => other.path.length - one.path.length);
      return fitting.length === 0 ? undefined : fitting.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
  };
}

function isFor({ domain, isHostOnly, path, secure }: Cookie, { hostname, pathname, protocol }: URL): boolean {
  if (secure && protocol !== 'https:') return false;
  if (isHostOnly ? hostname !== domain : !domainMatches(hostname, domain)) return false;
  return pathname === path || (pathname.startsWith(path) && (path.endsWith('/') || pathname[path.length] === '/'));
}
