/** Is somebody guessing? */

const MOST_WRONG = 10;
const WITHIN_MS = 60_000;
/** Addresses remembered; beyond, all are forgotten. */
const MOST_REMEMBERED = 10_000;

export interface LoginThrottle {
  /** Ms until this address may try again; 0 when it may now. */
  waitMs(address: string, now: number): number;
  wrong(address: string, now: number): void;
}

/** Ten wrong tokens a minute from one address, then it waits. */
export function createLoginThrottle(): LoginThrottle {
  const wrongs = new Map<string, { count: number; readonly since: number }>();
  return {
    waitMs(address, now) {
      const known = wrongs.get(address);
      if (known === undefined || known.count < MOST_WRONG) return 0;
      return Math.max(0, known.since + WITHIN_MS - now);
    },
    wrong(address, now) {
      const known = wrongs.get(address);
      if (known !== undefined && now - known.since < WITHIN_MS) {
        known.count += 1;
        return;
      }
      if (wrongs.size >= MOST_REMEMBERED) wrongs.clear();
      wrongs.set(address, { count: 1, since: now });
    },
  };
}
