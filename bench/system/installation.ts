/** A Feedmill of the bench's own: its config, `feedmill once` on it, or a running worker that is measured from change to rest. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { request } from 'undici';
import { cpuUs } from '../poll/processes.ts';
import {
  listFiles,
  type Measured,
  meterRedis,
  nodeArguments,
  readReport,
  type RedisUsage,
  runMeasured,
  writtenSince,
} from './measure.ts';

export interface Installation {
  readonly directory: string;
  readonly publicDirectory: string;
  writeConfig(yaml: string): Promise<void>;
  /** `feedmill once`, with its embedded Redis. */
  once(limitMs: number): Promise<Measured>;
  start(role: 'all' | 'worker', limitMs: number): Promise<RunningWorker>;
}

export interface RunningWorker {
  readonly pid: number;
  readonly redis: Redis;
  /** Where it serves; only with the role `all`. */
  readonly port: number;
  /**
   * From now, `act` included, until the process rests again: nothing more to do for several seconds. What an idle process costs in
   * that time is taken off.
   *
   * @param isDone  what must have happened before rest counts
   */
  measured(act: () => Promise<void>, isDone?: () => Promise<boolean>): Promise<Measured>;
  /** The body of a document it serves. */
  get(path: string): Promise<string>;
  /** CPU of the worker and of Redis, s for each second, at rest. */
  idle(seconds: number): Promise<{ readonly worker: number; readonly redis: number }>;
  usage(): Promise<{ readonly worker: number; readonly redis: RedisUsage }>;
  stop(): Promise<void>;
}

/** Posts are published 2 s after they were saved, and what is left is found by a sweep each second. */
const QUIET_MS = 4_000;
const LOOK_EVERY_MS = 250;
/** CPU of both processes within the quiet time at which the system counts as resting, s: at first, and then beside what it uses when idle. */
const FIRST_RESTING_S = 0.4;
const RESTING_S = 0.08;

