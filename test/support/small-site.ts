/** A site of three small sources for tests that start the real processes: an origin that counts, a Redis, a port, a config. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { makeWorkplace, type Running, type Workplace } from './feedmill.ts';
import { freePort } from './port.ts';
import { startTestRedis, type TestRedis } from './redis.ts';

/** In the config of each site, and in its environment; nothing may print them. */
const SECRETS = { header: 'sup3r-s3cret-value', redis: 'r3dis-pass-w0rd', admin: 'adm1n-t0ken-0f-this-site' } as const;
export const SOURCES = 3;

export interface Readiness {
  readonly status: number;
  /** Names of the checks that fail. */
  readonly failing: readonly string[];
  readonly text: string;
}

export interface SmallSite {
  /** Of the test that runs. */
  readonly redis: TestRedis;
  readonly port: number;
  /** Requests by path since the test began, or since it was cleared. */
  readonly asked: Map<string, number>;
  /** Entries in the feed of each source. */
  entries: number;
  /** Expects that the processes which `stop` ended have written something and no secret, in all tests of the file. */
  expectNoSecrets(): void;
  config(sources: number, more?: string): string;
  /** A folder with this site's config, in which commands run. */
  place(environment?: Readonly<Record<string, string>>): Promise<Workplace>;
  /** Ends the process, and keeps what it wrote. */
  stop(running: Running): Promise<void>;
  readyz(): Promise<Readiness>;
  /** The status of `/readyz`; 0 where nothing answers. */
  readonly isReady: () => Promise<number>;
}

/** Call it at the top of a test file: each test gets a Redis and a port of its own. */
export function useSmallSite(): SmallSite {
  const asked = new Map<string, number>();
  let entries = 1;
  let redis: TestRedis;
  let port: number;
  let places: Workplace[] = [];
  let output = '';
  const origin = createServer((request, response) => {
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

  beforeAll(async () => {
    origin.listen(0, '127.0.0.1');
    await once(origin, 'listening');
  });
  afterAll(() => {
    origin.closeAllConnections();
    origin.close();
  });
  beforeEach(async () => {
    redis = await startTestRedis({ password: SECRETS.redis });
    port = await freePort();
    asked.clear();
  });
  afterEach(async () => {
    await Promise.all(places.map((place) => place.close()));
    places = [];
    await redis.close();
  });

  function config(sources: number, more = ''): string {
    // A server that listens on TCP has an address of this kind.
    const { port: originPort } = origin.address() as AddressInfo;
    const lines = Array.from(
      { length: sources },
      (_, index) =>
        `  - { id: s${index}, url: "http://127.0.0.1:${originPort}/s${index}", categories: [news], headers: { X-Key: ${SECRETS.header} } }`,
    );
    return `
site: { title: News, url: "http://127.0.0.1:${port}", language: en, timezone: UTC }
http: { host: 127.0.0.1, port: ${port}, metrics: { allow: [127.0.0.0/8] } }
redis: { url: "\${REDIS_URL:-}" }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 100, delay: 0s } }
schedule: { default: 1s, min: 1s, max: 1s }
categories: [{ slug: news, title: News }]
${more}
sources:
${lines.join('\n')}
admin: { token: ${SECRETS.admin} }
`;
  }

  async function place(environment: Readonly<Record<string, string>> = {}): Promise<Workplace> {
    const made = await makeWorkplace({ REDIS_URL: redis.url, ...environment });
    places.push(made);
    await made.write('config/feedmill.yaml', config(SOURCES));
    return made;
  }

  async function readyz(): Promise<Readiness> {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    const { checks } = JSON.parse(text) as { checks: { name: string; ok: boolean }[] };
    return { status: response.status, failing: checks.filter(({ ok }) => !ok).map(({ name }) => name), text };
  }

  return {
    get redis() {
      return redis;
    },
    get port() {
      return port;
    },
    asked,
    get entries() {
      return entries;
    },
    set entries(count) {
      entries = count;
    },
    expectNoSecrets: () => {
      expect(output.length).toBeGreaterThan(1_000);
      for (const [name, secret] of Object.entries(SECRETS)) {
        for (const form of [secret, Buffer.from(secret).toString('base64')]) expect(output, name).not.toContain(form);
      }
    },
    config,
    place,
    stop: async (running) => {
      const { stdout, stderr } = await running.stop();
      output += stdout + stderr;
    },
    readyz,
    isReady: async () => (await readyz().catch(() => ({ status: 0 }))).status,
  };
}

/** The lines that a process has written so far. */
export function linesOf(running: Running): readonly string[] {
  return running
    .log()
    .split('\n')
    .filter((line) => line !== '');
}
