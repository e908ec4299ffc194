/**
 * Does a site go on when the Redis that it works on dies and another one takes its place?
 *
 *     npm run build && npx tsx bench/failover.ts [--rounds 20] [--only sentinel|cluster] [--sources 4] [--seed 1]
 *
 * Two servers with a sentinel, then a cluster of three with a replica each; a web server and a worker on feeds that grow as they
 * are asked. Each round kills the server that holds the data with `kill -9`, and starts it again, as a replica, once another one
 * has its place. A round ends when `/readyz` is 200 and all that was offered when the other one took over is published.
 * Violations: an entry twice, a feed that shrinks or answers an error for longer than the failover, more than 15 s until it grows again.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { makeWorkplace } from '../test/support/feedmill.ts';
import { freePort } from '../test/support/port.ts';
import { startGrowingOrigin } from './faults/origin.ts';
import { watch } from './faults/watch.ts';
import { seededRandom } from './fuzz/random.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    only: { type: 'string' },
    sources: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
  },
});
const rounds = Number(values.rounds);
const random = seededRandom(Number(values.seed));
const GROWS_WITHIN_MS = 15_000;
const GIVEN_UP_MS = 90_000;
/** All keys have the hash tag of the prefix. */
const PREFIX = 'feedmill';
const directory = await mkdtemp(join(tmpdir(), 'feedmill-failover-'));
const servers = new Map<number, ChildProcess>();

/** Servers of which one holds the data. */
interface Group {
  /** What stands under `redis:` in the config. */
  readonly config: string;
  holder(): Promise<number>;
  /** Starts a server again that was killed. */
  revive(port: number): Promise<void>;
}

async function startServer(port: number, ...options: readonly string[]): Promise<void> {
  const home = join(directory, String(port));
  await mkdir(home, { recursive: true });
  const args = [...options, '--port', String(port), '--bind', '127.0.0.1', '--dir', home, '--save', ''];
  servers.set(port, spawn('redis-server', args, { stdio: 'ignore' }));
  await eventually(() =>
    asking(port, async (server) => {
      await server.ping();
      return true;
    }),
  );
}

