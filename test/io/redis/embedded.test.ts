/** Does the private Redis live exactly as long as the process, whatever happens to either? */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmbeddedRedis, shareEmbeddedRedis, startEmbeddedRedis } from '../../../src/io/redis/embedded.ts';
import { inlineCommand } from '../../../src/io/redis/inline-command.ts';
import { startLeakCheck } from '../../support/leaks.ts';

const log = pino({ level: 'silent' });
const holder = fileURLToPath(new URL('fixtures/hold-embedded.ts', import.meta.url));

let directory = '';
let cleanUp: (() => Promise<unknown>)[] = [];
let expectNoLeaks: () => Promise<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-embedded-'));
  expectNoLeaks = startLeakCheck();
});

afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
  await expectNoLeaks();
  await rm(directory, { recursive: true, force: true });
});

async function start(at = directory): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis({ directory: at, log, shutdownMs: 1000 });
  cleanUp.push(() => redis.stop());
  return redis;
}

function clientOf(socketPath: string): Redis {
  const client = new Redis({ path: socketPath, maxRetriesPerRequest: null, retryStrategy: () => 20 });
  client.on('error', () => undefined);
  cleanUp.push(() => client.quit());
  return client;
}

interface Holder {
  readonly child: ChildProcess;
  readonly firstLine: string;
  readonly socketPath: string;
}

