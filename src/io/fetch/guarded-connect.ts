/** May we connect to a host, and to which of its addresses? */
import { isIP } from 'node:net';
import { isInNetworks, isPublicAddress, type Networks } from '../../syntax/http/ip-address.ts';
import type { Resolve } from './resolve.ts';

/** The host has a forbidden address. Thrown where a connection is opened, and turned into an outcome by the fetcher. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly host: string;
  readonly address: string;

  constructor(host: string, address: string) {
    super(
      host === address ? `${address} is not a public address` : `${host} has ${address}, which is not a public address`,
    );
    this.host = host;
    this.address = address;
  }
}

/**
 * The addresses of a host that may be connected to: all of them are public or allowed by `allow`.
 *
 * A name with both public and private addresses is refused: it is misconfigured or an attack. If all addresses are private and
 * `allow` covers some, only these are returned.
 *
 * @throws ForbiddenAddressError
 */
function allowedAddresses(host: string, addresses: readonly string[], allow: Networks): readonly string[] {
  const allowed = addresses.filter((address) => isInNetworks(address, allow));
  const outside = addresses.filter((address) => !allowed.includes(address));
  const forbidden = outside.find((address) => !isPublicAddress(address));
  if (forbidden === undefined) return addresses;
  if (allowed.length > 0 && outside.every((address) => !isPublicAddress(address))) return allowed;
  throw new ForbiddenAddressError(host, forbidden);
}

/**
 * The addresses to connect to. They are resolved once and checked here, and the connection is opened to them, so a name
 * that changes between the check and the connection has no effect. A literal address is not resolved.
 *
 * @throws as `allowedAddresses`, `resolve`
 */
export async function assertAllowedHost(
  hostname: string,
  allow: Networks,
  resolve: Resolve,
): Promise<readonly string[]> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return allowedAddresses(hostname, isIP(bare) === 0 ? await resolve(bare) : [bare], allow);
}
