/** Does a reader ask for whole feeds faster than the operator allows? */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';

/** Readers and feeds remembered; the one noted longest ago is forgotten first. */
const MOST = 100_000;

export interface UnconditionalLimit {
  /** Ms until this reader may ask for the whole of this feed again; 0 when it may now, which is then noted. */
  waitMs(reader: string, path: string, limitMs: number, now: number): number;
}

export function createUnconditionalLimit(): UnconditionalLimit {
  // By size, since `max` would take the room for all of them at once.
  const noted = new LRUCache<string, number>({ maxSize: MOST, sizeCalculation: () => 1 });
  return {
    waitMs(reader, path, limitMs, now) {
      // A client chooses both, at any length.
      const key = createHash('sha256').update(`${reader}\n${path}`).digest('base64url').slice(0, 22);
      const last = noted.peek(key);
      if (last !== undefined && now - last < limitMs) return limitMs - (now - last);
      noted.set(key, now);
      return 0;
    },
  };
}

/** Names a reader by address and program. */
export function readerOf({ headers }: IncomingMessage, address: string): string {
  return `${address}\n${headers['user-agent'] ?? ''}`;
}
