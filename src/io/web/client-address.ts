/** Which client sent a request, behind the proxies that the operator trusts? */
import type { IncomingMessage } from 'node:http';
import type { HttpSettings } from '../../model/settings.ts';
import { isInNetworks, isIpAddress, type Networks, parseNetworks } from '../../syntax/http/ip-address.ts';

export type TrustedProxies = HttpSettings['trustProxy'];

/** Headers that proxies add. The client of a request with one of these that comes from no trusted proxy is unknown. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

const parsed = new WeakMap<readonly string[], Networks>();

/**
 * The client's address. `X-Forwarded-For` counts as far as trusted proxies wrote it: with a number, that many entries
 * from the right; with networks, up to the first address outside them. Without trust it is the peer's address.
 */
export function addressOf({ socket, headers }: IncomingMessage, trust: TrustedProxies): string {
  const peer = plain(socket.remoteAddress ?? '');
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined || !trustsPeer(peer, trust)) return peer;
  const written = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',').map(withoutPort);
  const trusted = typeof trust === 'number' ? trust : Number.POSITIVE_INFINITY;
  let client = peer;
  for (let hop = 0; hop < trusted; hop += 1) {
    const entry = written[written.length - 1 - hop];
    // A value that is not an address was not written by a proxy.
    if (entry === undefined || !isIpAddress(entry)) return client;
    client = plain(entry);
    if (typeof trust !== 'number' && !isInNetworks(client, networksOf(trust))) return client;
  }
  return client;
}

/** Whether the client uses TLS with the trusted proxy in front of us. */
export function isSecure({ socket, headers }: IncomingMessage, trust: TrustedProxies): boolean {
  const protocol = headers['x-forwarded-proto'];
  const text = Array.isArray(protocol) ? protocol.join(',') : (protocol ?? '');
  // With several proxies, the nearest one writes last.
  return trustsPeer(plain(socket.remoteAddress ?? ''), trust) && text.split(',').at(-1)?.trim() === 'https';
}

/** Whether the request came through a proxy that is not trusted, as far as its headers show. */
export function isFromUnknownProxy({ socket, headers }: IncomingMessage, trust: TrustedProxies): boolean {
  return (
    !trustsPeer(plain(socket.remoteAddress ?? ''), trust) && PROXY_HEADERS.some((name) => headers[name] !== undefined)
  );
}

/** Whether the request has a header of a proxy. */
export function hasProxyHeaders({ headers }: IncomingMessage): boolean {
  return PROXY_HEADERS.some((name) => headers[name] !== undefined);
}

function trustsPeer(peer: string, trust: TrustedProxies): boolean {
  return typeof trust === 'number' ? trust > 0 : isInNetworks(peer, networksOf(trust));
}

function networksOf(written: readonly string[]): Networks {
  const known = parsed.get(written) ?? parseNetworks(written);
  parsed.set(written, known);
  return known;
}

/** Some proxies add the client's port. */
function withoutPort(entry: string): string {
  const text = entry.trim();
  return /^\[([^\]]*)\](?::\d+)?$/u.exec(text)?.[1] ?? text.replace(/^(\d+(?:\.\d+){3}):\d+$/u, '$1');
}

/** An IPv4 client of a dual-stack socket is written as IPv4. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/iu, '');
}
