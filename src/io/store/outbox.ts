/** What was touched since it was last published? */
import type { Outbox, DirtyKey } from '../../ports/outbox.ts';
import { defineScript, failed, numberOf, type RedisClient } from './script.ts';

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

const EVERYTHING_BATCH = 1_000;

/** So many posts from that place on, and all groups that they stand in. */
const TOUCH_EVERYTHING = `
local p, from, count = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local version = redis.call('INCR', p .. 'touches')
local ids = redis.call('ZRANGE', p .. 'x:all', from, from + count - 1)
for _, id in ipairs(ids) do
  local name = string.gsub(id, '.', function(c) return string.format('%02x', string.byte(c)) end)
  redis.call('HSET', p .. 'rest', 'page:' .. name, version)
  for scope in string.gmatch(redis.call('HGET', p .. 'p:' .. name, 'x') or '', '[^\\n]+') do
    redis.call('HSET', p .. 'rest', 'archive:' .. scope, version)
    local kind = string.match(scope, '^(%a+):')
    if kind == 'tag' or kind == 'source' then redis.call('HSET', p .. 'rest', scope, version) end
  end
end
return #ids`;

/** A transactional outbox: `Posts` notes each touch in the step that makes it, so that no crash loses one. */
export function createOutbox(client: RedisClient, prefix: string): Outbox {
  const touchScript = defineScript(client, 'touching', prefix, TOUCH);
  const everythingScript = defineScript(client, 'touching everything', prefix, TOUCH_EVERYTHING);
  const doneScript = defineScript(client, 'clearing the outbox', prefix, DONE);

  const reading = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('reading the outbox', error)));

  async function dirty(): Promise<readonly DirtyKey[]> {
    const versions = await reading(client.hgetall(`${prefix}touched`));
    return Object.entries(versions).map(([key, version]) => ({ key, version }));
  }

  async function bulkCount(): Promise<number> {
    return reading(client.hlen(`${prefix}rest`));
  }

  async function bulk(limit: number): Promise<readonly DirtyKey[]> {
    const found: DirtyKey[] = [];
    let cursor = '0';
    do {
      const [next, pairs] = await reading(client.hscan(`${prefix}rest`, cursor, 'COUNT', limit));
      for (let at = 0; at + 1 < pairs.length; at += 2)
        found.push({ key: pairs[at] ?? '', version: pairs[at + 1] ?? '' });
      cursor = next;
    } while (cursor !== '0' && found.length < limit);
    return found;
  }

  async function markDirty(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await touchScript(...keys);
  }

  async function markEverythingDirty(): Promise<number> {
    for (let from = 0; ; from += EVERYTHING_BATCH) {
      const found = numberOf(await everythingScript(from, EVERYTHING_BATCH));
      if (found < EVERYTHING_BATCH) return from + found;
    }
  }

  async function templateVersion(): Promise<string | undefined> {
    return (await reading(client.get(`${prefix}look`))) ?? undefined;
  }

  async function setTemplateVersion(value: string): Promise<void> {
    await reading(client.set(`${prefix}look`, value));
  }

  async function done(items: readonly DirtyKey[]): Promise<void> {
    if (items.length > 0) await doneScript(...items.flatMap(({ key, version }) => [key, version]));
  }

  return { dirty, bulkCount, bulk, done, markDirty, markEverythingDirty, templateVersion, setTemplateVersion };
}
