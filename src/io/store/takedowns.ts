/** Which posts has the operator removed permanently? */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { RemovedStory, Takedown, Takedowns } from '../../ports/takedowns.ts';
import { lua } from './lua.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   takedowns       HASH    id of the post -> JSON: source, when, why, keys
 *   takedowns:keys  HASH    key, 16 hex digits -> id of the post
 *   takedown:ID     STRING  the story as deflated JSON, for 30 days
 */

const STORY_KEPT_MS = 30 * 86_400_000;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createTakedowns(client: RedisClient, prefix: string): Takedowns {
  const dropScript = defineScript(client, 'undoing a takedown', prefix, lua('store/takedowns/drop.lua'));
  const [records, byKey] = [`${prefix}takedowns`, `${prefix}takedowns:keys`];

  const reading = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('reading takedowns', error)));

  async function add({ id, ...takedown }: Takedown, story: RemovedStory): Promise<void> {
    const batch = client.multi();
    batch.hset(records, id, JSON.stringify(takedown));
    if (takedown.keys.length > 0) batch.hset(byKey, ...takedown.keys.flatMap((key) => [key, id]));
    batch.set(`${prefix}takedown:${id}`, deflateRawSync(JSON.stringify(story)), 'PX', STORY_KEPT_MS);
    const replies = await batch.exec().catch((error: unknown) => Promise.reject(failed('recording a takedown', error)));
    const broken = replies?.find(([error]) => error !== null);
    if (broken !== undefined) throw failed('recording a takedown', broken[0]);
  }

  async function get(ids: readonly string[]): Promise<readonly (Takedown | undefined)[]> {
    if (ids.length === 0) return [];
    const found = await reading(client.hmget(records, ...ids));
    // Our own JSON is trusted.
    return found.map((json, index) =>
      json === null ? undefined : { ...(JSON.parse(json) as Omit<Takedown, 'id'>), id: ids[index] ?? '' },
    );
  }

  async function find(keys: readonly (readonly string[])[]): Promise<readonly (string | undefined)[]> {
    const all = keys.flat();
    if (all.length === 0) return keys.map(() => undefined);
    const found = await reading(client.hmget(byKey, ...all));
    let at = 0;
    return keys.map(({ length }) => {
      const own = found.slice(at, at + length);
      at += length;
      return own.find((id) => id !== null) ?? undefined;
    });
  }

  async function story(id: string): Promise<RemovedStory | undefined> {
    const packed = await reading(client.getBuffer(`${prefix}takedown:${id}`));
    return packed === null ? undefined : (JSON.parse(inflateRawSync(packed).toString('utf8')) as RemovedStory);
  }

  async function latest(limit: number): Promise<readonly Takedown[]> {
    const all = Object.entries(await reading(client.hgetall(records)));
    // Our own JSON is trusted.
    return all
      .map(([id, json]): Takedown => ({ ...(JSON.parse(json) as Omit<Takedown, 'id'>), id }))
      .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  return {
    add,
    latest,
    get,
    find,
    story,
    drop: async (id) => {
      await dropScript(Buffer.from(id, 'hex'), id);
    },
  };
}
