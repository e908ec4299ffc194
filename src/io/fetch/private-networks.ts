/** Are the private networks of `fetch.allow` open to a request? */
import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import { millisecondsInDay } from 'date-fns/constants';
import type { FetchSettings } from '../../model/settings.ts';
import { isInNetworks, isPublicAddress, parseNetworks } from '../../syntax/http/ip-address.ts';
import type { Resolve } from './resolve.ts';

/** A name that was public counts as public for a day: its owner must not point it to a private network. */
// Limited by size, because `max` would reserve the memory for all of them immediately.
const PUBLIC_NAMES = { maxSize: 50_000, sizeCalculation: () => 1, ttl: millisecondsInDay };

export interface OpenNetworks {
  /** Resolves names, and remembers the public ones. */
  readonly resolve: Resolve;
  /**
   * The settings that hold for one request to `url`: as given, or with no private network open, or without the pinned
   * key, which is that of the configured host.
   *
   * @param configuredUrl  the address that the operator wrote
   */
  settingsFor(url: URL, configuredUrl: string, settings: FetchSettings): Promise<FetchSettings>;
}

/**
 * `fetch.allow` is for the sources that the operator keeps in these networks: it holds only if the configured address
 * itself lies in one of them, for redirects, discovered feeds and hubs too. For the configured host itself, the lookup
 * of the connection decides.
 */
export function createOpenNetworks(lookUp: Resolve): OpenNetworks {
  const publicNames = new LRUCache<string, true>(PUBLIC_NAMES);
  /** One object for each settings, because connections are shared by settings. */
  const closed = new WeakMap<FetchSettings, FetchSettings>();
  const unpinned = new WeakMap<FetchSettings, FetchSettings>();

  async function resolve(hostname: string): Promise<readonly string[]> {
    const addresses = await lookUp(hostname);
    if (addresses.some(isPublicAddress)) publicNames.set(canonical(hostname), true);
    return addresses;
  }

  function withoutAllow(settings: FetchSettings): FetchSettings {
    const known = closed.get(settings) ?? { ...settings, allow: [] };
    closed.set(settings, known);
    return known;
  }

  function withoutPin(settings: FetchSettings): FetchSettings {
    const { pin: _pin, ...others } = settings;
    const known = unpinned.get(settings) ?? others;
    unpinned.set(settings, known);
    return known;
  }

  async function isOwn(hostname: string, url: URL, allow: readonly string[]): Promise<boolean> {
    if (publicNames.has(hostname)) return false;
    if (isIP(hostname) !== 0) return isInNetworks(hostname, parseNetworks(allow));
    if (canonical(url.hostname) === hostname) return true;
    // A name that cannot be resolved here, for example behind a proxy, is not in a private network.
    const addresses = await resolve(hostname).catch(() => []);
    const networks = parseNetworks(allow);
    return !publicNames.has(hostname) && addresses.some((address) => isInNetworks(address, networks));
  }

  return {
    resolve,
    settingsFor: async (url, configuredUrl, given) => {
      const configured = URL.canParse(configuredUrl) ? new URL(configuredUrl) : undefined;
      const settings = given.pin === undefined || url.host === configured?.host ? given : withoutPin(given);
      if (settings.allow.length === 0) return settings;
      if (configured === undefined) return withoutAllow(settings);
      const hostname = canonical(configured.hostname);
      return (await isOwn(hostname, url, settings.allow)) ? settings : withoutAllow(settings);
    },
  };
}

function canonical(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/gu, '')
    .replace(/\.$/u, '')
    .toLowerCase();
}
