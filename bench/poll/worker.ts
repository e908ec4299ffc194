/** A real worker on a config of the bench's own, with its private Redis: started, kept busy, measured, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { Cluster, type Redis } from 'ioredis';
import { pino } from 'pino';
import { connectRedis, type RedisHandle } from '../../src/io/redis/connect.ts';
import { cpuUs, memoryMb } from './processes.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PREFIX = '{feedmill}';

/** As `script/feedmill` starts it. */
const NODE_OPTIONS = ['--max-semi-space-size=8'];

/** A check that was made lies further ahead than this; one that is under way does not (its lease is 5 minutes). */
const CHECKED_AHEAD_MS = 7 * 60_000;

/** Every source that was checked is due again at once. @returns how many */
const MARK = `
local due = KEYS[1] .. 'due'
local ids = redis.call('ZRANGEBYSCORE', due, ARGV[1], '+inf')
for _, id in ipairs(ids) do
  redis.call('ZADD', due, ARGV[2], id)
  redis.call('HSET', KEYS[1] .. 's:' .. id, 'n', ARGV[2])
end
return #ids`;

export interface BenchWorker {
  readonly pid: number;
  readonly redis: Redis;
  readonly directory: string;
  keepBusy: Load['keepBusy'];
  untilQuiet: Load['untilQuiet'];
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export interface Usage {
  readonly workerUs: number;
  readonly redisUs: number;
  /** Calls of each command, those inside scripts included. */
  readonly commands: ReadonlyMap<string, number>;
  /** Reads from its clients' sockets: however many commands came together, one. */
  readonly reads: number;
  readonly rssMb: number;
  readonly peakMb: number;
  readonly redisPeakMb: number;
}

export interface WorkerOrder {
  readonly config: string;
  readonly nodeOptions?: readonly string[];
  /** Another build's `main.js`. */
  readonly main?: string;
}

export async function startWorker({ config, nodeOptions = [], main = MAIN }: WorkerOrder): Promise<BenchWorker> {
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-poll-'));
  await mkdir(join(directory, 'config'));
  await writeFile(join(directory, 'config', 'feedmill.yaml'), `redis: { directory: ${directory}/redis }\n${config}`);
  const child = spawn(process.execPath, [...NODE_OPTIONS, ...nodeOptions, main, 'start', '--role', 'worker'], {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', FEEDMILL_LOG: 'info' },
  });
  await untilRunning(child);
  const silent = pino({ level: 'silent' });
  const handle = await connectRedis({ urls: [], directory: `${directory}/redis` }, silent, { shared: true });
  if (handle.client instanceof Cluster) throw new Error('the private Redis is one server');
  return benchWorker(child, directory, handle, handle.client);
}

/** @throws Error with what it said when it ends first */
export async function untilRunning(child: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (log !== 'running') log += text;
      if (/"msg":"running"/.test(log)) {
        log = 'running';
        resolve();
      } else if (log === 'running' && /"level":50/.test(text)) process.stderr.write(text);
    });
    child.once('exit', () => {
      reject(new Error(`the worker has ended:\n${log}`));
    });
  });
}

/** What keeps workers busy, however many there are on this Redis. */
export interface Load {
  /** Makes all checked sources due again, for so long. @returns checks that were made due */
  readonly keepBusy: (ms: number) => Promise<number>;
  /** Until every source has been checked and all that was touched is published. */
  readonly untilQuiet: () => Promise<void>;
  close(): Promise<void>;
}

export function loadOn(redis: Redis): Load {
  const sweeps = new Queue('sweep', { connection: redis, prefix: PREFIX, skipVersionCheck: true });
  const mark = async (): Promise<number> => {
    const now = Date.now();
    return Number(await redis.eval(MARK, 1, `${PREFIX}:`, now + CHECKED_AHEAD_MS, now));
  };
  const sweep = () =>
    sweeps.add('sweep', {}, { deduplication: { id: 'bench' }, removeOnComplete: true, removeOnFail: true });

  async function keepBusy(ms: number): Promise<number> {
    let marked = 0;
    for (const end = performance.now() + ms; performance.now() < end;) {
      const more = await mark();
      marked += more;
      if (more > 0) await sweep();
      await pause(50);
    }
    return marked;
  }

  async function untilQuiet(): Promise<void> {
    for (let quiet = 0; quiet < 5;) {
      await pause(500);
      const left = await Promise.all([
        redis.zcount(`${PREFIX}:due`, '-inf', Date.now() + CHECKED_AHEAD_MS),
        redis.hlen(`${PREFIX}:touched`),
        redis.hlen(`${PREFIX}:rest`),
        redis.llen(`${PREFIX}:publish:active`),
      ]);
      quiet = left.every((count) => count === 0) ? quiet + 1 : 0;
    }
  }

  return { keepBusy, untilQuiet, close: () => sweeps.close() };
}

function benchWorker(child: ChildProcess, directory: string, handle: RedisHandle, redis: Redis): BenchWorker {
  const load = loadOn(redis);
  const pid = child.pid ?? 0;
  const info = async (section: string): Promise<ReadonlyMap<string, string>> => {
    const text = await redis.info(section);
    return new Map(text.split('\r\n').map((line) => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1)]));
  };

  async function usage(): Promise<Usage> {
    const [cpu, stats, commands, memory] = await Promise.all(['cpu', 'stats', 'commandstats', 'memory'].map(info));
    const { now: rssMb, peak: peakMb } = memoryMb(pid);
    return {
      workerUs: cpuUs(pid),
      redisUs: 1e6 * (Number(cpu?.get('used_cpu_user')) + Number(cpu?.get('used_cpu_sys'))),
      commands: new Map(
        [...(commands ?? [])].flatMap(([name, value]): [string, number][] => {
          const calls = /^calls=(\d+)/.exec(value)?.[1];
          return calls === undefined ? [] : [[name.replace('cmdstat_', ''), Number(calls)]];
        }),
      ),
      reads: Number(stats?.get('total_reads_processed')),
      rssMb,
      peakMb,
      redisPeakMb: Number(memory?.get('used_memory_peak')) / 2 ** 20,
    };
  }

  return {
    pid,
    redis,
    directory,
    keepBusy: load.keepBusy,
    untilQuiet: load.untilQuiet,
    usage,
    stop: async () => {
      await load.close();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await handle.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
