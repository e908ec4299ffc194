/** Should we subscribe to the hubs of a source, and if not, why? */
import type { FetchSettings, SiteSettings, Source } from '../../model/settings.ts';
import type { SourceState } from '../../model/source-state.ts';
import { isInNetworks, isPublicAddress, parseNetworks } from '../../syntax/http/ip-address.ts';

export type DesiredSubscription =
  /** `site`: callbacks are below this address. */
  { readonly kind: 'yes'; readonly site: string } | { readonly kind: 'no'; readonly because: string };

/** Host names that a hub on the internet cannot reach (RFC 2606, RFC 6761, RFC 6762, RFC 8375). */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|test|invalid)$/u;
/** Host names of examples, and of configs that were copied from one. */
const EXAMPLE_NAME = /(?:^|\.)(?:example|example\.(?:com|net|org))$/u;

/** @param state  of the source; undefined if there is none yet */
export function desiredSubscription(
  { id, fetch }: Pick<Source, 'id' | 'fetch'>,
  site: Pick<SiteSettings, 'url'>,
  state: Pick<SourceState, 'pausedAt'> | undefined,
): DesiredSubscription {
  if (fetch.websub === false) return no('fetch.websub is false');
  const unreachable = siteFault(site, fetch);
  if (unreachable !== undefined) return no(unreachable);
  if (state?.pausedAt !== undefined) return no(`${id} is paused`);
  return { kind: 'yes', site: site.url };
}

/** Why a hub cannot reach our callbacks; a private address counts as reachable if `fetch.allow` opens its network. */
function siteFault({ url }: Pick<SiteSettings, 'url'>, { allow }: Pick<FetchSettings, 'allow'>): string | undefined {
  const host = new URL(url).hostname.replace(/\.$/u, '').toLowerCase();
  const networks = parseNetworks(allow);
  const isAllowed = (address: string): boolean => isInNetworks(address, networks);
  if (/^[\d.]+$|^\[/u.test(host)) {
    return isPublicAddress(host) || isAllowed(host) ? undefined : `site.url is ${url}, a private address`;
  }
  if (/(?:^|\.)localhost$/u.test(host) && (isAllowed('127.0.0.1') || isAllowed('::1'))) return undefined;
  if (EXAMPLE_NAME.test(host)) return `site.url is ${url}, an address for examples only`;
  if (LOCAL_NAME.test(host) || !host.includes('.'))
    return `site.url is ${url}, a name that is known only in this network`;
  return undefined;
}

function no(because: string): DesiredSubscription {
  return { kind: 'no', because: `${because}; hubs are not used` };
}
