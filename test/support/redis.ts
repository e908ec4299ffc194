/** A real Redis for the tests of one file. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { pino } from 'pino';
import { connectionOptions, parseRedisAddress } from '../../src/io/redis/address.ts';
import { connectRedis, type RedisClient, type RedisHandle } from '../../src/io/redis/connect.ts';
import { startEmbeddedRedis } from '../../src/io/redis/embedded.ts';
import type { RedisSettings } from '../../src/model/settings.ts';

export interface TestRedis {
  /** For a config or the REDIS_URL of a child process. */
  readonly url: string;
  readonly settings: RedisSettings;
  readonly client: RedisClient;
  /** A hash tag of this file's own; ours and BullMQ's keys start with it. */
  readonly prefix: string;
  /** A handle of its own, as the application gets one; the caller closes it. */
  connect(): Promise<RedisHandle>;
  /** Removes every key under the prefix. */
  clear(): Promise<void>;
  /** Does something to the server itself, over a connection of its own. */
  administer<Result>(act: (admin: Redis) => Promise<Result>): Promise<Result>;
  /** Ends everything; nothing is left on disk or in the server. */
  close(): Promise<void>;
}

/**
 * A private server in a temporary directory; with REDIS_URL set, that server with a prefix of the file's own.
 *
 *     let redis: TestRedis;
 *     beforeAll(async () => { redis = await startTestRedis(); });
 *     afterAll(() => redis.close());
 *
 * @param password  of a private server; another one keeps its own
 */
export async function startTestRedis({ password }: { readonly password?: string } = {}): Promise<TestRedis> {
  const log = pino({ level: 'silent' });
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-redis-'));
  const given = process.env['REDIS_URL'] ?? '';
  const server = given === '' ? await startEmbeddedRedis({ directory, log }) : undefined;
  if (server !== undefined && password !== undefined) await setPassword(server.socketPath, password);
  const user = password === undefined ? '' : `:${password}@`;
  const url = server === undefined ? given : `unix://${user}${server.socketPath}`;
  const prefix = server === undefined ? `{feedmill-test-${randomBytes(4).toString('hex')}}` : '{feedmill}';
  const settings: RedisSettings = { urls: [url], prefix: prefix.slice(1, -1), directory };
  const connect = (): Promise<RedisHandle> => connectRedis(settings, log, { prefix });
  const handle = await connect();

  async function clear(): Promise<void> {
    const pattern = `${prefix}:*`;
    const nodes = handle.client instanceof Cluster ? handle.client.nodes('master') : [handle.client];
    for (const node of nodes) {
      for (let cursor = '0'; ;) {
        const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
        if (keys.length > 0) await node.unlink(...keys);
        if (next === '0') break;
        cursor = next;
      }
    }
  }

  return {
    url,
    settings,
    client: handle.client,
    prefix,
    connect,
    clear,
    administer: async (act) => {
      const admin = new Redis(connectionOptions(parseRedisAddress(url)));
      return act(admin).finally(() => {
        admin.disconnect();
      });
    },
    close: async () => {
      if (server === undefined) await clear();
      await handle.close();
      // The supervisor knows no password; without this, it would wait and then kill the server.
      if (server !== undefined && password !== undefined) await setPassword(server.socketPath, '', password);
      await server?.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @param present  the password until now */
async function setPassword(socketPath: string, password: string, present?: string): Promise<void> {
  const admin = new Redis(socketPath, present === undefined ? {} : { password: present });
  await admin.config('SET', 'requirepass', password);
  admin.disconnect();
}
