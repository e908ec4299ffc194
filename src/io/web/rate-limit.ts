/** Does a reader request whole feeds faster than the operator allows? */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';

/** Most pairs of reader and feed that are remembered; the oldest is forgotten first. */
const MOST = 100_000;

export interface UnconditionalLimit {
  /** Ms until this reader may request this whole feed again; 0 if it may now, and then the request is counted. */
  waitMs(reader: string, path: string, limitMs: number, now: number): number;
}

export function createUnconditionalLimit(): UnconditionalLimit {
  // Limited by size, because `max` would reserve the memory for all of them immediately.
  const noted = new LRUCache<string, number>({ maxSize: MOST, sizeCalculation: () => 1 });
  return {
    waitMs(reader, path, limitMs, now) {
      const key = limitKey(reader, path);
      const last = noted.peek(key);
      if (last !== undefined && now - last < limitMs) return limitMs - (now - last);
      noted.set(key, now);
      return 0;
    },
  };
}

/** Hashed, because clients choose both, at any length. */
export function limitKey(reader: string, path: string): string {
  return createHash('sha256').update(`${reader}\n${path}`).digest('base64url').slice(0, 22);
}

/** Identifies a reader by address and program. */
export function readerOf({ headers }: IncomingMessage, address: string): string {
  return `${address}\n${headers['user-agent'] ?? ''}`;
}
