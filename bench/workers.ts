/**
 * What do several workers on one Redis bring?
 *
 *     npm run build && npx tsx bench/workers.ts [--workers 1,2,4] [--feeds 2000] [--hosts 500] [--entries 10] [--seconds 15] [--json FILE]
 *
 * An origin that costs little serves the feeds; the workers share a Redis as Feedmill starts it. For each number of workers, on an empty
 * Redis: the first round (every document new, 20 categories and the feed of all published) and then polls that bring nothing new, each
 * source due again as soon as it was checked.
 *
 * CPU time says what a core would carry, whatever else the machine does: `Redis µs` bounds what one Redis serves, `worker µs` what a core
 * of workers does. `least share` is the smallest part of the workers' CPU time that one of them spent: 1/N is an even split.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { Redis } from 'ioredis';
import { startEmbeddedRedis } from '../src/io/redis/embedded.ts';
import { hostOf } from './poll/origin.ts';
import { cpuUs, memoryMb, type OriginProcess, startOriginProcess } from './poll/processes.ts';
import { loadOn, untilRunning } from './poll/worker.ts';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4' },
    feeds: { type: 'string', default: '2000' },
    hosts: { type: 'string', default: '500' },
    entries: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '15' },
    json: { type: 'string' },
  },
});
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const CATEGORIES = 20;
const [feeds, hosts, entries, seconds] = [values.feeds, values.hosts, values.entries, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];

interface Spent {
  readonly workersUs: readonly number[];
  readonly redisUs: number;
  readonly at: number;
  readonly requests: number;
}

interface Phase {
  readonly wallS: number;
  readonly workerUs: number;
  readonly redisUs: number;
  readonly leastShare: number;
  readonly requests: number;
}

interface Result {
  readonly workers: number;
  readonly first: Phase;
  readonly polls: Phase;
  readonly peakMb: readonly number[];
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const worker of running) worker.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const origin = await startOriginProcess({ feeds, hosts, entries });
const results: Result[] = [];
try {
  for (const count of values.workers.split(',').map(Number)) {
    results.push(await measure(count, origin));
    print(results.slice(-1), results[0]);
  }
} finally {
  origin.stop();
}
print(results, results[0]);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, undefined, 2)}\n`);

async function measure(count: number, from: OriginProcess): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'fm-'));
  const server = await startEmbeddedRedis({ directory: join(directory, 'redis'), log: pino({ level: 'silent' }) });
  const redis = new Redis({ path: server.socketPath, maxRetriesPerRequest: null });
  const load = loadOn(redis);
  const workers: ChildProcess[] = [];
  try {
    await mkdir(join(directory, 'config'));
    await writeFile(join(directory, 'config', 'feedmill.yaml'), configOf(server.socketPath, from.port));
    const spent = async (): Promise<Spent> => ({
      workersUs: workers.map(({ pid }) => cpuUs(pid ?? 0)),
      redisUs: await redisCpuUs(redis),
      at: performance.now(),
      requests: (await from.count()).requests,
    });
    const before = { workersUs: Array<number>(count).fill(0), ...(await originAndRedis(redis, from)) };
    for (let index = 0; index < count; index += 1) {
      const worker = startWorker(directory);
      running.add(worker);
      worker.once('exit', () => running.delete(worker));
      workers.push(worker);
    }
    await Promise.all(workers.map(untilRunning));
    await load.untilQuiet();
    const imported = await spent();
    await load.keepBusy(3_000);
    const warm = await spent();
    await load.keepBusy(1_000 * seconds);
    const polled = await spent();
    return {
      workers: count,
      first: phase(before, imported),
      polls: phase(warm, polled),
      peakMb: workers.map(({ pid }) => memoryMb(pid ?? 0).peak),
    };
  } finally {
    await Promise.all(workers.map(end));
    await load.close();
    redis.disconnect();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function originAndRedis(redis: Redis, from: OriginProcess): Promise<Omit<Spent, 'workersUs'>> {
  return { redisUs: await redisCpuUs(redis), at: performance.now(), requests: (await from.count()).requests };
}

function startWorker(directory: string): ChildProcess {
  return spawn(process.execPath, ['--max-semi-space-size=8', MAIN, 'start', '--role', 'worker'], {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', FEEDMILL_LOG: 'info' },
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function redisCpuUs(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const of = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return 1e6 * (of('used_cpu_user') + of('used_cpu_sys'));
}

function phase(before: Spent, after: Spent): Phase {
  const each = after.workersUs.map((us, index) => us - (before.workersUs[index] ?? 0));
  const workerUs = each.reduce((sum, us) => sum + us, 0);
  return {
    wallS: (after.at - before.at) / 1_000,
    workerUs,
    redisUs: after.redisUs - before.redisUs,
    leastShare: Math.min(...each) / workerUs,
    requests: after.requests - before.requests,
  };
}

function print(found: readonly Result[], one: Result | undefined): void {
  console.log(`${feeds} feeds of ${entries} entries on ${hosts} hosts, ${CATEGORIES} categories`);
  console.table(
    found.map(({ workers, first, polls, peakMb }) => {
      const pollsPerS = polls.requests / polls.wallS;
      const speedUp = one === undefined ? 1 : pollsPerS / (one.polls.requests / one.polls.wallS);
      return {
        workers,
        'documents/s': (feeds / first.wallS).toFixed(0),
        'entries/s': ((feeds * entries) / first.wallS).toFixed(0),
        'worker ms/document': (first.workerUs / feeds / 1_000).toFixed(2),
        'Redis ms/document': (first.redisUs / feeds / 1_000).toFixed(2),
        'least share, import': first.leastShare.toFixed(2),
        'polls/s': pollsPerS.toFixed(0),
        'speed-up': speedUp.toFixed(2),
        'worker µs/poll': (polls.workerUs / polls.requests).toFixed(0),
        'Redis µs/poll': (polls.redisUs / polls.requests).toFixed(0),
        'least share, polls': polls.leastShare.toFixed(2),
        'most MB': Math.max(...peakMb).toFixed(0),
      };
    }),
  );
}

function configOf(socketPath: string, port: number): string {
  const sources = Array.from({ length: feeds }, (_, feed) => {
    const url = `http://${hostOf(feed, hosts)}:${port}/feed/${feed}.xml`;
    return `  - { id: s${feed}, url: "${url}", categories: [c${feed % CATEGORIES}] }`;
  });
  const categories = Array.from({ length: CATEGORIES }, (_, index) => `  - { slug: c${index}, title: C${index} }`);
  return `
site: { title: Bench, url: http://bench.example, language: en, timezone: UTC }
redis: { url: "${socketPath}" }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
categories:
${categories.join('\n')}
sources:
${sources.join('\n')}
`;
}
