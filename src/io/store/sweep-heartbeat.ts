/** Are the sweep and the workers alive, in whichever process they run? */
import { failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   swept  STRING  when the last sweep was done, epoch ms
 *   alive  HASH    queue -> when a worker of it last proved that it fetches jobs, epoch ms
 *   network  HASH  worker whose network is out -> since when, and when it said so, epoch ms, with a blank between
 *   probe  STRING  written to find out whether Redis accepts writes
 */

export interface SweepHeartbeat {
  /** Notes that a sweep was done at `now`, epoch ms. */
  swept(now: number): Promise<void>;
  /** When the last sweep was done, epoch ms; undefined before the first. */
  sweptAt(): Promise<number | undefined>;
  /** Notes that workers of these queues are alive at `now`, epoch ms. */
  alive(queues: readonly string[], now: number): Promise<void>;
  /** Per queue, when a worker of any process was last alive, epoch ms. */
  aliveAt(): Promise<ReadonlyMap<string, number>>;
  /** Notes since when the network of a worker is out; undefined once it is back. */
  networkOut(worker: string, sinceAt: number | undefined, now: number): Promise<void>;
  /** Since when the network of any worker is out, epoch ms; undefined if that of none is. */
  networkOutSince(now: number): Promise<number | undefined>;
  /** @throws StoreError if Redis cannot be reached or refuses writes: out of memory, read-only, disk full */
  probe(): Promise<void>;
  /** The clock of Redis, epoch ms. */
  serverTime(): Promise<number>;
}

const PROBE_KEPT_MS = 60_000;

/** While its network is out, a worker says so at each check, every few minutes. */
const NETWORK_SAID_MS = 15 * 60_000;

export function createSweepHeartbeat(client: RedisClient, prefix: string): SweepHeartbeat {
  const swept = `${prefix}swept`;
  const alive = `${prefix}alive`;
  const network = `${prefix}network`;

  async function step<Reply>(name: string, work: Promise<Reply>): Promise<Reply> {
    return work.catch((error: unknown) => Promise.reject(failed(name, error)));
  }

  return {
    swept: async (now) => {
      await step('noting the sweep', client.set(swept, now));
    },
    sweptAt: async () => {
      const at = await step('reading the sweep', client.get(swept));
      return at === null ? undefined : Number(at);
    },
    alive: async (queues, now) => {
      if (queues.length === 0) return;
      await step('noting live workers', client.hset(alive, Object.fromEntries(queues.map((queue) => [queue, now]))));
    },
    aliveAt: async () => {
      const found = await step('reading live workers', client.hgetall(alive));
      return new Map(Object.entries(found).map(([queue, at]) => [queue, Number(at)]));
    },
    networkOut: async (worker, sinceAt, now) => {
      const noting =
        sinceAt === undefined ? client.hdel(network, worker) : client.hset(network, worker, `${sinceAt} ${now}`);
      await step('noting the network', noting);
    },
    networkOutSince: async (now) => {
      const found = await step('reading the network', client.hvals(network));
      // What a worker said long ago, it said before it ended.
      const out = found.flatMap((line) => {
        const [sinceAt = 0, saidAt = 0] = line.split(' ').map(Number);
        return now - saidAt <= NETWORK_SAID_MS ? [sinceAt] : [];
      });
      return out.reduce<number | undefined>((first, at) => (first === undefined ? at : Math.min(first, at)), undefined);
    },
    probe: async () => {
      await step('a test write', client.set(`${prefix}probe`, '1', 'PX', PROBE_KEPT_MS));
    },
    serverTime: async () => {
      // The keyed command finds its node in a cluster; TIME has no key.
      const time = await step(
        'reading the clock of Redis',
        client.eval("return redis.call('TIME')", 1, `${prefix}probe`),
      );
      const [seconds, microseconds] = time as readonly [string, string];
      return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
    },
  };
}
