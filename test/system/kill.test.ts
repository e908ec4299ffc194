/** `kill -9` at any moment, then a restart: every entry the origin offered is published exactly once. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { freePort } from '../support/port.ts';

/** Enough to hit the start and each stage of the work; rounds by the hundred belong to `bench/faults.ts`. */
const KILLS = 16;
const SOURCES = 8;
/** A document lists this many entries; an origin adds one with each answer, so that a lost answer is noticed. */
const LISTED = 300;

const offered = new Map<string, number>();
let isGrowing = true;
let origin: Server;
let workplace: Workplace;
let port: number;

beforeAll(async () => {
  origin = createServer((request, response) => {
    const source = request.url?.slice(1) ?? '';
    const count = Math.min(LISTED, (offered.get(source) ?? 0) + (isGrowing ? 1 : 0));
    // Offered when the answer has left, which is the moment before the worker may have read it.
    response.on('finish', () => offered.set(source, count));
    response.setHeader('Content-Type', 'application/rss+xml').end(documentOf(source, count));
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  port = await freePort();
  workplace = await makeWorkplace();
  // A server that listens on TCP has an address of this kind.
  await workplace.write('config/feedmill.yaml', configOf((origin.address() as AddressInfo).port));
});
afterAll(async () => {
  await workplace.close();
  origin.closeAllConnections();
  origin.close();
});

function documentOf(source: string, count: number): string {
  const items = Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toUTCString();
    const name = `${source}-${index}`;
    return `<item><guid isPermaLink="false">${name}</guid><title>Entry ${name}</title><pubDate>${at}</pubDate>
      <link>http://news.example/${source}/${index}</link><description>Text of ${name}.</description></item>`;
  });
  return `<rss version="2.0"><channel><title>${source}</title>${items.reverse().join('')}</channel></rss>`;
}

function configOf(originPort: number): string {
  const sources = Array.from(
    { length: SOURCES },
    (_, index) => `  - { id: s${index}, url: "http://127.0.0.1:${originPort}/s${index}", categories: [news] }`,
  );
  return `
site: { title: News, url: http://127.0.0.1:${port}, language: en, timezone: UTC }
http: { host: 127.0.0.1, port: ${port} }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 100, delay: 0s } }
schedule: { default: 1s, min: 1s, max: 1s }
publish: { items: 10000, maxFeedBytes: 100MB, maxSourceShare: 1 }
keep: { posts: 3650d, perCategory: 100000 }
categories: [{ slug: news, title: News }]
sources:
${sources.join('\n')}
`;
}

async function publishedTitles(): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${port}/category/news.json`);
  const feed = (await response.json()) as { items: { title: string }[] };
  return feed.items.map(({ title }) => title);
}

describe('a worker that is killed', () => {
  it(`publishes every entry exactly once after ${KILLS} kills`, async () => {
    let seed = 20_261_123;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const running = workplace.start(['start']);
      // Half of the kills hit the start, the others the work.
      if (kill % 2 === 1) await running.logged(/"msg":"running"/u);
      await pause(random() * 900);
      await running.stop('SIGKILL');
    }
    const running = workplace.start(['start']);
    await running.logged(/"msg":"running"/u);
    isGrowing = false;
    // Counted again each time: the last responses may still be on their way.
    const expected = () =>
      [...offered].flatMap(([source, count]) =>
        Array.from({ length: count }, (_, index) => `Entry ${source}-${index}`),
      );
    expect(expected().length).toBeGreaterThan(SOURCES);
    await expect
      .poll(async () => (await publishedTitles()).length - expected().length, { timeout: 90_000, interval: 500 })
      .toBeGreaterThanOrEqual(0);
    expect([...(await publishedTitles())].sort()).toEqual(expected().sort());
    const end = await running.stop();
    expect(end.code).toBe(0);
  }, 240_000);
});
