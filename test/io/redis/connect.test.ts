/** Is every kind of Redis reached, judged, waited for and let go? */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConnectOptions, connectRedis, type RedisHandle } from '../../../src/io/redis/connect.ts';
import type { RedisSettings } from '../../../src/model/settings.ts';
import { startLeakCheck } from '../../support/leaks.ts';

let directory = '';
let logged: string[] = [];
let cleanUp: (() => Promise<unknown>)[] = [];
let expectNoLeaks: () => Promise<void>;

const log = pino({ level: 'trace' }, { write: (line: string) => logged.push(line) });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'feedmill-connect-'));
  logged = [];
  expectNoLeaks = startLeakCheck();
});

afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
  await expectNoLeaks();
  await rm(directory, { recursive: true, force: true });
});

async function connect(settings: Partial<RedisSettings>, options?: ConnectOptions): Promise<RedisHandle> {
  const handle = await connectRedis({ urls: [], directory, ...settings }, log, options);
  cleanUp.push(() => handle.close());
  return handle;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is no string
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function startServer(port: number, ...options: readonly string[]): ChildProcess {
  const child = spawn('redis-server', [...options, '--port', String(port), '--bind', '127.0.0.1', '--dir', directory], {
    stdio: 'ignore',
  });
  cleanUp.push(() => endServer(child));
  return child;
}

async function endServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

describe('connectRedis', () => {
  it('starts the embedded server where no address is given, and ends it with the handle', async () => {
    const handle = await connect({});
    expect(await handle.client.ping()).toBe('PONG');
    expect(handle).toMatchObject({ prefix: '{feedmill}', address: `unix:${join(directory, 'redis.sock')}` });
    await handle.close();
    expect(await readdir(directory)).toEqual(['appendonlydir']);
  });

  it('uses user, password and database of the address, and tells none of the secrets', async () => {
    const port = await freePort();
    startServer(port, '--requirepass', 'open-sesame');
    const handle = await connect({ urls: [`redis://:open-sesame@127.0.0.1:${port}/2`] });
    await handle.client.set('a', 'b');
    expect(await handle.client.client('INFO')).toContain(' db=2 ');
    expect(handle.address).toBe(`redis://127.0.0.1:${port}/2`);
    expect(logged.join()).not.toContain('sesame');
  });

  it.each([
    ['a wrong password', ':wrong-sesame@', /WRONGPASS/],
    ['no password', '', /NOAUTH/],
  ])('gives up at once with %s', async (_title, credentials, words) => {
    const port = await freePort();
    startServer(port, '--requirepass', 'open-sesame');
    const refused = connect({ urls: [`redis://${credentials}127.0.0.1:${port}`] });
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.not.toThrow('sesame');
    expect(logged.join()).not.toContain('sesame');
  });

  it('waits for a server that is not there yet', async () => {
    const port = await freePort();
    const waiting = connect({ urls: [`redis://127.0.0.1:${port}`] });
    await vi.waitFor(() => {
      expect(logged.join()).toContain('ECONNREFUSED');
    });
    startServer(port);
    expect(await (await waiting).client.ping()).toBe('PONG');
  });

  it('says what was found when the wait is over', async () => {
    const port = await freePort();
    await expect(connect({ urls: [`redis://127.0.0.1:${port}`] }, { startTimeoutMs: 200 })).rejects.toThrow(
      `cannot use Redis at redis://127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}, after 0.2 s of trying`,
    );
  });

  it('warns loudly of a server that throws keys away, and goes on', async () => {
    const port = await freePort();
    startServer(port, '--maxmemory-policy', 'allkeys-lru');
    await connect({ urls: [`redis://127.0.0.1:${port}`] });
    const warnings = logged.filter((line) => line.includes('"level":40'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('maxmemory-policy is allkeys-lru');
  });

  it('does not warn of a server that keeps everything', async () => {
    await connect({});
    expect(logged.filter((line) => line.includes('"level":40'))).toEqual([]);
  });

  it('refuses a server that is too old', async () => {
    const info = '# Server\r\nredis_version:5.0.7\r\nredis_mode:standalone\r\nloading:0\r\n';
    const old = createServer((socket) => {
      socket.on('data', (bytes) => {
        for (const name of bytes.toString().match(/\b(info|client|quit)\b/gi) ?? []) {
          socket.write(name.toLowerCase() === 'info' ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
          if (name.toLowerCase() === 'quit') socket.end();
        }
      });
    });
    await new Promise<void>((resolve) => old.listen(join(directory, 'old.sock'), resolve));
    cleanUp.push(() => new Promise((resolve) => old.close(resolve)));
    await expect(connect({ urls: [`unix://${join(directory, 'old.sock')}`] })).rejects.toThrow(
      /is version 5\.0\.7; Feedmill needs 6\.2 or newer/,
    );
  });

  it('carries commands over a restart of the server, with one line when it is away and one when it is back', async () => {
    const port = await freePort();
    const first = startServer(port);
    const { client } = await connect({ urls: [`redis://127.0.0.1:${port}`] });
    await endServer(first);
    await vi.waitFor(() => {
      expect(client.status).not.toBe('ready');
    });
    const waiting = client.set('a', 'b');
    await vi.waitFor(() => {
      expect(logged.filter((line) => line.includes('"level":40'))).toHaveLength(1);
    });
    startServer(port);
    expect(await waiting).toBe('OK');
    expect(logged.filter((line) => line.includes('cannot be reached'))).toHaveLength(1);
    expect(logged.filter((line) => line.includes('Redis can be reached again'))).toHaveLength(1);
  });

  it('has further connections, whose commands may fail instead of waiting', async () => {
    const port = await freePort();
    const server = startServer(port);
    const handle = await connect({ urls: [`redis://127.0.0.1:${port}`] });
    const impatient = handle.duplicate({ name: 'web', commandTimeoutMs: 100 });
    expect(await impatient.client('INFO')).toContain('name=feedmill:web');
    await endServer(server);
    await expect(impatient.ping()).rejects.toThrow('timed out');
  });

  it('closes although the server has gone, and gives up what waits for it', async () => {
    const port = await freePort();
    const server = startServer(port);
    const handle = await connect({ urls: [`redis://127.0.0.1:${port}`] });
    const { client } = handle;
    handle.duplicate();
    await endServer(server);
    await vi.waitFor(() => {
      expect(client.status).toBe('reconnecting');
    });
    const waiting = client.ping();
    await Promise.all([handle.close(), handle.close(), expect(waiting).rejects.toThrow('Connection is closed')]);
    expect(client.status).toBe('end');
  });

  it('closes although the server has stopped answering', async () => {
    const port = await freePort();
    const server = startServer(port);
    const handle = await connect({ urls: [`redis://127.0.0.1:${port}`] });
    server.kill('SIGSTOP');
    await handle.close();
    expect(handle.client.status).toBe('end');
  });

  it.each([
    ['finds out that one named node is a cluster', (port: number): string[] => [`redis://127.0.0.1:${port}`]],
    [
      'takes several addresses for nodes of a cluster, one of them gone',
      (port: number): string[] => [`redis://127.0.0.1:${port}`, 'redis://127.0.0.1:1'],
    ],
  ])('%s', async (_title, urls) => {
    const port = await startCluster();
    const { client, prefix } = await connect({ urls: urls(port) });
    expect(client).toBeInstanceOf(Cluster);
    await client.mset(`${prefix}:a`, '1', `${prefix}:b`, '2');
    expect(await client.mget(`${prefix}:a`, `${prefix}:b`)).toEqual(['1', '2']);
  });

  it('finds the master through sentinels', async () => {
    const master = await freePort();
    startServer(master);
    const port = await freePort();
    const file = join(directory, 'sentinel.conf');
    await writeFile(file, `sentinel monitor mill 127.0.0.1 ${master} 1\n`);
    startServer(port, file, '--sentinel');
    const { client } = await connect({ urls: [`redis://127.0.0.1:${port}`], sentinelName: 'mill' });
    expect(client).toBeInstanceOf(Redis);
    expect(await client.info('server')).toContain(`tcp_port:${master}`);
  });

  it.each([
    ['the embedded server', async (): Promise<string[]> => Promise.resolve([])],
    ['a cluster', async (): Promise<string[]> => [`redis://127.0.0.1:${await startCluster()}`]],
  ])('gives connections that BullMQ can work with: %s', async (_title, urls) => {
    const handle = await connect({ urls: await urls() });
    const { client, prefix } = handle;
    const queue = new Queue<number>('double', { connection: client, prefix });
    const worker = new Worker<number, number>('double', (job) => Promise.resolve(job.data * 2), {
      connection: client,
      prefix,
    });
    const events = new QueueEvents('double', { connection: handle.duplicate(), prefix });
    try {
      await events.waitUntilReady();
      const job = await queue.add('double', 21);
      expect(await job.waitUntilFinished(events)).toBe(42);
    } finally {
      await worker.close();
      await events.close();
      await queue.close();
    }
  });
});

/** One node that has all slots. */
async function startCluster(): Promise<number> {
  // The bus port is ten thousand higher.
  let port = await freePort();
  while (port > 55_000) port = await freePort();
  startServer(port, '--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
  const node = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  node.on('error', () => undefined);
  await node.cluster('ADDSLOTSRANGE', 0, 16_383);
  await vi.waitFor(async () => {
    expect(await node.cluster('INFO')).toContain('cluster_state:ok');
  }, 10_000);
  await node.quit();
  return port;
}
