/** How is a host with several addresses connected to, if some of them may not answer? (RFC 8305) */
import { connect, isIPv6, type Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import errors from 'undici/lib/core/errors.js';
import { millisecondsInMinute } from 'date-fns/constants';
import { codeOf } from '../../model/errors.ts';

/** How long one address is tried alone before the next one is tried in parallel (RFC 8305 §5). */
const HEAD_START_MS = 250;
/** A name with hundreds of addresses must not make us try all of them. */
const MOST_ADDRESSES = 8;
/** The types of node:net leave out the stream's own options. */
const SOCKET = { noDelay: true, highWaterMark: 64 * 1024 };
const KEEP_ALIVE_PROBE_MS = millisecondsInMinute;

/** Errors of this machine or the route, not of the host. */
const NO_ROUTE = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENETDOWN',
  'EACCES',
  'EPERM',
]);
/** Those of them that concern every address of the family. */
const NO_ROUTE_OF_FAMILY = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETDOWN']);

export interface Attempt {
  readonly address: string;
  /** Code of the error that ended it; `ETIMEDOUT` if it had not ended at the timeout. */
  readonly code: string;
}

/** No address of a host accepted a connection. */
export class AddressesError extends Error {
  override readonly name = 'AddressesError';
  /** In the order in which they were tried. */
  readonly attempts: readonly Attempt[];
  /** Error of the first address with a route. */
  readonly code: string;

  constructor(attempts: readonly Attempt[]) {
    super(attempts.map(({ address, code }) => `${address}: ${code}`).join(', '));
    this.attempts = attempts;
    this.code = (attempts.find(({ code }) => !NO_ROUTE.has(code)) ?? attempts[0])?.code ?? '';
  }
}

export interface Knock {
  readonly port: number;
  /** Time at which the signal ends all attempts. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** @throws AddressesError, also at the timeout; else the signal's reason */
export type ConnectAddresses = (addresses: readonly string[], knock: Knock) => Promise<Socket>;

/**
 * Attempts start one after another, the next one as soon as one fails and at the latest after its head start; none is
 * aborted before the timeout, so each address has nearly all of it. The first connection wins. Families whose
 * addresses had no route a moment ago are tried last.
 */
export function createConnectAddresses(): ConnectAddresses {
  const unrouted = new LRUCache<Family, true>({ max: 2, ttl: millisecondsInMinute });
  return (addresses, { port, timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const waiting = inOrder(addresses, (family) => unrouted.has(family));
      const headStartMs = Math.min(HEAD_START_MS, timeoutMs / waiting.length);
      const ends = new Map(waiting.map((address) => [address, 'ETIMEDOUT']));
      const open = new Set<Socket>();
      let next: NodeJS.Timeout | undefined;

      const finish = (winner?: Socket): void => {
        clearTimeout(next);
        signal.removeEventListener('abort', abort);
        for (const socket of open) if (socket !== winner) socket.destroy();
        open.clear();
      };
      const fail = (): void => {
        finish();
        reject(new AddressesError([...ends].map(([address, code]) => ({ address, code }))));
      };
      const abort = (): void => {
        if (isTimeUp(signal)) fail();
        else {
          finish();
          reject(signal.reason as Error);
        }
      };
      signal.addEventListener('abort', abort);

      const tryNext = (): void => {
        clearTimeout(next);
        const address = waiting.shift();
        if (address === undefined) return;
        if (waiting.length > 0) next = setTimeout(tryNext, headStartMs);
        const socket = connect({ ...SOCKET, host: address, port });
        open.add(socket);
        const lost = (error: unknown): void => {
          // We destroy the slower connection ourselves, which is not an outcome.
          if (!open.delete(socket)) return;
          const code = codeOf(error);
          ends.set(address, code);
          if (NO_ROUTE_OF_FAMILY.has(code)) unrouted.set(familyOf(address), true);
          if (waiting.length > 0) tryNext();
          else if (open.size === 0) fail();
        };
        // This listener stays: between two owners of the connection, an error must not end the process.
        socket.on('error', lost).once('connect', () => {
          socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
          finish(socket);
          resolve(socket);
        });
      };
      tryNext();
    });
}

/** True if a signal ended because the time for the connection was over. */
export function isTimeUp({ reason }: AbortSignal): boolean {
  return reason instanceof errors.ConnectTimeoutError;
}

type Family = 4 | 6;

function familyOf(address: string): Family {
  return isIPv6(address) ? 6 : 4;
}

/** The families alternate (RFC 8305 §4), starting with that of the first address; those without a route come last. */
function inOrder(addresses: readonly string[], isUnrouted: (family: Family) => boolean): string[] {
  const first = familyOf(addresses[0] ?? '');
  const some = addresses.filter((address) => familyOf(address) === first);
  const others = addresses.filter((address) => familyOf(address) !== first);
  const turns = Array.from({ length: Math.max(some.length, others.length) }, (_, index) => [
    ...some.slice(index, index + 1),
    ...others.slice(index, index + 1),
  ]).flat();
  const rank = (address: string): number => (isUnrouted(familyOf(address)) ? 1 : 0);
  return [...new Set(turns)].sort((one, other) => rank(one) - rank(other)).slice(0, MOST_ADDRESSES);
}
