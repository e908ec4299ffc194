/** May we connect to a host, and to which of its addresses? */
import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { isInNetworks, isPublicAddress, type Networks } from '../../syntax/http/ip-address.ts';
import type { Resolve } from './resolve.ts';

/** The host has a forbidden address. Thrown into undici's connect path and turned into an outcome there. */
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

/** Checks a host before a request; a literal address is not resolved. @throws as `allowedAddresses`, `resolve` */
export async function assertAllowedHost(
  hostname: string,
  allow: Networks,
  resolve: Resolve,
): Promise<readonly string[]> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return allowedAddresses(hostname, isIP(bare) === 0 ? await resolve(bare) : [bare], allow);
}

export interface GuardedConnection {
  readonly allow: Networks;
  readonly resolve: Resolve;
  /** Whether HTTP/2 may be negotiated. */
  readonly allowH2: boolean;
  readonly secureContext: SecureContext;
  readonly timeoutMs: number;
  /** Called before each connection is opened. */
  readonly onOpen: (options: buildConnector.Options) => void;
  /** Called for each HTTP/2 connection, which must be closed by us. */
  readonly onHttp2: (options: buildConnector.Options, socket: Socket) => void;
}

/**
 * Connects only to allowed addresses. The resolved and checked addresses are passed to the socket, which does not resolve
 * again, so a name that changes between the check and the connection has no effect.
 */
export function guardedConnector(connection: GuardedConnection): buildConnector.connector {
  const { allow, resolve, allowH2, secureContext, timeoutMs } = connection;
  const lookup: LookupFunction = (hostname, options, callback) => {
    assertAllowedHost(hostname, allow, resolve).then(
      (addresses) => {
        const found = addresses.map((address): LookupAddress => ({ address, family: isIP(address) }));
        const first = found[0];
        if (options.all === true) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
      // Lookups reject with errors of node:dns, or with ours.
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, '');
      },
    );
  };
  const connect = buildConnector({ allowH2, secureContext, timeout: timeoutMs, lookup, autoSelectFamily: true });
  return (options, callback) => {
    connection.onOpen(options);
    // A literal address is never resolved.
    if (isIP(options.hostname) !== 0) {
      try {
        allowedAddresses(options.hostname, [options.hostname], allow);
      } catch (error) {
        // undici expects the answer after the call has returned; only a ForbiddenAddressError gets here.
        queueMicrotask(() => {
          callback(error as Error, null);
        });
        return;
      }
    }
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error === null && 'alpnProtocol' in socket && socket.alpnProtocol === 'h2') {
        connection.onHttp2(options, socket);
      }
      callback(...result);
    });
  };
}