async function asking<Answer>(port: number, ask: (server: Redis) => Promise<Answer>): Promise<Answer> {
  const server = new Redis(port, '127.0.0.1', { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  // The command fails with the same error.
  server.on('error', () => undefined);
  return ask(server).finally(() => {
    server.disconnect();
  });
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + GIVEN_UP_MS;
  while (performance.now() < until) {
    // A server that is not there yet is asked again.
    if (await isSo().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error('the servers did not come to the state that was waited for');
}

async function startSentinel(): Promise<Group> {
  const [first, second, sentinel] = [await freePort(), await freePort(), await freePort()];
  await startServer(first, '--appendonly', 'yes');
  await startServer(second, '--appendonly', 'yes', '--replicaof', `127.0.0.1 ${first}`);
  const file = join(directory, 'sentinel.conf');
  const limits = 'sentinel down-after-milliseconds mill 1000\nsentinel failover-timeout mill 3000\n';
  await writeFile(file, `sentinel monitor mill 127.0.0.1 ${first} 1\n${limits}`);
  servers.set(sentinel, spawn('redis-server', [file, '--sentinel', '--port', String(sentinel)], { stdio: 'ignore' }));
  const replicas = () => asking(sentinel, (at) => at.call('SENTINEL', 'REPLICAS', 'mill')) as Promise<unknown[]>;
  await eventually(async () => (await replicas()).length === 1);
  return {
    config: `{ url: "redis://127.0.0.1:${sentinel}", sentinel: mill, prefix: ${PREFIX} }`,
    holder: async () => {
      const address = await asking(sentinel, (at) => at.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mill'));
      return Number((address as readonly string[])[1]);
    },
    revive: async (port) => {
      await startServer(port, '--appendonly', 'yes');
      // The sentinel makes it a replica.
      await eventually(async () =>
        (await asking(port, (server) => server.info('replication'))).includes('link_status:up'),
      );
    },
  };
}

async function startCluster(): Promise<Group> {
  const ports: number[] = [];
  // The bus port is ten thousand higher.
  while (ports.length < 6) {
    const port = await freePort();
    if (port < 55_000 && !ports.includes(port)) ports.push(port);
  }
  const options = ['--appendonly', 'yes', '--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'];
  for (const port of ports) await startServer(port, ...options);
  const addresses = ports.map((port) => `127.0.0.1:${port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes']);
  const nodes = async () => {
    const alive = ports.find((port) => servers.get(port)?.exitCode === null && servers.get(port)?.signalCode === null);
    return asking(alive ?? 0, (server) => server.call('CLUSTER', 'SLOTS')) as Promise<
      readonly (readonly [number, number, ...(readonly [string, number, string])[]])[]
    >;
  };
  const slot = await asking(ports[0] ?? 0, (server) => server.cluster('KEYSLOT', `{${PREFIX}}`));
  const shard = async () => (await nodes()).find(([from, to]) => from <= slot && slot <= to);
  await eventually(async () => (await shard())?.length === 4);
  return {
    config: `{ url: [${addresses
      .slice(0, 3)
      .map((address) => `"redis://${address}"`)
      .join(', ')}], prefix: ${PREFIX} }`,
    holder: async () => (await shard())?.[2]?.[1] ?? 0,
    revive: async (port) => {
      await startServer(port, ...options);
      await eventually(async () =>
        (await asking(port, (server) => server.info('replication'))).includes('link_status:up'),
      );
    },
  };
}

/** @returns ms from the moment at which another server held the data */
async function run(name: string, group: Group): Promise<void> {
  const origin = await startGrowingOrigin(() => random.int(1_000) / 1_000);
  const port = await freePort();
  const place = await makeWorkplace();
  const sources = Array.from(
    { length: Number(values.sources) },
    (_, n) => `  - { id: s${n}, url: "${origin.url}/s${n}", categories: [news] }`,
  );
  await place.write(
    'config/feedmill.yaml',
    `site: { title: News, url: "http://127.0.0.1:${port}", language: en, timezone: UTC }
http: { host: 127.0.0.1, port: ${port} }
redis: ${group.config}
fetch: { allow: [127.0.0.0/8], host: { concurrency: 100, delay: 0s }, timeout: 5s }
schedule: { default: 1s, min: 1s, max: 1s }
publish: { items: 10000, maxFeedBytes: 100MB, maxSourceShare: 1 }
flood: { least: 100000 }
keep: { posts: 3650d, perCategory: 100000 }
categories: [{ slug: news, title: News }]
sources:
${sources.join('\n')}
`,
  );
  const processes = [place.start(['start', '--role', 'web']), place.start(['start', '--role', 'worker'])];
  const seen = watch(`http://127.0.0.1:${port}`, origin);
  const times: number[] = [];
  const violations: string[] = [];
  origin.setLoad(0.3);
  try {
    await grown();
    for (let round = 1; round <= rounds; round += 1) {
      await sleep(random.int(1_500));
      const before = await group.holder();
      await kill(before);
      await eventually(async () => ![before, 0].includes(await group.holder()));
      const ms = await grown();
      times.push(ms);
      violations.push(
        ...[...seen.violations(), ...(ms > GROWS_WITHIN_MS ? [`grew after ${ms} ms`] : [])].map(
          (what) => `${name}, round ${round}: ${what}`,
        ),
      );
      await group.revive(before);
    }
    for (const process of processes)
      if (process.process.exitCode !== null) violations.push(`${name}: a process has ended`);
  } catch (error) {
    violations.push(`${name}, round ${times.length + 1}: ${String(error)}`);
    for (const process of processes) console.log(process.log().split('\n').slice(-15).join('\n'));
  } finally {
    await seen.stop();
    await place.close();
    await origin.close();
  }
  const sorted = [...times].sort((a, b) => a - b);
  const seconds = (ms = 0) => (ms / 1_000).toFixed(1);
  console.log(
    `${name}: ${times.length} failovers, ${origin.offered().size} entries; s until it grows: median ${seconds(sorted[sorted.length >> 1])}, most ${seconds(sorted.at(-1))}; ${violations.length} violations`,
  );
  for (const violation of violations) console.log(violation);
  if (violations.length > 0 || times.length < rounds) process.exitCode = 1;

  /** Ms until all that is offered by now is published and `/readyz` is 200. */
  async function grown(): Promise<number> {
    const startedAt = performance.now();
    // A new entry must come through, not only what was published before.
    const known = origin.offered().size;
    await eventually(() => Promise.resolve(origin.offered().size > known));
    const offered = origin.offered();
    const looks = seen.looks();
    await eventually(() => {
      const titles = new Set(seen.titles());
      return Promise.resolve(
        seen.looks() >= looks + 2 && seen.isReady() && [...offered].every((title) => titles.has(title)),
      );
    });
    return Math.round(performance.now() - startedAt);
  }
}

async function kill(port: number): Promise<void> {
  const server = servers.get(port);
  if (server === undefined) throw new Error(`no server listens on ${port}`);
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}

async function end(): Promise<void> {
  for (const [port, server] of servers) if (server.exitCode === null && server.signalCode === null) await kill(port);
  servers.clear();
}

try {
  for (const [name, start] of [
    ['sentinel', startSentinel],
    ['cluster', startCluster],
  ] as const) {
    if (values.only !== undefined && values.only !== name) continue;
    await run(name, await start());
    await end();
  }
} finally {
  await end();
  await rm(directory, { recursive: true, force: true });
}
