/** Does a request use an address that the site had before `site.url` changed, and where is it redirected? */
import { isIP } from 'node:net';
import type { SiteSettings } from '../../model/settings.ts';
import { normalSiteUrl } from '../../model/site-id.ts';

/**
 * By the Host header, since the scheme in front of a proxy is not known here. A name that is only known to this
 * machine or network was never an address for readers, so requests for it are not redirected.
 *
 * @returns for the host and the request target, the address to redirect to; undefined for the present address
 */
export function formerAddresses({
  url,
  formerUrls = [],
}: Pick<SiteSettings, 'url' | 'formerUrls'>): (host: string | undefined, target: string) => string | undefined {
  const present = new URL(url);
  const bases = new Map<string, string>();
  for (const former of formerUrls) {
    const { host, hostname, pathname } = new URL(former);
    if (host === present.host || isLocal(hostname) || bases.has(host)) continue;
    bases.set(host, pathname.replace(/\/$/u, ''));
  }
  if (bases.size === 0) return () => undefined;
  return (host, target) => {
    const base = bases.get(host?.toLowerCase() ?? '');
    // `*` and absolute addresses, as for proxies, are not paths of this site.
    if (base === undefined || !target.startsWith('/')) return undefined;
    return normalSiteUrl(url) + (target.startsWith(`${base}/`) ? target.slice(base.length) : target);
  };
}

function isLocal(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/gu, '');
  return isIP(bare) !== 0 || !hostname.includes('.') || hostname.endsWith('.localhost') || hostname.endsWith('.local');
}
