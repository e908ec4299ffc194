/** How are long lists written and read without a call that keeps Redis from answering others? */
import { failed, type RedisClient } from './script.ts';

/** Items in one call of a script: it takes up to some 3 ms. */
export const PORTION = 250;
/** Members that a scan looks at in one call. */
const SCANNED = 500;

export function* portions<Item>(items: readonly Item[], size = PORTION): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** All members of a set, in no order; one that is added or removed meanwhile may be missing. @param step  for errors */
export async function membersOfSet(client: RedisClient, key: string, step: string): Promise<readonly string[]> {
  return scanned(step, (cursor) => client.sscan(key, cursor, 'COUNT', SCANNED), 1);
}

/** The same for a sorted set: also one whose score changes meanwhile is found, as paging by rank does not. */
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
