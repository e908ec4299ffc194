/** Does `feedmill once` tell what it asked from what it left alone, and end when it is told to? */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const FEED = `<rss version="2.0"><channel><title>News</title><link>https://news.example/</link>
<item><guid>1</guid><title>One</title><link>https://news.example/1</link></item></channel></rss>`;

let redis: TestRedis;
let place: Workplace;
let server: Server;
let isBusy = false;
/** Called for each request to the hub, which is never answered. */
let onPing: () => void = () => undefined;

beforeAll(async () => {
  redis = await startTestRedis();
  server = createServer((request, response) => {
    if (request.method === 'POST') {
      onPing();
      return;
    }
    if (isBusy) response.writeHead(429, { 'Retry-After': '3600' }).end();
    else response.setHeader('Content-Type', 'application/rss+xml').end(FEED);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(async () => {
  await redis.clear();
  isBusy = false;
  place = await makeWorkplace({ REDIS_URL: redis.url });
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  await place.write(
    'config/feedmill.yaml',
    `site: { url: https://site.example }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
publish: { websub: { hub: "http://127.0.0.1:${port}/hub" } }
sources: [{ id: news, url: "http://127.0.0.1:${port}/feed" }]
`,
  );
});
afterEach(() => place.close());
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await redis.close();
});

describe('feedmill once', () => {
  it('does not pass off the last outcome of a source that it did not ask as a new one', async () => {
    isBusy = true;
    expect((await place.run(['once'])).stdout).toMatch(/news +http-status/u);
    isBusy = false;
    const { code, stdout } = await place.run(['once']);
    expect(stdout).toMatch(/news +not asked .*asked for quiet until/u);
    expect(code).toBe(1);
    // The hub never answers: each run waits for its ping to time out.
  }, 180_000);

  it('ends at a signal while it announces', async () => {
    const pinged = new Promise<void>((resolve) => {
      onPing = resolve;
    });
    const running = place.start(['once']);
    await pinged;
    const { code, stderr } = await running.stop('SIGINT');
    expect(stderr).toContain('interrupted; what was fetched is kept');
    expect(code).toBe(1);
  });
});
