/** A year in operation: Redis is emptied, silent, full or read-only, and the clock jumps. */
import { existsSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { parseRedisAddress } from '../../src/io/redis/address.ts';
import { linesOf, SOURCES, useSmallSite } from '../support/small-site.ts';

const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find((path) => existsSync(path));

/** A fault counts as lasting once Redis has refused this many commands. */
const REFUSALS = 5;

const site = useSmallSite();

/** Commands that this Redis refused since it was started, because it has no memory or takes no writes. */
async function refusals(client: Redis): Promise<number> {
  const found = /errorstat_(?:OOM|READONLY):count=(\d+)/u.exec(await client.info('errorstats'));
  return Number(found?.[1] ?? 0);
}

describe('feedmill start', () => {
  it('fills an emptied Redis again, says so once, and is not ready meanwhile', async () => {
    const running = (await site.place()).start(['start']);
    await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
    await site.redis.client.flushall();
    site.asked.clear();
    expect((await site.readyz()).status).toBe(503);
    await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
    await expect.poll(() => site.asked.size, { timeout: 20_000 }).toBe(SOURCES);
    const feed = await fetch(`http://127.0.0.1:${site.port}/category/news.json`);
    expect(feed.status).toBe(200);
    expect(linesOf(running).filter((line) => line.includes('Redis has lost data'))).toHaveLength(1);
    await site.stop(running);
  }, 120_000);

  it('serves what it has and answers 503 for the rest while Redis is silent, and goes on after it', async () => {
    const running = (await site.place()).start(['start']);
    await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
    const cached = `http://127.0.0.1:${site.port}/category/news.json`;
    await expect.poll(async () => (await fetch(cached)).status, { timeout: 20_000 }).toBe(200);
    const server = await site.redis.administer((admin) => admin.info('server'));
    const pid = Number(/process_id:(\d+)/u.exec(server)?.[1]);
    process.kill(pid, 'SIGSTOP');
    try {
      const ready = await site.readyz();
      expect(ready.status).toBe(503);
      expect(ready.failing).toContain('redis');
      const uncached = await fetch(`http://127.0.0.1:${site.port}/source/s1.atom`, {
        signal: AbortSignal.timeout(10_000),
      });
      expect(uncached.status).toBe(503);
      expect(uncached.headers.get('retry-after')).toMatch(/^\d+$/u);
      const metrics = await fetch(`http://127.0.0.1:${site.port}/metrics`, { signal: AbortSignal.timeout(10_000) });
      expect(await metrics.text()).toContain('feedmill_redis_up 0');
      expect((await fetch(cached)).status).toBe(200);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
    await site.stop(running);
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
      const running = (await site.place()).start(['start']);
      await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
      const before = linesOf(running).length;
      await site.redis.administer(begin);
      await expect.poll(site.isReady, { timeout: 30_000 }).toBe(503);
      await running.logged(/the workers pause|Redis refuses writes/u);
      const { length: atFirst } = linesOf(running);
      await expect.poll(() => site.redis.administer(refusals), { timeout: 30_000 }).toBeGreaterThanOrEqual(REFUSALS);
      // A storm would have written a line for each.
      expect(linesOf(running).length - atFirst).toBeLessThan(REFUSALS);
      await site.redis.administer(end);
      await running.logged(/the workers continue/u);
      await expect.poll(site.isReady, { timeout: 30_000 }).toBe(200);
      site.asked.clear();
      await expect.poll(() => site.asked.size, { timeout: 40_000 }).toBe(SOURCES);
      const lines = linesOf(running).slice(before);
      expect(lines.length).toBeLessThan(30);
      for (const line of linesOf(running)) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
      await site.stop(running);
    },
    120_000,
  );

  it('is not ready while Redis has another password, and goes on when it has the one of the config again', async () => {
    const running = (await site.place()).start(['start']);
    // A start that meets a wrong password ends with an error; it is ready a moment before it is complete.
    await running.logged(/"msg":"running"/u);
    await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
    const { password = '' } = parseRedisAddress(site.redis.url);
    await site.redis.administer(async (admin) => {
      await admin.config('SET', 'requirepass', 'another-one');
      // Connections that stand have given the old one already.
      await admin.call('CLIENT', 'KILL', 'SKIPME', 'yes');
      await expect.poll(site.isReady, { timeout: 30_000 }).toBe(503);
      await running.logged(/WRONGPASS/u);
      await admin.config('SET', 'requirepass', password);
    });
    await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
    site.asked.clear();
    await expect.poll(() => site.asked.size, { timeout: 40_000 }).toBe(SOURCES);
    await site.stop(running);
  }, 120_000);

  it.skipIf(FAKETIME === undefined).each(['+10m', '+2h', '+365d'])(
    'goes on at once after the clock was ahead by %s (needs libfaketime)',
    async (ahead) => {
      const fast = (await site.place({ LD_PRELOAD: FAKETIME ?? '', FAKETIME: ahead, DONT_FAKE_MONOTONIC: '1' })).start([
        'start',
      ]);
      await fast.logged(/"msg":"running"/u);
      await expect.poll(() => site.asked.size, { timeout: 60_000 }).toBe(SOURCES);
      await fast.stop('SIGKILL');
      site.entries += 1;
      const running = (await site.place()).start(['start']);
      await running.logged(/the clock was set back/u);
      site.asked.clear();
      await expect.poll(() => site.asked.size, { timeout: 40_000 }).toBe(SOURCES);
      await expect.poll(site.isReady, { timeout: 40_000 }).toBe(200);
      const titles = async (): Promise<number> => {
        const response = await fetch(`http://127.0.0.1:${site.port}/category/news.json`);
        const { items } = (await response.json()) as { items: readonly unknown[] };
        return items.length;
      };
      await expect.poll(titles, { timeout: 40_000 }).toBe(SOURCES * site.entries);
      await site.stop(running);
    },
    180_000,
  );

  it('has not written a secret in any of this', () => {
    site.expectNoSecrets();
  });
});
