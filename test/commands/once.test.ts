/** Does `feedmill once` distinguish sources that it asked from those that it left alone, and end at a signal? */
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
/** Called for each request to the hub, which is then never answered; undefined: the hub answers. */
let onPing: (() => void) | undefined;

beforeAll(async () => {
  redis = await startTestRedis();
  server = createServer((request, response) => {
    if (request.method === 'POST') {
      if (onPing === undefined) response.writeHead(204).end();
      else onPing();
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
  onPing = undefined;
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
  it('does not print an earlier outcome of a source that it did not ask', async () => {
    isBusy = true;
    expect((await place.run(['once'])).stdout).toMatch(/news +http-status/u);
    isBusy = false;
    const { code, stdout } = await place.run(['once']);
    expect(stdout).toMatch(/news +not asked .*asked to wait \(Retry-After\) until/u);
    expect(code).toBe(1);
  });

  it('ends at a signal while it announces', async () => {
    const pinged = new Promise<void>((resolve) => {
      onPing = resolve;
    });
    const running = place.start(['once']);
    await pinged;
    const { code, stderr } = await running.stop('SIGINT');
    expect(stderr).toContain('interrupted; fetched posts are kept');
    expect(code).toBe(1);
  });
});
