/** Which entries are no longer listed, and may be forgotten? */
import type { EntryMemory } from '../../ports/entry-memory.ts';
import { dayBytes } from './entry-records.ts';
import { lua } from './lua.ts';
import { defineScript, listOf, numberOf, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix; those of entries are in entry-records.ts:
 *   forget:next   number of the next bucket
 */

/** Entries and keys per script, so that it does not block Redis; the last bucket may exceed it. */
const MOST_AT_ONCE = 300;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createEntryMemory(client: RedisClient, prefix: string): EntryMemory {
  const script = defineScript(client, 'forgetting entries', prefix, lua('store/entry-memory/forget.lua'));
  return {
    forget: async (listedBefore, mostParts) => {
      const reply = listOf(await script(dayBytes(Math.max(0, listedBefore)), mostParts, MOST_AT_ONCE));
      const [parts = 0, looked = 0, entries = 0, keys = 0] = reply.map(numberOf);
      return { parts, looked, entries, keys };
    },
  };
}
