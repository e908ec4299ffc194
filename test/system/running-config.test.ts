/** Commands beside a running Feedmill: by which config do they work, and what do they say of their own? */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkplace, type Running, type Workplace } from '../support/feedmill.ts';
import { freePort } from '../support/port.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const SECRET = 'sup3r-s3cret-value';

let origin: Server;
/** The keys that came with the requests for each path. */
let keys: [path: string, key: string | undefined][] = [];
let redis: TestRedis;
let place: Workplace;
let port: number;

beforeAll(async () => {
  origin = createServer((request, response) => {
    keys.push([request.url ?? '', request.headers['x-key']?.toString()]);
    response.setHeader('Content-Type', 'application/rss+xml');
    response.end('<rss version="2.0"><channel><title>News</title><item><title>One</title></item></channel></rss>');
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
});
afterAll(() => {
  origin.closeAllConnections();
  origin.close();
});
beforeEach(async () => {
  redis = await startTestRedis();
  port = await freePort();
  keys = [];
  place = await makeWorkplace({ REDIS_URL: redis.url });
  await place.write('config/feedmill.yaml', configOf(['s0', 's1', 's2']));
});
afterEach(async () => {
  await place.close();
  await redis.close();
});

function configOf(ids: readonly string[], more = ''): string {
  // A server that listens on TCP has an address of this kind.
  const { port: at } = origin.address() as AddressInfo;
  return `site: { title: News, url: "http://127.0.0.1:${port}" }
http: { host: 127.0.0.1, port: ${port} }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 100, delay: 0s } }
categories: [{ slug: news, title: News }]
${more}
sources:
${ids.map((id) => `  - { id: ${id}, url: "http://127.0.0.1:${at}/${id}", categories: [news], headers: { X-Key: ${SECRET} } }`).join('\n')}
`;
}

async function start(roles: readonly string[]): Promise<readonly Running[]> {
  const started: Running[] = [];
  // One after the other: a process that starts by the same config changes nothing.
  for (const role of roles) {
    const running = place.start(['start', '--role', role]);
    await running.logged(/"msg":"running"/u);
    started.push(running);
  }
  return started;
}

const scheduled = () => redis.client.zcard(`${redis.prefix}:due`);
const idsIn = (json: string) => (JSON.parse(json) as readonly { id: string }[]).map(({ id }) => id);
const page = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();

describe.each([
  ['one process', ['all']],
  ['a web server and two workers', ['web', 'worker', 'worker']],
])('beside %s', (_title, roles) => {
  it('a command with another config works by the one that runs, and says so', async () => {
    await start(roles);
    await place.write('other/feedmill.yaml', configOf(['s0', 'new']));
    const listed = await place.run(['sources', '--json', '--config', 'other']);
    expect(listed.code, listed.stderr).toBe(0);
    expect(idsIn(listed.stdout)).toEqual(['s0', 's1', 's2']);
    expect(listed.stderr).toMatch(
      /^other is not the config that runs\. This command uses the one that runs since \S+\.$/mu,
    );
    expect(await place.run(['source', 'pause', 's1', '--config', 'other'])).toMatchObject({ code: 0 });
    const unknown = await place.run(['source', 'pause', 'new', '--config', 'other']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no source is called "new"')]);
    const refused = await place.run(['once', '--config', 'other']);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/^other is not the config that runs since/u),
    ]);
    expect(await scheduled()).toBe(3);
    expect(await place.run(['once'])).toMatchObject({ code: 0, stderr: '' });
    const same = await place.run(['sources', '--json']);
    expect([idsIn(same.stdout), same.stderr]).toEqual([['s0', 's1', 's2'], '']);
  }, 120_000);

  it('commands go on by the config that runs where the file is wrong', async () => {
    const started = await start(roles);
    await expect.poll(() => keys.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    await place.write('config/feedmill.yaml', configOf(['s0'], 'wrong: true'));
    for (const running of started) await running.logged(/the running configuration stays in use/u);
    const listed = await place.run(['sources', '--json']);
    expect(listed.code, listed.stderr).toBe(0);
    expect(idsIn(listed.stdout)).toEqual(['s0', 's1', 's2']);
    expect(listed.stderr).toContain('config/feedmill.yaml:5:1: wrong: is not a key here');
    expect(listed.stderr).toContain('The config is invalid. This command uses the one that runs since');
    expect(await place.run(['source', 'pause', 's2'])).toMatchObject({ code: 0, stdout: 's2: paused\n' });
    keys = [];
    const fetched = await place.run(['source', 'fetch', 's1']);
    expect(fetched.code, fetched.stderr).toBe(0);
    expect(keys).toContainEqual(['/s1', SECRET]);
    expect(await place.run(['plan'])).toMatchObject({ code: 2 });
    expect(await page('/admin/')).toContain('config/feedmill.yaml:5:1: wrong: is not a key here');
    await place.write('config/feedmill.yaml', configOf(['s0', 's1', 's2', 's3']));
    for (const running of started) await running.logged(/added source s3/u);
    const changes = await place.run(['changes']);
    expect(changes.stdout.split('\n')).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\dT\S+Z {2}added source s3$/u),
      expect.stringMatching(/ {2}first config in this store$/u),
      '',
    ]);
    expect(await page('/admin/')).toContain('added source s3');
    const kept = await redis.client.hgetall(`${redis.prefix}:config`);
    expect(JSON.stringify(kept)).not.toContain(SECRET);
  }, 120_000);
});

describe('where nothing runs', () => {
  it('a wrong config is refused as ever', async () => {
    await place.run(['once']);
    await place.write('config/feedmill.yaml', configOf(['s0'], 'wrong: true'));
    expect(await place.run(['sources'])).toMatchObject({ code: 2, stdout: '' });
  }, 60_000);

  it('a command finds the private store from anywhere, and creates none to look at', async () => {
    const own = await makeWorkplace();
    try {
      await own.write('site/config/feedmill.yaml', configOf(['s0']));
      const before = await own.run(['sources', '--config', 'site/config']);
      expect([before.code, before.stderr]).toEqual([
        1,
        expect.stringMatching(/there are no data in \S+\/site\/data\/redis /u),
      ]);
      expect(await own.run(['once', '--config', 'site/config'])).toMatchObject({ code: 0 });
      const after = await own.run(['sources', '--json', '--config', own.path('site/config')]);
      expect(JSON.parse(after.stdout)).toMatchObject([{ id: 's0', last: { kind: 'feed' } }]);
    } finally {
      await own.close();
    }
  }, 60_000);
});
