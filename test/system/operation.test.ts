/** A year in operation: what breaks around the running system, with real processes, a real Redis and a real origin. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkplace, type Running, type Workplace } from '../support/feedmill.ts';
import { freePort } from '../support/port.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find((path) => existsSync(path));
const SECRET = 'sup3r-s3cret-value';
const SOURCES = 3;

let origin: Server;
/** Requests by path. */
const asked = new Map<string, number>();
let entries = 1;
let redis: TestRedis;
let port: number;
let places: Workplace[] = [];
/** Everything that any process of this file has written. */
let output = '';

beforeAll(async () => {
  origin = createServer((request, response) => {
    const source = request.url?.slice(1) ?? '';
    asked.set(source, (asked.get(source) ?? 0) + 1);
    const items = Array.from(
      { length: entries },
      (_, index) =>
        `<item><guid isPermaLink="false">${source}-${index}</guid><title>Entry ${source}-${index}</title></item>`,
    );
    response.setHeader('Content-Type', 'application/rss+xml');
    response.end(`<rss version="2.0"><channel><title>${source}</title>${items.join('')}</channel></rss>`);
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
});
afterAll(() => {
  origin.closeAllConnections();
  origin.close();
});
beforeEach(async () => {
  redis = await startTestRedis();
  port = await freePort();
  asked.clear();
});
afterEach(async () => {
  await Promise.all(places.map((place) => place.close()));
  places = [];
  await redis.close();
});

async function place(environment: Readonly<Record<string, string>> = {}): Promise<Workplace> {
  const made = await makeWorkplace({ REDIS_URL: redis.url, ...environment });
  places.push(made);
  await made.write('config/feedmill.yaml', configOf(SOURCES));
  return made;
}

function configOf(sources: number, more = ''): string {
  const originPort = (origin.address() as AddressInfo).port;
  const lines = Array.from(
    { length: sources },
    (_, index) =>
      `  - { id: s${index}, url: "http://127.0.0.1:${originPort}/s${index}", categories: [news], headers: { X-Key: ${SECRET} } }`,
  );
  return `
site: { title: News, url: "http://127.0.0.1:${port}", language: en, timezone: UTC }
http: { host: 127.0.0.1, port: ${port} }
redis: { url: "\${REDIS_URL:-}" }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 100, delay: 0s } }
schedule: { default: 1s, min: 1s, max: 1s }
categories: [{ slug: news, title: News }]
${more}
sources:
${lines.join('\n')}
`;
}

async function stopped(running: Running): Promise<void> {
  const { stdout, stderr } = await running.stop();
  output += stdout + stderr;
}

interface Readiness {
  readonly status: number;
  readonly failing: readonly string[];
  readonly text: string;
}

async function readyz(at = port): Promise<Readiness> {
  const response = await fetch(`http://127.0.0.1:${at}/readyz`, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  const { checks } = JSON.parse(text) as { checks: { name: string; ok: boolean }[] };
  return { status: response.status, failing: checks.filter(({ ok }) => !ok).map(({ name }) => name), text };
}

const isReady = async (): Promise<number> => (await readyz().catch(() => ({ status: 0 }))).status;
const linesOf = (running: Running) =>
  running
    .log()
    .split('\n')
    .filter((line) => line !== '');

describe('feedmill start', () => {
  it('ends with one line and exit code 1 where the port is in use, and leaves nothing running', async () => {
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const running = (await place()).start(['start']);
    const { code, stderr } = await running.finished;
    taken.close();
    expect(code).toBe(1);
    const said = stderr.split('\n').filter((line) => line.includes('already in use'));
    expect(said.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      `feedmill ends: port ${port} is already in use (http.port)`,
    ]);
    expect(asked.size).toBe(0);
  }, 60_000);

  it('names http.host where the address is not one of this machine', async () => {
    const somewhere = await place();
    await somewhere.write(
      'config/feedmill.yaml',
      configOf(1).replace('host: 127.0.0.1, port', 'host: 203.0.113.7, port'),
    );
    const { code, stderr } = await somewhere.start(['start']).finished;
    expect(code).toBe(1);
    expect(stderr).toContain('203.0.113.7 is not an address of this machine (http.host)');
  }, 60_000);

  it('ends at once at a signal that comes while it waits for Redis', async () => {
    const waiting = await place({ REDIS_URL: 'redis://127.0.0.1:1', FEEDMILL_LOG: 'debug' });
    const running = waiting.start(['start']);
    await running.logged(/Redis connection/u);
    const { code } = await running.stop();
    expect(code).toBe(0);
    expect(running.log()).toContain('stopped before Redis could be reached');
  }, 60_000);

  it('reads an edit that was saved while it started', async () => {
    const somewhere = await place();
    const running = somewhere.start(['start']);
    await running.logged(/"msg":"serving"/u);
    await somewhere.write('config/feedmill.yaml', configOf(SOURCES + 1));
    await running.logged(/added source s3/u);
    await stopped(running);
  }, 60_000);

  it('fills an emptied Redis again, says so once, and is not ready meanwhile', async () => {
    const running = (await place()).start(['start']);
    await expect.poll(isReady, { timeout: 40_000 }).toBe(200);
    await redis.client.flushall();
    asked.clear();
    expect((await readyz()).status).toBe(503);
    await expect.poll(isReady, { timeout: 40_000 }).toBe(200);
    await expect.poll(() => asked.size, { timeout: 20_000 }).toBe(SOURCES);
    const feed = await fetch(`http://127.0.0.1:${port}/category/news.json`);
    expect(feed.status).toBe(200);
    expect(linesOf(running).filter((line) => line.includes('Redis has lost data'))).toHaveLength(1);
    await stopped(running);
  }, 120_000);

  it.each(['show', 'fetch', 'pause'])(
    'keeps its schedule where `source %s` runs with a config that lists less',
    async (name) => {
      const somewhere = await place();
      const running = somewhere.start(['start', '--role', 'worker']);
      await running.logged(/"msg":"running"/u);
      await somewhere.write('other/feedmill.yaml', configOf(1));
      const { code, stderr } = await somewhere.run(['source', name, 's0', '--config', 'other']);
      expect(code, stderr).toBe(0);
      expect(await redis.client.zcard(`${redis.prefix}:due`)).toBe(SOURCES);
      await stopped(running);
    },
    60_000,
  );

  it('tells of a wrong config on disk in /readyz and in the metrics, and of its mending', async () => {
    const somewhere = await place();
    const running = somewhere.start(['start']);
    await expect.poll(isReady, { timeout: 40_000 }).toBe(200);
    await somewhere.write('config/feedmill.yaml', configOf(SOURCES, 'wrong: true'));
    await running.logged(/the running configuration stays in use/u);
    // The first look may see a part of the file.
    await expect.poll(async () => (await readyz()).text, { timeout: 20_000 }).toContain('config/feedmill.yaml:8:1');
    expect((await readyz()).failing).toEqual(['config']);
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(await metrics.text()).toContain('feedmill_config_ok 0');
    await somewhere.write('config/feedmill.yaml', configOf(SOURCES));
    await expect.poll(isReady, { timeout: 20_000 }).toBe(200);
    await stopped(running);
  }, 120_000);

  it('serves what it has and answers 503 for the rest while Redis is silent, and goes on after it', async () => {
    const running = (await place()).start(['start']);
    await expect.poll(isReady, { timeout: 40_000 }).toBe(200);
    const cached = `http://127.0.0.1:${port}/category/news.json`;
    await expect.poll(async () => (await fetch(cached)).status, { timeout: 20_000 }).toBe(200);
    const admin = new Redis(redis.url.replace('unix://', ''));
    const pid = Number(/process_id:(\d+)/u.exec(await admin.info('server'))?.[1]);
    admin.disconnect();
    process.kill(pid, 'SIGSTOP');
    try {
      const ready = await readyz();
      expect(ready.status).toBe(503);
      expect(ready.failing).toContain('redis');
      const uncached = await fetch(`http://127.0.0.1:${port}/source/s1.atom`, { signal: AbortSignal.timeout(10_000) });
      expect(uncached.status).toBe(503);
      expect(uncached.headers.get('retry-after')).toMatch(/^\d+$/u);
      const metrics = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(10_000) });
      expect(await metrics.text()).toContain('feedmill_redis_up 0');
      expect((await fetch(cached)).status).toBe(200);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await expect.poll(isReady, { timeout: 40_000 }).toBe(200);
    await stopped(running);
  }, 120_000);

  it.each([
    [
      'out of memory',
      // An empty Redis takes about 1 MB: only a limit far below that refuses every write.
      (client: Redis) => client.config('SET', 'maxmemory', '1'),
      (client: Redis) => client.config('SET', 'maxmemory', '0'),
    ],
    [
      'read-only',
      (client: Redis) => client.replicaof('127.0.0.1', 1),
      (client: Redis) => client.replicaof('NO', 'ONE'),
    ],
  ] as const)(
    'says in a few JSON lines that Redis is %s, is not ready, and goes on by itself',
    async (_title, begin, end) => {
      const running = (await place()).start(['start']);
      await expect.poll(isReady, { timeout: 40_000 }).toBe(200);
      const before = linesOf(running).length;
      const admin = new Redis(redis.url.replace('unix://', ''));
      await begin(admin);
      await expect.poll(isReady, { timeout: 30_000 }).toBe(503);
      await running.logged(/the workers pause|Redis refuses work/u);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      await end(admin);
      admin.disconnect();
      await running.logged(/the workers go on/u);
      await expect.poll(isReady, { timeout: 30_000 }).toBe(200);
      asked.clear();
      await expect.poll(() => asked.size, { timeout: 40_000 }).toBe(SOURCES);
      const lines = linesOf(running).slice(before);
      expect(lines.length).toBeLessThan(30);
      for (const line of linesOf(running)) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
      await stopped(running);
    },
    120_000,
  );

  it.skipIf(FAKETIME === undefined).each(['+10m', '+2h', '+365d'])(
    'goes on at once after the clock was ahead by %s (needs libfaketime)',
    async (ahead) => {
      const fast = (await place({ LD_PRELOAD: FAKETIME ?? '', FAKETIME: ahead, DONT_FAKE_MONOTONIC: '1' })).start([
        'start',
      ]);
      await fast.logged(/"msg":"running"/u);
      await expect.poll(() => asked.size, { timeout: 60_000 }).toBe(SOURCES);
      await fast.stop('SIGKILL');
      entries += 1;
      const running = (await place()).start(['start']);
      await running.logged(/the clock was set back/u);
      asked.clear();
      await expect.poll(() => asked.size, { timeout: 40_000 }).toBe(SOURCES);
      await expect.poll(isReady, { timeout: 40_000 }).toBe(200);
      const titles = async (): Promise<number> => {
        const response = await fetch(`http://127.0.0.1:${port}/category/news.json`);
        const { items } = (await response.json()) as { items: readonly unknown[] };
        return items.length;
      };
      await expect.poll(titles, { timeout: 40_000 }).toBe(SOURCES * entries);
      await stopped(running);
    },
    180_000,
  );

  it('has not written a secret in any of this', () => {
    expect(output.length).toBeGreaterThan(1_000);
    expect(output).not.toContain(SECRET);
  });
});
