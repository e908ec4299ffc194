/** What was touched since it was last published? */
import type { Outbox, Touched } from '../../ports.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

const DONE = `
for i = 1, #ARGV, 2 do
  for _, hash in ipairs({KEYS[1] .. 'touched', KEYS[1] .. 'rest'}) do
    if redis.call('HGET', hash, ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', hash, ARGV[i]) end
  end
end
return 0`;

const TOUCH = `
for i = 1, #ARGV do redis.call('HSET', KEYS[1] .. 'touched', ARGV[i], redis.call('INCR', KEYS[1] .. 'touches')) end
return #ARGV`;

/** A transactional outbox: `Posts` notes each touch in the step that makes it, so that no crash loses one. */
export function createOutbox(client: RedisClient, prefix: string): Outbox {
  const touchScript = defineScript(client, 'touching', prefix, TOUCH);
  const doneScript = defineScript(client, 'clearing the outbox', prefix, DONE);

  const reading = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('reading the outbox', error)));

  async function touched(): Promise<readonly Touched[]> {
    const versions = await reading(client.hgetall(`${prefix}touched`));
    return Object.entries(versions).map(([key, version]) => ({ key, version }));
  }

  async function restCount(): Promise<number> {
    return reading(client.hlen(`${prefix}rest`));
  }

  async function rest(limit: number): Promise<readonly Touched[]> {
    const found: Touched[] = [];
    let cursor = '0';
    do {
      const [next, pairs] = await reading(client.hscan(`${prefix}rest`, cursor, 'COUNT', limit));
      for (let at = 0; at + 1 < pairs.length; at += 2)
        found.push({ key: pairs[at] ?? '', version: pairs[at + 1] ?? '' });
      cursor = next;
    } while (cursor !== '0' && found.length < limit);
    return found;
  }

  async function touch(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await touchScript(...keys);
  }

  async function done(items: readonly Touched[]): Promise<void> {
    if (items.length > 0) await doneScript(...items.flatMap(({ key, version }) => [key, version]));
  }

  return { touched, restCount, rest, done, touch };
}
