/** A store as a file, whatever the version of Redis: each key with its type and its values in base64. */
import type { RedisClient } from '../../src/io/redis/connect.ts';

export interface DumpedKey {
  /** Without the prefix. */
  readonly key: string;
  readonly type: string;
  /** Base64: field and value by turns, member and score, or one value. */
  readonly values: readonly string[];
}

const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
const base64 = (value: unknown): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(String(value))).toString('base64');

const READ: Readonly<Record<string, (key: string) => readonly [command: string, ...args: string[]]>> = {
  string: (key) => ['get', key],
  hash: (key) => ['hscan', key, '0', 'COUNT', '100000'],
  set: (key) => ['smembers', key],
  zset: (key) => ['zrange', key, '0', '-1', 'WITHSCORES'],
  list: (key) => ['lrange', key, '0', '-1'],
};

/** @param prefix  with its colon; a store small enough for KEYS */
export async function dumpStore(client: RedisClient, prefix: string): Promise<readonly DumpedKey[]> {
  const keys = (await client.keys(`${prefix}*`)).sort();
  const dumped: DumpedKey[] = [];
  for (const name of keys) {
    const type = await client.type(name);
    const [command, ...args] = READ[type]?.(name) ?? ['type', name];
    const reply: unknown = await client.callBuffer(command, args);
    const values: unknown = type === 'hash' && Array.isArray(reply) ? reply[1] : reply;
    dumped.push({
      key: name.slice(prefix.length),
      type,
      values: (Array.isArray(values) ? values : [values]).map(base64),
    });
  }
  return dumped;
}

export async function loadStore(client: RedisClient, prefix: string, dumped: readonly DumpedKey[]): Promise<void> {
  for (const { key, type, values } of dumped) {
    const name = prefix + key;
    const all = values.map(bytes);
    if (type === 'string') await client.call('set', [name, ...all]);
    if (type === 'hash') await client.call('hset', [name, ...all]);
    if (type === 'set') await client.call('sadd', [name, ...all]);
    if (type === 'list') await client.call('rpush', [name, ...all]);
    if (type === 'zset') {
      for (let at = 0; at < all.length; at += 2) await client.call('zadd', [name, all[at + 1] ?? '', all[at] ?? '']);
    }
  }
}
