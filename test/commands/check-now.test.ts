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

describe('when the host asked to wait', () => {
  it('no command sends a request, and each says until when, on the clock of the site', async () => {
    await place.write(
      'config/feedmill.yaml',
      `site: { url: https://site.example, timezone: Asia/Shanghai }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
sources: [{ id: news, url: ${origin.url}/feed.xml }]
`,
    );
    origin.on('/feed.xml', { status: 429, headers: { 'retry-after': '3600' } });
    await place.run(['once']);
    const commands: readonly (readonly [exitCode: number, ...args: readonly string[]])[] = [
      [1, 'source', 'fetch', 'news'],
      [0, 'check', '--fetch'],
      [0, 'source', 'reset', 'news'],
      [0, 'source', 'resume', 'news'],
    ];
    for (const [exitCode, ...args] of commands) {
      const { code, stdout } = await place.run(args);
      expect(stdout).toMatch(/its host asked to wait \(Retry-After\) until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00/u);
      expect(stdout).not.toContain('another source');
      expect(code).toBe(exitCode);
    }
    expect(origin.paths()).toEqual(['/feed.xml']);
  });
});

describe('feedmill check --fetch', () => {
  it('leaves the other sources of a host alone that asks for quiet during the run', async () => {
    await place.write(
      'config/feedmill.yaml',
      `site: { url: https://site.example }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
sources: [{ id: first, url: ${origin.url}/first }, { id: second, url: ${origin.url}/second }]
`,
    );
    origin.on('/first', { status: 503, headers: { 'retry-after': '120' } });
    const { code, stdout } = await place.run(['check', '--fetch']);
    expect(origin.paths()).toEqual(['/first']);
    expect(stdout).toMatch(/second: skipped, its host asked to wait/u);
    expect(stdout).toContain('0 sources of 2 gave a feed; 1 skipped, because their hosts asked to wait\n');
    expect(code).toBe(1);
  });

  it('says that it does not know which hosts asked to wait when Redis cannot be reached', async () => {
    const elsewhere = await makeWorkplace({ REDIS_URL: 'redis://127.0.0.1:1' });
    await elsewhere.write(
      'config/feedmill.yaml',
      `site: { url: https://site.example }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
sources: [{ id: news, url: ${origin.url}/feed.xml }]
`,
    );
    origin.on('/feed.xml', feed);
    const { code, stdout } = await elsewhere.run(['check', '--fetch']);
    expect(stdout).toMatch(/^warning: it is not known which hosts asked to wait: .*127\.0\.0\.1:1/mu);
    expect(stdout).toContain('1 source of 1 gave a feed');
    expect(code).toBe(0);
    await elsewhere.close();
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
