/** Which counters do all workers share, since the first start? */
import { lua } from '../store/lua.ts';
import { membersOfSet, portions } from '../store/portions.ts';
import { defineScript, failed, type RedisClient } from '../store/script.ts';

/*
 * Keys, both behind the prefix:
 *   tally    HASH  NAME or NAME|LABEL -> number
 *   failing  SET   ids of sources whose last check gave no feed
 */

/** Counters, each with the kind of its label. */
export type CounterName =
  /** By outcome. */
  | 'fetches'
  | 'fetch-seconds'
  | 'fetched-bytes'
  /** By outcome. */
  | 'checks'
  /** By decision. */
  | 'posts'
  /** By place. */
  | 'documents'
  /** By kind of document. */
  | 'rendered'
  | 'compressed'
  | 'written'
  /** By queue. */
  | 'failed-jobs';

/** Upper bounds of the buckets of `fetch-seconds`; one more bucket takes the rest. */
export const FETCH_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** Labels are fixed words; free text would create a series for each value. */
const WORD = /^[a-z][a-z-]{0,39}$/u;

export interface SharedCounters {
  add(name: CounterName, label: string | undefined, by?: number): void;
  /** Duration of one fetch, for the histogram. */
  observeFetch(seconds: number): void;
  /** Records whether a source gave no feed at its last check. */
  noteHealth(sourceId: string, isFailing: boolean): void;
  /** Writes the counts since the last flush, in one round trip. @throws StoreError, and keeps them for the next flush */
  flush(): Promise<void>;
  /** Sums over all workers, by `NAME` or `NAME|LABEL`. */
  read(): Promise<ReadonlyMap<string, number>>;
  /** Number of failing sources; sources that left the config are removed. */
  failing(known: ReadonlySet<string>): Promise<number>;
}

/** Counting is an addition in memory; Redis gets it at the next flush. */
export function createSharedCounters(client: RedisClient, prefix: string): SharedCounters {
  const addScript = defineScript(client, 'counting', prefix, lua('metrics/shared-counters/add.lua'));
  let counts = new Map<string, number>();
  let healths = new Map<string, boolean>();

  function add(name: CounterName, label: string | undefined, by = 1): void {
    const key = label === undefined ? name : `${name}|${WORD.test(label) ? label : 'other'}`;
    counts.set(key, (counts.get(key) ?? 0) + by);
  }

  function observeFetch(seconds: number): void {
    const end = FETCH_SECONDS.find((limit) => seconds <= limit);
    // Not a label for `add`: bucket bounds are numbers.
    const key = `fetch-seconds|${end ?? '+Inf'}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    add('fetch-seconds', undefined, seconds);
  }

  async function flush(): Promise<void> {
    if (counts.size + healths.size === 0) return;
    const [added, noted] = [counts, healths];
    counts = new Map();
    healths = new Map();
    const changes = [...noted].map(([id, isFailing]) => [isFailing ? 'SADD' : 'SREM', id] as const);
    try {
      for (const some of portions(changes)) await addScript(some.length, ...some.flat());
      await addScript(0, ...[...added].flat());
    } catch (error) {
      for (const [key, by] of added) counts.set(key, (counts.get(key) ?? 0) + by);
      healths = new Map([...noted, ...healths]);
      throw error;
    }
  }

  async function read(): Promise<ReadonlyMap<string, number>> {
    const found = await client
      .hgetall(`${prefix}tally`)
      .catch((error: unknown) => Promise.reject(failed('reading the counts', error)));
    return new Map(Object.entries(found).map(([key, value]) => [key, Number(value)]));
  }

  async function failing(known: ReadonlySet<string>): Promise<number> {
    const key = `${prefix}failing`;
    try {
      const ids = await membersOfSet(client, key, 'counting the failing sources');
      const left = ids.filter((id) => !known.has(id));
      for (const some of portions(left)) await client.srem(key, ...some);
      return ids.length - left.length;
    } catch (error) {
      throw failed('counting the failing sources', error);
    }
  }

  return { add, observeFetch, noteHealth: (id, isFailing) => healths.set(id, isFailing), flush, read, failing };
}
