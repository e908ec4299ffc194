/** Rate-limits wrong admin tokens by address, and all addresses together. */
import { LRUCache } from 'lru-cache';
import { millisecondsInMinute } from 'date-fns/constants';
import { addressNetwork } from '../../syntax/http/ip-address.ts';

const MOST_WRONG = 10;
/** From all addresses together; a botnet has many. */
const MOST_WRONG_TOGETHER = 100;
const WITHIN_MS = millisecondsInMinute;
/** Addresses that sent the right token are not blocked by the guesses of others. */
const MOST_KNOWN = 100;

export interface LoginThrottle {
  /** Ms until this address may try again; 0 when it may now. */
  waitMs(address: string, now: number): number;
  wrong(address: string, now: number): void;
  /** This address sent the right token. */
  right(address: string): void;
}

/** After ten wrong tokens a minute from one address or IPv6 /64, or a hundred from all, further attempts must wait. */
export function createLoginThrottle(): LoginThrottle {
  // One window for all: the total bounds how many addresses it can hold.
  let since = Number.NEGATIVE_INFINITY;
  let together = 0;
  const wrongs = new Map<string, number>();
  const known = new LRUCache<string, true>({ max: MOST_KNOWN });

  function renewWindow(now: number): void {
    if (now - since < WITHIN_MS) return;
    since = now;
    together = 0;
    wrongs.clear();
  }

  return {
    waitMs(address, now) {
      renewWindow(now);
      const network = addressNetwork(address);
      const isOver =
        (wrongs.get(network) ?? 0) >= MOST_WRONG || (together >= MOST_WRONG_TOGETHER && !known.has(network));
      return isOver ? since + WITHIN_MS - now : 0;
    },
    wrong(address, now) {
      renewWindow(now);
      const network = addressNetwork(address);
      together += 1;
      wrongs.set(network, (wrongs.get(network) ?? 0) + 1);
    },
    right(address) {
      known.set(addressNetwork(address), true);
    },
  };
}
