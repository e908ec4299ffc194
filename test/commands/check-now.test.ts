import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const FEED = `<rss version="2.0"><channel><title>News</title><link>https://news.example/</link>
<item><guid>1</guid><title>One</title><link>https://news.example/1</link></item></channel></rss>`;
const PAGE = `<!doctype html><html><head><title>News</title>
<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body><p>News</p></body></html>`;

let redis: TestRedis;
let origin: Origin;
let place: Workplace;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  await redis.clear();
  origin = await startOrigin();
  place = await makeWorkplace({ REDIS_URL: redis.url });
  await place.write(
    'config/feedmill.yaml',
    `site: { url: https://site.example }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
sources: [{ id: news, url: ${origin.url}/page }]
`,
  );
});
afterEach(async () => {
  await place.close();
  await origin.close();
});
afterAll(() => redis.close());

const page = { headers: { 'content-type': 'text/html; charset=utf-8' }, body: PAGE };
const feed = { headers: { 'content-type': 'application/rss+xml' }, body: FEED };

describe.each([
  ['once', ['once']],
  ['source fetch', ['source', 'fetch', 'news']],
])('feedmill %s', (_command, args) => {
  it('follows a page to the feed that it names within the same run', async () => {
    origin.on('/page', page);
    origin.on('/feed.xml', feed);
    const { code, stdout } = await place.run(args);
    expect(origin.paths()).toEqual(['/page', '/feed.xml']);
    expect(stdout).toMatch(/\bfeed\b/u);
    expect(code).toBe(0);
  });

  it('says that a paused source was not asked, and how it can be', async () => {
    await place.run(['source', 'pause', 'news']);
    const { code, stdout } = await place.run(args);
    expect(origin.paths()).toEqual([]);
    expect(stdout).toContain('paused');
    expect(stdout).toContain('feedmill source resume news');
    expect(code).toBe(1);
  });
});

describe('feedmill once, for many sources of one host', () => {
  it('says nothing but how each of them fared', async () => {
    const ids = Array.from({ length: 14 }, (_, number) => `s${number}`);
    await place.write(
      'config/feedmill.yaml',
      `site: { url: https://site.example }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 1, delay: 10ms } }
sources: [${ids.map((id) => `{ id: ${id}, url: ${origin.url}/${id} }`).join(', ')}]
`,
    );
    for (const id of ids) origin.on(`/${id}`, feed);
    const { code, stdout, stderr } = await place.run(['once']);
    expect(origin.paths()).toHaveLength(ids.length);
    expect(stdout.match(/^s\d+ +feed\b/gmu)).toHaveLength(ids.length);
    expect(stderr).not.toMatch(/Warning/u);
    expect(code).toBe(0);
  });
});
