/** What did it cost: CPU time, wall time, memory, commands and bytes of Redis, files written? */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, readdir, readFile, rm, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';

export interface Measured {
  readonly wallS: number;
  /** User and system time of everything that was started, s. */
  readonly cpuS: number;
  /** Of this, Feedmill's own process and its Redis. */
  readonly workerS?: number;
  readonly redisS?: number;
  readonly peakMb?: number;
  readonly redisPeakMb?: number;
  /** Commands that clients sent and that scripts called, and bytes in and out. */
  readonly commands?: number;
  readonly redisInMb?: number;
  readonly redisOutMb?: number;
  readonly files?: number;
  readonly fileMb?: number;
  /** Longest turn of the event loop: by the clock, and of that on a core. */
  readonly lateMs?: number;
  readonly busyMs?: number;
  /** Turns that were longer than 50 ms on a core. */
  readonly over50?: number;
  readonly note?: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly mayFail?: boolean;
}

/** Reported by bash when the command and all its descendants have ended: user, system, wall, s. */
const TIMED = 'TIMEFORMAT="bench-time %3U %3S %3R"; time "$@"';

/** @throws Error with what the command said, when it fails; one that exceeds the limit is killed and noted */
export async function runMeasured(
  program: string,
  args: readonly string[],
  { cwd, env = {}, limitMs, mayFail = false }: RunOptions,
): Promise<Measured> {
  const child = spawn('bash', ['-c', TIMED, 'bench', program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-8_000)));
  const startedAt = performance.now();
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort();
    endGroup(child, 'SIGKILL');
  }, limitMs);
  const unregister = endWithUs(child);
  await once(child, 'close');
  clearTimeout(timer);
  unregister();
  const wallS = (performance.now() - startedAt) / 1_000;
  if (over.signal.aborted) return { wallS, cpuS: Number.NaN, note: `stopped after ${Math.round(wallS)} s` };
  const [, user, system] = /bench-time ([\d.]+) ([\d.]+)/.exec(said) ?? [];
  if ((child.exitCode !== 0 && !mayFail) || user === undefined)
    throw new Error(`${program} ${args.join(' ')}: ${said}`);
  return { wallS, cpuS: Number(user) + Number(system) };
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A bench that is interrupted leaves nothing running. */
function endWithUs(child: ChildProcess): () => void {
  const end = (): void => {
    endGroup(child, 'SIGKILL');
  };
  process.once('exit', end);
  return () => process.off('exit', end);
}

export async function findProgram(name: string): Promise<string | undefined> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROBE = fileURLToPath(new URL('probe.mjs', import.meta.url));

/** As `script/feedmill` starts it, with the probe. */
export function nodeArguments(profileDirectory: string | undefined): readonly string[] {
  return [
    '--max-semi-space-size=8',
    '--import',
    PROBE,
    ...(profileDirectory === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDirectory]),
    `${ROOT}dist/main.js`,
  ];
}

export interface ProbeReport {
  readonly cpuUs: number;
  readonly peakMb: number;
  readonly turns: { readonly count: number; readonly lateMs: number; readonly busyMs: number; readonly over50: number };
  readonly memory: NodeJS.MemoryUsage;
}

export async function readReport(directory: string, name: string): Promise<ProbeReport> {
  const file = join(directory, `${name}.json`);
  for (let tries = 0; ; tries += 1) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) {
      await rm(file);
      return JSON.parse(text) as ProbeReport;
    }
    if (tries > 1_500) throw new Error(`the measured process wrote no report ${file} within 30 s`);
    await pause(20);
  }
}

export interface RedisUsage {
  readonly cpuUs: number;
  readonly commands: number;
  readonly byCommand: ReadonlyMap<string, number>;
  readonly inBytes: number;
  readonly outBytes: number;
  readonly peakMb: number;
  readonly nowMb: number;
}

export interface RedisMeter {
  readonly redis: Redis;
  /** Undefined while no server answers. What this meter itself asks is not counted. */
  read(): Promise<RedisUsage | undefined>;
  close(): void;
}

export function meterRedis(socketPath: string): RedisMeter {
  const redis = new Redis({
    path: socketPath,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => 50,
  });
  // It is not there yet, or not any more.
  redis.on('error', () => undefined);
  let ownCalls = 0;
  let ownBytes = 0;

  async function read(): Promise<RedisUsage | undefined> {
    if (redis.status !== 'ready') return undefined;
    const text = await redis.info('everything').catch(() => undefined);
    if (text === undefined) return undefined;
    const of = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1] ?? 0);
    const byCommand = new Map(
      [...text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
        .filter(([, name = '']) => !isOwn(name))
        .map(([, name = '', calls]) => [name, Number(calls)] as const),
    );
    const usage = {
      cpuUs: 1e6 * (of('used_cpu_user') + of('used_cpu_sys')),
      commands: [...byCommand.values()].reduce((sum, calls) => sum + calls, 0),
      byCommand,
      inBytes: of('total_net_input_bytes') - ownCalls * INFO_COMMAND_BYTES,
      outBytes: of('total_net_output_bytes') - ownBytes,
      peakMb: of('used_memory_peak') / 2 ** 20,
      nowMb: of('used_memory') / 2 ** 20,
    };
    ownCalls += 1;
    ownBytes += text.length;
    return usage;
  }

  return {
    redis,
    read,
    close: () => {
      redis.disconnect();
    },
  };
}

const INFO_COMMAND_BYTES = '*2\r\n$4\r\ninfo\r\n$10\r\neverything\r\n'.length;

function isOwn(command: string): boolean {
  return command === 'info' || command === 'client|setinfo' || command === 'client';
}

/** Files below a directory: name -> what changes when it is written. */
export type FileList = ReadonlyMap<string, { readonly mark: string; readonly bytes: number }>;

export async function listFiles(directory: string): Promise<FileList> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, { readonly mark: string; readonly bytes: number }>();
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    // Unfinished files come and go while a worker writes.
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined) files.set(file, { mark: `${found.mtimeMs} ${found.ino}`, bytes: found.size });
  }
  return files;
}

export function writtenSince(before: FileList, after: FileList): { readonly files: number; readonly fileMb: number } {
  const written = [...after].filter(([file, { mark }]) => before.get(file)?.mark !== mark);
  return { files: written.length, fileMb: written.reduce((sum, [, { bytes }]) => sum + bytes, 0) / 2 ** 20 };
}
