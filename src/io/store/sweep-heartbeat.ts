/** Are the sweep and the workers alive, in any process? */
import { failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   swept  STRING  time of the last sweep, epoch ms
 *   alive  HASH    queue -> when one of its workers last proved that it takes jobs, epoch ms
 *   network  HASH  worker whose network is down -> since when, and time of its last report, epoch ms, separated by a
 * space
 *   probe  STRING  written to test whether Redis accepts writes
 */

export interface SweepHeartbeat {
  /** Records a sweep at `now`, epoch ms. */
  swept(now: number): Promise<void>;
  /** Time of the last sweep, epoch ms; undefined before the first. */
  sweptAt(): Promise<number | undefined>;
  /** Records that workers of these queues are alive at `now`, epoch ms. */
  alive(queues: readonly string[], now: number): Promise<void>;
  /** By queue: when a worker of any process was last alive, epoch ms. */
  aliveAt(): Promise<ReadonlyMap<string, number>>;
  /** Records since when the network of a worker is down; undefined once it is back. */
  networkOut(worker: string, sinceAt: number | undefined, now: number): Promise<void>;
  /** Since when the network of any worker is down, epoch ms; undefined if all are up. */
  networkOutSince(now: number): Promise<number | undefined>;
  /** @throws StoreError if Redis cannot be reached or refuses writes: out of memory, read-only, disk full */
  probe(): Promise<void>;
  /** The clock of Redis, epoch ms. */
  serverTime(): Promise<number>;
}

const PROBE_KEPT_MS = 60_000;

/** While its network is down, a worker reports it at each check, every few minutes. */
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
      await step('recording the sweep', client.set(swept, now));
    },
    sweptAt: async () => {
      const at = await step('reading the sweep', client.get(swept));
      return at === null ? undefined : Number(at);
    },
    alive: async (queues, now) => {
      if (queues.length === 0) return;
      await step('recording live workers', client.hset(alive, Object.fromEntries(queues.map((queue) => [queue, now]))));
    },
    aliveAt: async () => {
      const found = await step('reading live workers', client.hgetall(alive));
      return new Map(Object.entries(found).map(([queue, at]) => [queue, Number(at)]));
    },
    networkOut: async (worker, sinceAt, now) => {
      const noting =
        sinceAt === undefined ? client.hdel(network, worker) : client.hset(network, worker, `${sinceAt} ${now}`);
      await step('recording the network', noting);
    },
    networkOutSince: async (now) => {
      const found = await step('reading the network', client.hvals(network));
      // An old report is from a worker that has ended.
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
