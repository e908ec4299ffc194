/** Three workers, one Redis, one host with 200 sources: is its budget kept by all together, and is nobody else held up? */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis, type RedisHandle } from '../../src/io/redis/connect.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/io/redis/embedded.ts';
import { createChecks } from '../../src/io/store/checks.ts';
import { FIRST_STATE } from '../../src/model/source-state.ts';
import type { Checks } from '../../src/ports/checks.ts';
import { SILENT_LOG } from '../support/memory.ts';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';

const WORKERS = 3;
const CROWD = 200;
const OTHER_HOSTS = 6;
const OTHERS_EACH = 10;
/** For every host. An answer takes longer than the delay, so that both limits are felt. */
const CONCURRENCY = 2;
const DELAY_MS = 15;
const ANSWER_MS = 35;
/** This answer of the crowded host is a 429. */
const BUSY_AT = 60;
const RETRY_AFTER_S = 3;
/** A worker gets this long to read the 429 and to tell the others; what is under way meanwhile is no fault. */
const TOLD_WITHIN_MS = 1_000;

interface Asked {
  readonly path: string;
  readonly by: string;
  readonly at: number;
}

interface Host {
  readonly server: Server;
  readonly url: string;
  readonly asked: Asked[];
  under: number;
  mostAtOnce: number;
  busyAt: number;
}

async function startHost(busy: boolean): Promise<Host> {
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    host.asked.push({ path: url, by: headers['user-agent'] ?? '', at: Date.now() });
    host.mostAtOnce = Math.max(host.mostAtOnce, (host.under += 1));
    const isRefused = busy && host.asked.length === BUSY_AT;
    setTimeout(() => {
      host.under -= 1;
      if (isRefused) {
        host.busyAt = Date.now();
        response.writeHead(429, { 'Retry-After': String(RETRY_AFTER_S) }).end();
      } else {
        response.setHeader('Content-Type', 'application/rss+xml');
        response.end('<rss version="2.0"><channel><title>Quiet</title></channel></rss>');
      }
    }, ANSWER_MS);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const host: Host = { server, url: `http://127.0.0.1:${port}`, asked: [], under: 0, mostAtOnce: 0, busyAt: 0 };
  return host;
}

let crowded: Host;
let others: readonly Host[];
let directory: string;
let embedded: EmbeddedRedis;
let handle: RedisHandle;
let checks: Checks;
let workplaces: readonly Workplace[];
let ids: readonly string[];

beforeAll(async () => {
  crowded = await startHost(true);
  others = await Promise.all(Array.from({ length: OTHER_HOSTS }, () => startHost(false)));
  directory = await mkdtemp(join(tmpdir(), 'feedmill-budgets-'));
  embedded = await startEmbeddedRedis({ directory, log: SILENT_LOG });
  const url = `unix://${embedded.socketPath}`;
  handle = await connectRedis({ urls: [url], directory }, SILENT_LOG);
  checks = createChecks(handle.client, `${handle.prefix}:`);

  const sources = [
    ...Array.from({ length: CROWD }, (_, index) => ({ id: `c${index}`, url: `${crowded.url}/${index}` })),
    ...others.flatMap((host, place) =>
      Array.from({ length: OTHERS_EACH }, (_, index) => ({ id: `o${place}-${index}`, url: `${host.url}/${index}` })),
    ),
  ];
  ids = sources.map(({ id }) => id);
  // Known before the workers come, so that these do not spread the first checks.
  await checks.sync(ids, Date.now() + 3_600_000, () => 0);
  workplaces = await Promise.all(
    Array.from({ length: WORKERS }, async (_, worker) => {
      const workplace = await makeWorkplace();
      await workplace.write(
        'config/feedmill.yaml',
        `
site: { title: News, url: http://127.0.0.1:1, language: en, timezone: UTC }
redis: { url: "${url}" }
fetch:
  contact: mailto:worker${worker}@example.org
  allow: [127.0.0.0/8]
  host: { concurrency: ${CONCURRENCY}, delay: ${DELAY_MS}ms, scope: host-and-port }
schedule: { default: 1h, min: 1h, max: 1h }
categories: [{ slug: news, title: News }]
sources:
${sources.map((source) => `  - { id: ${source.id}, url: "${source.url}", categories: [news] }`).join('\n')}
`,
      );
      return workplace;
    }),
  );
});
afterAll(async () => {
  await Promise.all(workplaces.map((workplace) => workplace.close()));
  await handle.close();
  await embedded.stop();
  await rm(directory, { recursive: true, force: true });
  for (const { server } of [crowded, ...others]) {
    server.closeAllConnections();
    server.close();
  }
});

describe('host budgets over three workers', () => {
  it('are kept by all together, and hold up nobody else', async () => {
    const running = workplaces.map((workplace) => workplace.start(['start', '--role', 'worker']));
    await Promise.all(running.map((worker) => worker.logged(/"msg":"running"/u)));
    const begin = Date.now();
    await Promise.all(ids.map((id) => checks.write(id, { ...FIRST_STATE, nextCheckAt: begin }, begin)));
    await expect.poll(() => crowded.asked.length, { timeout: 50_000, interval: 100 }).toBe(CROWD);
    await expect.poll(() => crowded.under).toBe(0);
    await Promise.all(running.map((worker) => worker.stop()));

    // Every source once, and by more than one worker.
    expect(new Set(crowded.asked.map(({ path }) => path)).size).toBe(CROWD);
    expect(new Set(crowded.asked.map(({ by }) => by)).size).toBe(WORKERS);
    for (const host of others) expect(new Set(host.asked.map(({ path }) => path)).size).toBe(OTHERS_EACH);

    // Never more at once than the budget; and it is used.
    expect(crowded.mostAtOnce).toBe(CONCURRENCY);
    for (const host of others) expect(host.mostAtOnce).toBeLessThanOrEqual(CONCURRENCY);

    // Spaced: the n-th request cannot come before n delays are over.
    const early = crowded.asked.filter(({ at }, place) => at < begin + place * DELAY_MS);
    expect(early).toEqual([]);

    // Nobody asks while the host wants to be left alone.
    const rest = { from: crowded.busyAt + TOLD_WITHIN_MS, to: crowded.busyAt + RETRY_AFTER_S * 1_000 };
    expect(crowded.asked.filter(({ at }) => at > rest.from && at < rest.to)).toEqual([]);
    expect(crowded.asked.findIndex(({ at }) => at >= rest.to)).toBeGreaterThan(0);

    // All other hosts were done long before.
    const otherEnds = others.flatMap(({ asked }) => asked.map(({ at }) => at));
    expect(Math.max(...otherEnds)).toBeLessThan(crowded.asked[Math.floor(CROWD / 2)]?.at ?? 0);
  }, 90_000);
});
