/** By which categories of its source did each post get its own? */
import type { AssignedCategories } from '../../ports/assigned-categories.ts';
import { failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   assigned  HASH  source id -> JSON list of slugs
 */

const BATCH = 1_000;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createAssignedCategories(client: RedisClient, prefix: string): AssignedCategories {
  const key = `${prefix}assigned`;
  return {
    read: async () => {
      const found = await client.hgetall(key).catch((error: unknown) => {
        throw failed('reading the categories of sources', error);
      });
      // What we wrote ourselves is trusted.
      return new Map(Object.entries(found).map(([id, json]) => [id, JSON.parse(json) as readonly string[]]));
    },
    write: async (assigned) => {
      const pairs = [...assigned].map(([id, slugs]) => [id, JSON.stringify(slugs)] as const);
      for (let from = 0; from < pairs.length; from += BATCH) {
        await client.hset(key, ...pairs.slice(from, from + BATCH).flat()).catch((error: unknown) => {
          throw failed('noting the categories of sources', error);
        });
      }
    },
  };
}
