/** Which cookie does a `Set-Cookie` header set (RFC 6265 §5.3)? Imported on demand, because few feeds set cookies. */
import { parseSetCookie } from 'undici/lib/web/cookies/parse.js';
import { registrableDomain } from '../../syntax/url/registrable-domain.ts';
import { type Cookie, domainMatches } from './cookie.ts';

export function readCookie(text: string, url: URL, now: number): { cookie: Cookie; isExpired: boolean } | undefined {
  const read = parseSetCookie(text);
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
