/** How are long lists written and read without calls that block Redis? */
import { failed, type RedisClient } from './script.ts';

/** Items per call of a script, which takes up to about 3 ms. */
export const PORTION = 250;
/** Members that one call of a scan looks at. */
const SCANNED = 500;

export function* portions<Item>(items: readonly Item[], size = PORTION): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** All members of a set, in no order; one that is added or removed meanwhile may be missing. @param step  for errors */
export async function membersOfSet(client: RedisClient, key: string, step: string): Promise<readonly string[]> {
  return scanned(step, (cursor) => client.sscan(key, cursor, 'COUNT', SCANNED), 1);
}

/** The same for a sorted set: also finds members whose score changes meanwhile, unlike paging by rank. */
export async function membersOfSortedSet(client: RedisClient, key: string, step: string): Promise<readonly string[]> {
  return scanned(step, (cursor) => client.zscan(key, cursor, 'COUNT', SCANNED), 2);
}

/** @param width  replies for each member: the member itself, and its score */
async function scanned(
  step: string,
  scan: (cursor: string) => Promise<[cursor: string, found: string[]]>,
  width: 1 | 2,
): Promise<readonly string[]> {
  const members = new Set<string>();
  for (let cursor = '0'; ;) {
    const [next, found] = await scan(cursor).catch((error: unknown) => {
      throw failed(step, error);
    });
    for (let at = 0; at < found.length; at += width) members.add(found[at] ?? '');
    if (next === '0') return [...members];
    cursor = next;
  }
}
