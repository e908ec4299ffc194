/** Which part of the config were the categories of each post assigned by? */
import type { CategoryEntry } from '../../model/settings.ts';
import type { AssignedCategories } from '../../ports/assigned-categories.ts';
import { failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   assigned  HASH  source id -> JSON list of slugs
 *   entries   HASH  slug -> `entries` of this category, JSON
 *   unlisted  HASH  id of a source that is no longer configured -> since when, epoch ms
 */

const BATCH = 1_000;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createAssignedCategories(client: RedisClient, prefix: string): AssignedCategories {
  const key = `${prefix}assigned`;
  const entriesKey = `${prefix}entries`;
  const unlisted = `${prefix}unlisted`;
  return {
    noteUnlisted: async (ids, now) => {
      const known = await client.hgetall(unlisted).catch((error: unknown) => {
        throw failed('reading the sources that are not configured', error);
      });
      const back = Object.keys(known).filter((id) => !ids.includes(id));
      const fresh = ids.filter((id) => known[id] === undefined);
      const writes = [
        ...(back.length > 0 ? [client.hdel(unlisted, ...back)] : []),
        ...(fresh.length > 0 ? [client.hset(unlisted, ...fresh.flatMap((id) => [id, now]))] : []),
      ];
      await Promise.all(writes).catch((error: unknown) => {
        throw failed('recording the sources that are not configured', error);
      });
      return new Map(ids.map((id) => [id, Number(known[id] ?? now)]));
    },
    forget: async (ids) => {
      if (ids.length === 0) return;
      await Promise.all([client.hdel(key, ...ids), client.hdel(unlisted, ...ids)]).catch((error: unknown) => {
        throw failed('forgetting sources', error);
      });
    },
    read: async () => {
      const found = await client.hgetall(key).catch((error: unknown) => {
        throw failed('reading the categories of sources', error);
      });
      // Our own JSON is trusted.
      return new Map(Object.entries(found).map(([id, json]) => [id, JSON.parse(json) as readonly string[]]));
    },
    write: async (assigned) => {
      const pairs = [...assigned].map(([id, slugs]) => [id, JSON.stringify(slugs)] as const);
      for (let from = 0; from < pairs.length; from += BATCH) {
        await client.hset(key, ...pairs.slice(from, from + BATCH).flat()).catch((error: unknown) => {
          throw failed('recording the categories of sources', error);
        });
      }
    },
    readEntries: async () => {
      const found = await client.hgetall(entriesKey).catch((error: unknown) => {
        throw failed('reading the entries of categories', error);
      });
      // Our own JSON is trusted.
      return new Map(Object.entries(found).map(([slug, json]) => [slug, JSON.parse(json) as CategoryEntry]));
    },
    writeEntries: async (entries) => {
      const pairs = [...entries].flatMap(([slug, entry]) => [slug, JSON.stringify(entry)]);
      const transaction = client.multi().del(entriesKey);
      if (pairs.length > 0) transaction.hset(entriesKey, ...pairs);
      await transaction.exec().catch((error: unknown) => {
        throw failed('recording the entries of categories', error);
      });
    },
  };
}
