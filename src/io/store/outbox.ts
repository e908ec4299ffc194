/** What was touched since it was last published? */
import type { Outbox, Touched } from '../../ports.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

const DONE = `
local touched = KEYS[1] .. 'touched'
for i = 1, #ARGV, 2 do
  if redis.call('HGET', touched, ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', touched, ARGV[i]) end
end
return 0`;

const TOUCH = `
for i = 1, #ARGV do redis.call('HSET', KEYS[1] .. 'touched', ARGV[i], redis.call('INCR', KEYS[1] .. 'touches')) end
return #ARGV`;

/** A transactional outbox: `Posts` notes each touch in the step that makes it, so that no crash loses one. */
export function createOutbox(client: RedisClient, prefix: string): Outbox {
  const touchScript = defineScript(client, 'touching', prefix, TOUCH);
  const doneScript = defineScript(client, 'clearing the outbox', prefix, DONE);

  async function touched(limit: number): Promise<readonly Touched[]> {
    const found: Touched[] = [];
    let cursor = '0';
    do {
      const [next, pairs] = await client
        .hscan(`${prefix}touched`, cursor, 'COUNT', 1_000)
        .catch((error: unknown) => Promise.reject(failed('reading the outbox', error)));
      for (let at = 0; at + 1 < pairs.length; at += 2)
        found.push({ key: pairs[at] ?? '', version: pairs[at + 1] ?? '' });
      cursor = next;
    } while (cursor !== '0' && found.length < limit);
    return found.slice(0, limit);
  }

  async function read(keys: readonly string[]): Promise<readonly Touched[]> {
    if (keys.length === 0) return [];
    const versions = await client
      .hmget(`${prefix}touched`, ...keys)
      .catch((error: unknown) => Promise.reject(failed('reading the outbox', error)));
    return keys.flatMap((key, index) => {
      const version = versions[index] ?? null;
      return version === null ? [] : [{ key, version }];
    });
  }

  async function touch(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await touchScript(...keys);
  }

  async function done(items: readonly Touched[]): Promise<void> {
    if (items.length > 0) await doneScript(...items.flatMap(({ key, version }) => [key, version]));
  }

  return { touched, read, done, touch };
}