export async function makeInstallation(directory: string, profileDirectory?: string): Promise<Installation> {
  const redisDirectory = join(directory, 'redis');
  const publicDirectory = join(directory, 'public');
  const probeDirectory = join(directory, 'probe');
  await mkdir(join(directory, 'config'), { recursive: true });
  await mkdir(probeDirectory, { recursive: true });
  const port = await freePort();
  const env = { FEEDMILL_BENCH_PROBE: probeDirectory, FEEDMILL_LOG: 'info' };

  async function writeConfig(yaml: string): Promise<void> {
    const own = `http: { host: 127.0.0.1, port: ${port} }\nredis: { directory: ${redisDirectory} }\n`;
    await writeFile(join(directory, 'config', 'feedmill.yaml'), `${own}${yaml}`);
  }

  async function runOnce(limitMs: number): Promise<Measured> {
    const before = await listFiles(publicDirectory);
    const meter = meterRedis(join(redisDirectory, 'redis.sock'));
    let first: RedisUsage | undefined;
    let last: RedisUsage | undefined;
    const sampling = setInterval(() => {
      void meter.read().then((usage) => {
        first ??= usage;
        last = usage ?? last;
      });
    }, 100);
    try {
      const measured = await runMeasured(process.execPath, [...nodeArguments(profileDirectory), 'once'], {
        cwd: directory,
        env,
        limitMs,
      });
      const written = writtenSince(before, await listFiles(publicDirectory));
      if (measured.note !== undefined) return { ...measured, ...written };
      const { cpuUs, peakMb, turns } = await readReport(probeDirectory, 'exit');
      const workerS = cpuUs / 1e6;
      return {
        ...measured,
        workerS,
        redisS: Math.max(0, measured.cpuS - workerS),
        peakMb,
        ...(last !== undefined && redisColumns(undefined, last)),
        ...written,
        lateMs: turns.lateMs,
        busyMs: turns.busyMs,
        over50: turns.over50,
      };
    } finally {
      clearInterval(sampling);
      meter.close();
    }
  }

  async function start(role: 'all' | 'worker', limitMs: number): Promise<RunningWorker> {
    const child = spawn(process.execPath, [...nodeArguments(profileDirectory), 'start', '--role', role], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', ...env },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    const end = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    await untilRunning(child, limitMs);
    const meter = meterRedis(join(redisDirectory, 'redis.sock'));
    await once(meter.redis, 'ready');
    return runningWorker(child, { meter, port, probeDirectory, publicDirectory, limitMs });
  }

  return { directory, publicDirectory, writeConfig, once: runOnce, start };
}

function redisColumns(before: RedisUsage | undefined, after: RedisUsage) {
  return {
    commands: after.commands - (before?.commands ?? 0),
    redisInMb: (after.inBytes - (before?.inBytes ?? 0)) / 2 ** 20,
    redisOutMb: (after.outBytes - (before?.outBytes ?? 0)) / 2 ** 20,
    redisPeakMb: after.peakMb,
  };
}

/** @throws Error with what it said when it ends first */
async function untilRunning(child: ChildProcess, limitMs: number): Promise<void> {
  let log = '';
  let isRunning = false;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the worker was not running after ${limitMs} ms:\n${log}`));
    }, limitMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (isRunning) {
        for (const line of text.split('\n')) if (line.includes('"level":50')) process.stderr.write(`${line}\n`);
        return;
      }
      log += text;
      if (!/"msg":"running"/.test(log)) return;
      isRunning = true;
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`the worker has ended:\n${log}`));
    });
  });
}

/** Whether jobs or dirty documents are left: a worker that gets no core uses no CPU time either. */
async function hasWork(redis: Redis): Promise<boolean> {
  const left = await Promise.all([
    redis.hlen('{feedmill}:touched'),
    redis.hlen('{feedmill}:rest'),
    ...['refresh', 'publish'].flatMap((queue) =>
      ['active', 'wait'].map((state) => redis.llen(`{feedmill}:${queue}:${state}`)),
    ),
  ]);
  return left.some((count) => count > 0);
}

interface WorkerPlace {
  readonly meter: ReturnType<typeof meterRedis>;
  readonly port: number;
  readonly probeDirectory: string;
  readonly publicDirectory: string;
  readonly limitMs: number;
}

function runningWorker(child: ChildProcess, place: WorkerPlace): RunningWorker {
  const { meter, port, probeDirectory, publicDirectory, limitMs } = place;
  const pid = child.pid ?? 0;
  let reports = 0;
  let idleRate: { readonly worker: number; readonly redis: number } | undefined;

  async function probe() {
    process.kill(pid, 'SIGUSR2');
    const report = await readReport(probeDirectory, `${reports}`);
    reports += 1;
    return report;
  }

  async function redisUsage(): Promise<RedisUsage> {
    const usage = await meter.read();
    if (usage === undefined) throw new Error('the Redis of the worker does not answer');
    return usage;
  }

  /** Cheap: asks nobody but the kernel, and Redis for one line. */
  async function spent(): Promise<number> {
    return cpuUs(pid) / 1e6 + (await redisUsage()).cpuUs / 1e6;
  }

  /** @returns when the rest began */
  async function untilRest(isDone: () => Promise<boolean>): Promise<{ readonly isInTime: boolean }> {
    const samples: { readonly at: number; readonly cpuS: number }[] = [];
    const allowedS =
      idleRate === undefined
        ? FIRST_RESTING_S
        : RESTING_S + (QUIET_MS / 1_000) * (idleRate.worker + idleRate.redis) * 1.3;
    let done = false;
    for (const end = performance.now() + limitMs; performance.now() < end;) {
      done ||= (await isDone()) && !(await hasWork(meter.redis));
      samples.push({ at: performance.now(), cpuS: await spent() });
      if (!done) samples.length = 0;
      const newest = samples.at(-1);
      while (samples[1] !== undefined && newest !== undefined && newest.at - samples[1].at >= QUIET_MS) samples.shift();
      const oldest = samples[0];
      if (newest !== undefined && oldest !== undefined && newest.at - oldest.at >= QUIET_MS) {
        if (newest.cpuS - oldest.cpuS <= allowedS) return { isInTime: true };
      }
      await pause(LOOK_EVERY_MS);
    }
    return { isInTime: false };
  }

  async function measured(
    act: () => Promise<void>,
    isDone: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<Measured> {
    const filesBefore = await listFiles(publicDirectory);
    const [before, redisBefore] = [await probe(), await redisUsage()];
    const startedAt = performance.now();
    await act();
    const { isInTime } = await untilRest(isDone);
    const elapsedS = (performance.now() - startedAt) / 1_000;
    const [after, redisAfter] = [await probe(), await redisUsage()];
    const workerS = (after.cpuUs - before.cpuUs) / 1e6 - elapsedS * (idleRate?.worker ?? 0);
    const redisS = (redisAfter.cpuUs - redisBefore.cpuUs) / 1e6 - elapsedS * (idleRate?.redis ?? 0);
    return {
      wallS: isInTime ? elapsedS - QUIET_MS / 1_000 : elapsedS,
      cpuS: workerS + redisS,
      workerS,
      redisS,
      peakMb: after.peakMb,
      ...redisColumns(redisBefore, redisAfter),
      ...writtenSince(filesBefore, await listFiles(publicDirectory)),
      lateMs: after.turns.lateMs,
      busyMs: after.turns.busyMs,
      over50: after.turns.over50,
      ...(!isInTime && { note: `no rest within ${Math.round(elapsedS)} s` }),
    };
  }

  async function usage() {
    return { worker: (await probe()).cpuUs / 1e6, redis: await redisUsage() };
  }

  async function idle(seconds: number): Promise<{ readonly worker: number; readonly redis: number }> {
    const before = await usage();
    const startedAt = performance.now();
    await pause(1_000 * seconds);
    const after = await usage();
    const elapsedS = (performance.now() - startedAt) / 1_000;
    idleRate = {
      worker: (after.worker - before.worker) / elapsedS,
      redis: (after.redis.cpuUs - before.redis.cpuUs) / 1e6 / elapsedS,
    };
    return idleRate;
  }

  return {
    pid,
    redis: meter.redis,
    port,
    measured,
    idle,
    usage,
    get: async (path) => (await request(`http://127.0.0.1:${port}${path}`)).body.text(),
    stop: async () => {
      meter.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 40_000);
      await ended;
      clearTimeout(timer);
      await rm(join(probeDirectory, 'exit.json'), { force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
