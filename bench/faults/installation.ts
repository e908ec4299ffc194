/** A site that is broken on purpose: its Redis, its processes and its disk, each of which can be stopped and had again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { freePort } from '../../test/support/port.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
/** Of the file system of `publish.directory`. */
const DISK_MB = 24;

export type Role = 'web' | 'worker';

export interface Installation {
  readonly site: string;
  /** Where `publish.directory` is. */
  readonly disk: string;
  /** False where this user may not mount a file system. */
  readonly hasSmallDisk: boolean;
  readonly hasFaketime: boolean;
  readonly redis: Redis;
  /** Sends a signal to the process of a role and, for SIGKILL, waits for its end. */
  signal(role: Role | 'redis', signal: NodeJS.Signals): Promise<void>;
  /** Starts it again if it does not run. */
  ensure(role: Role | 'redis'): Promise<void>;
  /** Puts the clock of the worker ahead, or back, by this many seconds. */
  setClock(seconds: number): void;
  /** Ends that nobody wanted, by role. */
  readonly unexpectedEnds: string[];
  readonly logFile: string;
  close(): Promise<void>;
}

/** @param originUrl  sources are `/s0`, `/s1` … below it */
export async function install(originUrl: string, sources: number): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-faults-'));
  const [port, redisPort] = [await freePort(), await freePort()];
  const disk = join(directory, 'disk');
  const clockFile = join(directory, 'clock');
  const logFile = join(directory, 'log');
  await mkdir(join(directory, 'config'), { recursive: true });
  await mkdir(join(directory, 'redis'));
  await mkdir(disk);
  const hasSmallDisk = tried(() =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'none', disk], { stdio: 'ignore' }),
  );
  const hasFaketime = tried(() => execFileSync('test', ['-e', FAKETIME]));
  writeFileSync(clockFile, '+0s\n');
  writeFileSync(join(directory, 'config', 'feedmill.yaml'), configOf(port, redisPort, originUrl, sources, disk));

  const processes = new Map<Role | 'redis', ChildProcess>();
  const wanted = new Set<Role | 'redis'>();
  const unexpectedEnds: string[] = [];
  const redis = new Redis(redisPort, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => 100 });
  // Its faults are what this is about.
  redis.on('error', () => undefined);

  function start(role: Role | 'redis'): void {
    const child = role === 'redis' ? startRedis(redisPort, directory) : startRole(role);
    wanted.add(role);
    processes.set(role, child);
    child.once('exit', (code, signal) => {
      if (processes.get(role) === child) processes.delete(role);
      if (wanted.has(role)) unexpectedEnds.push(`${role} ended with ${signal ?? code}`);
    });
  }

  function startRole(role: Role) {
    const faked = role === 'worker' && hasFaketime;
    const child = spawn(process.execPath, ['--max-semi-space-size=8', MAIN, 'start', '--role', role], {
      cwd: directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        TZ: 'UTC',
        ...(faked && {
          LD_PRELOAD: FAKETIME,
          FAKETIME_TIMESTAMP_FILE: clockFile,
          FAKETIME_NO_CACHE: '1',
          DONT_FAKE_MONOTONIC: '1',
        }),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (bytes: Buffer) => {
      appendFileSync(logFile, bytes);
    });
    return child;
  }

  async function signal(role: Role | 'redis', name: NodeJS.Signals): Promise<void> {
    const child = processes.get(role);
    if (child === undefined) return;
    if (name !== 'SIGKILL') {
      child.kill(name);
      return;
    }
    wanted.delete(role);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async function ensure(role: Role | 'redis'): Promise<void> {
    if (!processes.has(role)) start(role);
    if (role !== 'redis') return;
    for (;;) {
      if ((await redis.ping().catch(() => '')) === 'PONG') return;
      await sleep(50);
    }
  }

  start('redis');
  await redis.connect().catch(() => undefined);
  await ensure('redis');
  start('web');
  start('worker');
  return {
    site: `http://127.0.0.1:${port}`,
    disk,
    hasSmallDisk,
    hasFaketime,
    redis,
    signal,
    ensure,
    setClock: (seconds) => {
      writeFileSync(clockFile, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
    },
    unexpectedEnds,
    logFile,
    close: async () => {
      for (const role of ['worker', 'web', 'redis'] as const) await signal(role, 'SIGKILL');
      redis.disconnect();
      if (hasSmallDisk) execFileSync('umount', ['-l', disk]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function startRedis(port: number, directory: string): ChildProcess {
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    join(directory, 'redis'),
    '--appendonly',
    'yes',
    '--save',
    '',
  ];
  return spawn('redis-server', options, { stdio: 'ignore' });
}

function tried(what: () => unknown): boolean {
  try {
    what();
    return true;
  } catch {
    // This machine does not have it, or does not let us.
    return false;
  }
}

function configOf(port: number, redisPort: number, originUrl: string, sources: number, disk: string): string {
  const list = Array.from(
    { length: sources },
    (_, index) => `  - { id: s${index}, url: "${originUrl}/s${index}", categories: [news] }`,
  );
  return `
site: { title: News, url: "http://127.0.0.1:${port}", language: en, timezone: UTC }
http: { host: 127.0.0.1, port: ${port} }
redis: { url: "redis://127.0.0.1:${redisPort}" }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 100, delay: 0s }, timeout: 5s }
schedule: { default: 1s, min: 1s, max: 1s }
publish: { items: 10000, maxFeedBytes: 100MB, maxSourceShare: 1, directory: "${disk}/public", copy: { encodings: [] } }
flood: { least: 100000 }
keep: { posts: 3650d, perCategory: 100000 }
categories: [{ slug: news, title: News }]
sources:
${list.join('\n')}
`;
}
