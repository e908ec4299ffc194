/** May we connect to this host, and to which of its addresses? */
import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { isInNetworks, isPublicAddress, type Networks } from '../../syntax/http/ip-address.ts';
import type { Resolve } from './resolve.ts';

/** The address of a host is not one that we fetch from. Thrown into undici's connect path and turned into an outcome there. */
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
 * The addresses of a host that may be connected to: all of them public or opened by `allow`.
 *
 * A name with both public and private addresses is refused as a whole, for it is either broken or meant to slip through.
 * Where all are private and `allow` opens some, only these are left.
 *
 * @throws ForbiddenAddressError
 */
function judgeAddresses(host: string, addresses: readonly string[], allow: Networks): readonly string[] {
  const allowed = addresses.filter((address) => isInNetworks(address, allow));
  const outside = addresses.filter((address) => !allowed.includes(address));
  const forbidden = outside.find((address) => !isPublicAddress(address));
  if (forbidden === undefined) return addresses;
  if (allowed.length > 0 && outside.every((address) => !isPublicAddress(address))) return allowed;
  throw new ForbiddenAddressError(host, forbidden);
}

/** Judges a host before anything is sent to it; a literal address is its own look-up. @throws as `judgeAddresses`, `resolve` */
export async function assertAllowedHost(
  hostname: string,
  allow: Networks,
  resolve: Resolve,
): Promise<readonly string[]> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return judgeAddresses(hostname, isIP(bare) === 0 ? await resolve(bare) : [bare], allow);
}

export interface JudgedConnection {
  readonly allow: Networks;
  readonly resolve: Resolve;
  /** Whether HTTP/2 may be agreed on. */
  readonly allowH2: boolean;
  readonly secureContext: SecureContext;
  readonly timeoutMs: number;
  /** Told of each connection that is opened, before it is. */
  readonly onOpen: (options: buildConnector.Options) => void;
  /** Told of each connection that speaks HTTP/2, which nobody else would ever close. */
  readonly onHttp2: (options: buildConnector.Options, socket: Socket) => void;
}

/**
 * Connects only to judged addresses. The look-up hands the judged ones to the socket, which connects to these and asks no
 * second time, so a name that changes between look-up and connect gains nothing.
 */
export function judgedConnector(connection: JudgedConnection): buildConnector.connector {
  const { allow, resolve, allowH2, secureContext, timeoutMs } = connection;
  const lookup: LookupFunction = (hostname, options, callback) => {
    assertAllowedHost(hostname, allow, resolve).then(
      (addresses) => {
        const found = addresses.map((address): LookupAddress => ({ address, family: isIP(address) }));
        const first = found[0];
        if (options.all === true) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
      // Look-ups reject with errors of node:dns, or with ours.
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, '');
      },
    );
  };
  const connect = buildConnector({ allowH2, secureContext, timeout: timeoutMs, lookup, autoSelectFamily: true });
  return (options, callback) => {
    connection.onOpen(options);
    // A literal address is never looked up.
    if (isIP(options.hostname) !== 0) {
      try {
        judgeAddresses(options.hostname, [options.hostname], allow);
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