/** Another feedmill process on the same directory. */
async function hold(): Promise<Holder> {
  const child = spawn(process.execPath, ['--import', 'tsx', holder, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const closed = once(child, 'close');
  cleanUp.push(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  const lines = createInterface(child.stdout);
  const [firstLine] = (await once(lines, 'line')) as [string]; // a line event carries one string
  return { child, firstLine, socketPath: firstLine.replace(/^ready /, '') };
}

async function killed(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

const serverPid = async (): Promise<number> => Number(await readFile(join(directory, 'server.pid'), 'utf8'));

describe('startEmbeddedRedis', () => {
  it('keeps its data from one start to the next', async () => {
    const first = await start();
    await clientOf(first.socketPath).set('title', '财经要闻');
    await first.stop();
    const second = await start();
    expect(await clientOf(second.socketPath).get('title')).toBe('财经要闻');
  });

  it('listens on a socket alone, writes everything down and throws nothing away', async () => {
    const client = clientOf((await start()).socketPath);
    const ask = async (name: string): Promise<unknown> => (await client.config('GET', name))[1];
    expect(await Promise.all(['port', 'appendonly', 'appendfsync', 'maxmemory-policy'].map(ask))).toEqual([
      '0',
      'yes',
      'everysec',
      'noeviction',
    ]);
    expect((await stat(join(directory, 'redis.sock'))).mode & 0o777).toBe(0o700);
  });

  it('makes the directory, for its user alone', async () => {
    const deeper = join(directory, 'data', 'redis');
    await start(deeper);
    expect((await stat(deeper)).mode & 0o777).toBe(0o700);
  });

  it('leaves only data when it stops, and stops once however often that is requested', async () => {
    const redis = await start();
    await Promise.all([redis.stop(), redis.stop()]);
    expect(await readdir(directory)).toEqual(['appendonlydir']);
    expect(await inlineCommand(redis.socketPath, 'PING', 1000)).toEqual({ kind: 'refused' });
  });

  it('refuses a second owner in the same process', async () => {
    await start();
    await expect(start()).rejects.toThrow(`another feedmill process (process ${process.pid}) is using ${directory}`);
  });

  it('refuses a second owner in another process', async () => {
    await start();
    const { firstLine } = await hold();
    expect(firstLine).toBe(
      `refused another feedmill process (process ${process.pid}) is using ${directory}; stop it first`,
    );
  });

  it('lets one of several that start together have the directory', async () => {
    const results = await Promise.allSettled([start(), start(), start(), start(), start()]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });

  it('ends the server soon after its process was killed, and finds the data at the next start', async () => {
    const { child, socketPath } = await hold();
    await clientOf(socketPath).set('seen', '1');
    const pid = await serverPid();
    await killed(child);
    await vi.waitFor(() => {
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    }, 10_000);
    const next = await start();
    expect(await clientOf(next.socketPath).get('seen')).toBe('1');
  });

  it('waits for the server of a process that was killed a moment ago', async () => {
    const { child, socketPath } = await hold();
    await clientOf(socketPath).set('seen', '1');
    await killed(child);
    expect(await clientOf((await start()).socketPath).get('seen')).toBe('1');
    expect((await readdir(directory)).filter((name) => name.startsWith('owner-'))).toHaveLength(1);
  });

  it('kills the server of a killed process where that does not end by itself', async () => {
    const { child, socketPath } = await hold();
    await clientOf(socketPath).set('seen', '1');
    process.kill(await serverPid(), 'SIGSTOP');
    await killed(child);
    expect(await clientOf((await start()).socketPath).get('seen')).toBe('1');
  });

  it('leaves a stranger alone who has got the process id of a server long gone', async () => {
    await writeFile(join(directory, 'server.pid'), String(process.pid));
    await writeFile(join(directory, 'redis.sock'), '');
    await expect(start()).resolves.toBeDefined();
  });

  it('does not hear the Ctrl-C that its process hears', async () => {
    const { child, socketPath } = await hold();
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect(await clientOf(socketPath).ping()).toBe('PONG');
  });

  it.each([
    ['the server', async (): Promise<number> => serverPid()],
    ['its supervisor', async (): Promise<number> => parentOf(await serverPid())],
  ])('comes back with its data when %s is killed', async (_title, victim) => {
    const client = clientOf((await start()).socketPath);
    await client.set('seen', '1');
    const before = await serverPid();
    process.kill(await victim(), 'SIGKILL');
    await vi.waitFor(async () => {
      expect(await serverPid()).not.toBe(before);
    }, 10_000);
    expect(await client.get('seen')).toBe('1');
  });

  it('stops while the server is being started again', async () => {
    const redis = await start();
    process.kill(await serverPid(), 'SIGKILL');
    await redis.stop();
    expect((await inlineCommand(redis.socketPath, 'PING', 1000)).kind).toBe('refused');
  });

  it('stops a server that does not answer', async () => {
    const redis = await start();
    const pid = await serverPid();
    process.kill(pid, 'SIGSTOP');
    await redis.stop();
    await vi.waitFor(() => {
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });
  });

  it('puts its socket elsewhere where the path is too long for one, and still has one owner', async () => {
    const long = join(directory, '很长的目录名'.repeat(8));
    await mkdir(long);
    const redis = await start(long);
    cleanUp.unshift(() => rm(dirname(redis.socketPath), { recursive: true }));
    expect(redis.socketPath).toMatch(/\/feedmill-\d+-[0-9a-f]{16}\/redis\.sock$/);
    expect(await clientOf(redis.socketPath).ping()).toBe('PONG');
    await expect(start(long)).rejects.toThrow('another feedmill process');
  });

  it('loads what a power failure left of its last write', async () => {
    const first = await start();
    await clientOf(first.socketPath).set('seen', '1');
    await first.stop();
    await appendFile(await appendOnlyFile(), '*3\r\n$3\r\nSET\r\n$4\r\nha');
    expect(await clientOf((await start()).socketPath).keys('*')).toEqual(['seen']);
  });

  it('says what the server said where it does not come up', async () => {
    const first = await start();
    await first.stop();
    await appendFile(await appendOnlyFile(), 'this is no append-only file\r\n'.repeat(3));
    await expect(start()).rejects.toThrow(
      /the embedded Redis ended \(1\)[^]*Bad file format reading the append only file/,
    );
    await expect(start()).rejects.not.toThrow('another feedmill process');
  });
});

describe('shareEmbeddedRedis', () => {
  it('takes the server of another process, and leaves it running', async () => {
    const { socketPath } = await hold();
    const shared = await shareEmbeddedRedis({ directory, log });
    expect(shared.socketPath).toBe(socketPath);
    await shared.stop();
    expect(await clientOf(socketPath).ping()).toBe('PONG');
  });

  it('starts one where nobody has, and ends it', async () => {
    const own = await shareEmbeddedRedis({ directory, log });
    expect((await inlineCommand(own.socketPath, 'PING', 1000)).kind).toBe('line');
    await own.stop();
    expect((await inlineCommand(own.socketPath, 'PING', 1000)).kind).toBe('refused');
  });
});

async function appendOnlyFile(): Promise<string> {
  const files = await readdir(join(directory, 'appendonlydir'));
  return join(directory, 'appendonlydir', files.find((name) => name.endsWith('.incr.aof')) ?? '');
}

async function parentOf(pid: number): Promise<number> {
  return Number(/^PPid:\s*(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
