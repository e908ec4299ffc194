/** Which cookies does one fetch send? They are dropped at its end. */
import { isIP } from 'node:net';
import { parseCookie } from 'undici';
import { registrableDomain } from '../../syntax/url/registrable-domain.ts';

export interface CookieJar {
  /** Stores the cookies that a response sets (RFC 6265 §5.3). */
  take(setCookies: readonly string[], url: URL): void;
  /** The value of the Cookie header for an address (RFC 6265 §5.4); `undefined` if there is none. */
  headerFor(url: URL): string | undefined;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly isHostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
}

const MOST_COOKIES = 20;
const MOST_BYTES = 4096;

/** @param now  epoch ms */
export function createCookieJar(now: () => number): CookieJar {
  const cookies = new Map<string, Cookie>();
  return {
    take(setCookies, url) {
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

function readCookie(text: string, url: URL, now: number): { cookie: Cookie; isExpired: boolean } | undefined {
  const read = parseCookie(text);
  if (read === null || read.name === '') return undefined;
  const { name, value, maxAge, expires } = read;
  const secure = read.secure === true;
  const given = (read.domain ?? '').replace(/^\./, '').toLowerCase();
  const host = url.hostname;
  // A domain that is a whole public suffix would send the cookie to unrelated sites.
  if (given !== '' && (!domainMatches(host, given) || !domainMatches(given, registrableDomain(host)))) return undefined;
  if (secure && url.protocol !== 'https:') return undefined;
  const path = read.path?.startsWith('/') === true ? read.path : defaultPath(url);
  if (name.startsWith('__Secure-') && !secure) return undefined;
  if (name.startsWith('__Host-') && !(secure && path === '/' && given === '')) return undefined;
  const isHostOnly = given === '';
  return {
    cookie: { name, value, domain: isHostOnly ? host : given, isHostOnly, path, secure },
    isExpired: maxAge === undefined ? expires !== undefined && Number(expires) <= now : maxAge <= 0,
  };
}

function defaultPath({ pathname }: URL): string {
  return pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')));
}

function domainMatches(host: string, domain: string): boolean {
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
}

function isFor({ domain, isHostOnly, path, secure }: Cookie, { hostname, pathname, protocol }: URL): boolean {
  if (secure && protocol !== 'https:') return false;
  if (isHostOnly ? hostname !== domain : !domainMatches(hostname, domain)) return false;
  return pathname === path || (pathname.startsWith(path) && (path.endsWith('/') || pathname[path.length] === '/'));
}
