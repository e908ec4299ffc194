/** How is a connection opened: DNS, address check, proxy, TLS? */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import errors from 'undici/lib/core/errors.js';
import type { Networks } from '../../syntax/http/ip-address.ts';
import type { ConnectAddresses } from './connect-addresses.ts';
import { assertAllowedHost } from './guarded-connect.ts';
import { openTunnel, proxyAddresses, ProxyError, type Proxy, type Target } from './proxy.ts';
import type { Resolve } from './resolve.ts';
import type { Secure } from './secure.ts';

/** Options that connections of one kind share. */
export interface Line {
  readonly connect: ConnectAddresses;
  readonly resolve: Resolve;
  readonly allow: Networks;
  /** An error if it cannot be used. */
  readonly proxy?: Proxy | ProxyError;
  /** For connections to the origin. */
  readonly secure: Secure;
  /** For connections to a proxy over TLS. */
  readonly secureProxy: Secure;
  /** For the whole connection: DNS, proxy and TLS included. */
  readonly timeoutMs: number;
  /** Ends every connection that is being opened. */
  readonly closing: AbortSignal;
}

/** Where a connection leads, and whether it is secured. */
export interface Destination extends Target {
  readonly protocol: 'http:' | 'https:';
}

/**
 * A connection to a host, through the proxy if there is one, checked and secured.
 *
 * @param protocols  application protocols to offer in TLS
 * @throws errors of DNS, ForbiddenAddressError, AddressesError, ProxyError, errors of TLS, ConnectTimeoutError
 */
export function openConnection(
  line: Line,
  { protocol, hostname, port }: Destination,
  protocols: readonly string[],
): Promise<Socket | TLSSocket> {
  return withinTime(line, (signal) => {
    const reachHost = (): Promise<Socket> => reach(line, { hostname, port }, signal);
    return protocol === 'http:' ? reachHost() : line.secure(reachHost, { hostname, port, protocols, signal });
  });
}

/** A connection to the proxy itself. @throws as `openConnection` */
export function openToProxy(line: Line, proxy: Proxy): Promise<Socket> {
  return withinTime(line, (signal) => reachProxy(line, proxy, signal));
}

async function withinTime<Result>(
  { timeoutMs, closing }: Line,
  open: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController();
  const stop = (): void => {
    ending.abort(closing.reason);
  };
  if (closing.aborted) stop();
  closing.addEventListener('abort', stop);
  const timer = setTimeout(() => {
    ending.abort(new errors.ConnectTimeoutError());
  }, timeoutMs);
  try {
    return await open(ending.signal);
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', stop);
  }
}

async function reach(line: Line, target: Target, signal: AbortSignal): Promise<Socket> {
  const { proxy, allow, resolve, connect, timeoutMs } = line;
  if (proxy instanceof ProxyError) throw proxy;
  if (proxy?.kind === 'http') return openTunnel(await reachProxy(line, proxy, signal), proxy, target, signal);
  if (proxy?.kind === 'socks') return reachBySocks(line, proxy, target, signal);
  const addresses = await untilAborted(assertAllowedHost(target.hostname, allow, resolve), signal);
  return connect(addresses, { port: target.port, timeoutMs, signal });
}

async function reachProxy(line: Line, proxy: Proxy, signal: AbortSignal): Promise<Socket> {
  const { resolve, connect, timeoutMs } = line;
  const { hostname, port } = proxy;
  const reachIt = async (): Promise<Socket> => {
    try {
      const addresses = await untilAborted(proxyAddresses(proxy, resolve), signal);
      return await connect(addresses, { port, timeoutMs, signal });
    } catch (cause) {
      signal.throwIfAborted();
      throw new ProxyError('cannot be connected to', { cause });
    }
  };
  return proxy.secure ? line.secureProxy(reachIt, { hostname, port, protocols: ['http/1.1'], signal }) : reachIt();
}

/** A proxy that gets addresses is given one after the other; one that gets names tries them itself. */
async function reachBySocks(line: Line, proxy: Proxy, target: Target, signal: AbortSignal): Promise<Socket> {
  const { allow, resolve, timeoutMs } = line;
  const { hostname, port } = target;
  const places = proxy.resolvesHere
    ? await untilAborted(assertAllowedHost(hostname, allow, resolve), signal)
    : [hostname];
  const refusals: ProxyError[] = [];
  for (const place of places) {
    const socket = await reachProxy(line, proxy, signal);
    try {
      const { openSocks } = await import('./socks.ts');
      return await openSocks(socket, proxy, { hostname: place, port }, timeoutMs / places.length);
    } catch (error) {
      socket.destroy();
      signal.throwIfAborted();
      if (!(error instanceof ProxyError)) throw error;
      refusals.push(error);
    }
  }
  throw new ProxyError(refusals.map(({ message }) => message).join(', '));
}

/** A DNS lookup cannot be stopped; its late result is ignored. */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop = (): void => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
