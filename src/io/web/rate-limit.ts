/** Does a reader ask for whole feeds faster than the operator allows? */
import type { IncomingMessage } from 'node:http';

const PRIVATE_PEER = /^(?:::ffff:)?(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|^(?:::1|f[cd][0-9a-f]{2}:)/iu;
/** Readers remembered before the older half is forgotten. */
const MOST = 50_000;

export interface UnconditionalLimit {
  /** Ms until this reader may ask for the whole of this feed again; 0 when it may now, which is then noted. */
  waitMs(reader: string, path: string, limitMs: number, now: number): number;
}

export function createUnconditionalLimit(): UnconditionalLimit {
  let young = new Map<string, number>();
  let old = new Map<string, number>();
  return {
    waitMs(reader, path, limitMs, now) {
      const key = `${reader}\n${path}`;
      const last = young.get(key) ?? old.get(key);
      if (last !== undefined && now - last < limitMs) return limitMs - (now - last);
      if (young.size >= MOST) {
        old = young;
        young = new Map();
      }
      young.set(key, now);
      return 0;
    },
  };
}

/** Names a reader by address and program. */
export function readerOf(request: IncomingMessage): string {
  return `${addressOf(request)}\n${request.headers['user-agent'] ?? ''}`;
}

/**
 * The client's address. Behind a proxy of ours, which has a private address, it is the last one that the proxy wrote
 * into X-Forwarded-For; what stands before it, anybody can have written.
 */
export function addressOf({ socket, headers }: IncomingMessage): string {
  const peer = socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  const list = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
  return list === undefined || !PRIVATE_PEER.test(peer) ? peer : (list.split(',').at(-1)?.trim() ?? peer);
}
