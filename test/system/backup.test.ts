/** Can a site move to another Redis, or back to an earlier day, without its readers noticing? */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXPORTED, matcher, REBUILT } from '../../src/io/backup/key-families.ts';
import { createDocuments } from '../../src/io/store/documents.ts';
import { createOutbox } from '../../src/io/store/outbox.ts';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { type Hub, startHub } from '../support/hub/hub.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { freePort } from '../support/port.ts';
import { untilPublished } from '../support/published.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { type Subscriber, startSubscriber } from '../support/subscriber.ts';

interface Installation {
  readonly redis: TestRedis;
  readonly place: Workplace;
  /** The hash tag. */
  readonly prefix: string;
}

let origin: Origin;
let hub: Hub;
let subscriber: Subscriber;
let installations: Installation[];
let site: string;

beforeEach(async () => {
  installations = [];
  [origin, hub, subscriber] = await Promise.all([startOrigin(), startHub(), startSubscriber()]);
  site = `http://127.0.0.1:${await freePort()}`;
});
afterEach(async () => {
  for (const { place, redis } of installations) {
    await place.close();
    await redis.close();
  }
  await Promise.all([origin.close(), hub.close(), subscriber.close()]);
});

/** A Redis and a working directory of its own, with the config of the one site. */
async function install(prefix: string): Promise<Installation> {
  const redis = await startTestRedis();
  const place = await makeWorkplace({ REDIS_URL: redis.url });
  await place.write('config/feedmill.yaml', config(prefix));
  const one = { redis, place, prefix: `{${prefix}}` };
  installations.push(one);
  return one;
}

const config = (prefix: string) => `
site: { title: Site, url: "${site}" }
http: { host: 127.0.0.1, port: ${new URL(site).port} }
redis: { prefix: ${prefix} }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
publish: { directory: public, websub: { hub: self, allow: [127.0.0.0/8] } }
categories: [{ slug: news, title: News }]
sources:
  - { id: paper, url: "${origin.url}/paper", categories: [news] }
  - { id: flood, url: "${origin.url}/flood", categories: [news] }
`;

const item = (guid: string, day: number) =>
  `<item><guid isPermaLink="false">${guid}</guid><link>https://paper.example/${guid}</link><title>About ${guid}</title>` +
  `<description>Text of ${guid}, 你好</description><category>wire</category>` +
  `<pubDate>${new Date(Date.now() - day * 86_400_000).toUTCString()}</pubDate></item>`;

const feed = (items: readonly string[], head = '') => ({
  headers: { 'content-type': 'application/rss+xml' },
  body: `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Paper</title>${head}${items.join('')}</channel></rss>`,
});

const key = ({ prefix }: Installation, name: string) => `${prefix}:${name}`;
const names = async ({ redis, prefix }: Installation) =>
  (await redis.client.keys(`${prefix}:*`)).map((name) => name.slice(prefix.length + 1));

/** Every document that is served, by its path, once nothing is left to publish. */
async function served({ redis, prefix }: Installation): Promise<Readonly<Record<string, string>>> {
  const outbox = createOutbox(redis.client, `${prefix}:`);
  const documents = createDocuments(redis.client, `${prefix}:`);
  await expect
    .poll(async () => (await outbox.dirty()).length + (await outbox.bulkCount()), { timeout: 60_000, interval: 200 })
    .toBe(0);
  const paths = [...(await documents.paths())].sort();
  const found = await Promise.all(
    paths.map(async (path) => {
      const document = await documents.get(path);
      return [path, `${document?.modifiedAt} ${document?.etag} ${Buffer.from(document?.body ?? []).toString()}`];
    }),
  );
  return Object.fromEntries(found) as Record<string, string>;
}

const until = (what: () => Promise<unknown>) => expect.poll(what, { timeout: 30_000, interval: 100 });

/** A site that runs, with everything: posts, a flood that is held, a takedown, subscriptions on both sides. @returns stops it */
async function lived(one: Installation): Promise<() => Promise<unknown>> {
  const { place, redis } = one;
  const head = `<atom:link rel="hub" href="${hub.url}"/><atom:link rel="self" href="${origin.url}/paper"/>`;
  origin.on('/paper', feed([item('a', 1), item('b', 2), item('c', 3)], head));
  const few = [item('x1', 1), item('x2', 2), item('x3', 3)];
  const many = Array.from({ length: 200 }, (_, index) => item(`old${index}`, 40));
  origin.on('/flood', feed(few));
  const running = place.start(['start']);
  await running.logged(/a subscription was confirmed to its hub/u);
  await untilPublished(redis, '/category/news.rss', 'About c');
  const form = { 'hub.mode': 'subscribe', 'hub.topic': `${site}/category/news.rss`, 'hub.callback': subscriber.url };
  expect((await fetch(`${site}/websub`, { method: 'POST', body: new URLSearchParams(form) })).status).toBe(202);
  await running.logged(/a subscription was confirmed"/u);
  await untilPublished(redis, '/category/news.rss', 'About x3');
  origin.on('/flood', feed([...few, ...many]));
  expect(await place.run(['source', 'fetch', 'flood'])).toMatchObject({ code: 0 });
  await until(() => redis.client.hlen(key(one, 'held'))).toBe(1);
  expect(await place.run(['post', 'remove', 'https://paper.example/b', '--why', 'court order'])).toMatchObject({
    code: 0,
  });
  return () => running.stop();
}

describe('feedmill export and import', () => {
  it('move a site that runs to another Redis and prefix: the same documents, and everything that is remembered', async () => {
    const from = await install('feedmill');
    const stop = await lived(from);
    const before = await served(from);
    expect(before['/category/news.rss']).toContain('About c');
    expect(before['/category/news.rss']).not.toContain('About b');
    const isExported = matcher(EXPORTED.flat());
    const isRebuilt = matcher(REBUILT);
    expect((await names(from)).filter((name) => isExported(name) === isRebuilt(name))).toEqual([]);

    expect(await from.place.run(['export', 'backup.gz'])).toMatchObject({ code: 0, stdout: '' });
    const backup = await readFile(from.place.path('backup.gz'));
    await stop();

    const to = await install('moved');
    await to.place.write('backup.gz', backup);
    const looked = await to.place.run(['import', 'backup.gz', '--dry-run']);
    expect(looked.stdout).toMatch(/^backup\.gz: the site http:\S+, exported \S+ by Feedmill \d/u);
    expect(looked.stdout).toMatch(
      / {2}5 posts, \d+ known entries, 2 sources, 1 subscription with hubs, 1 subscription with our/u,
    );
    expect(looked.stdout).toMatch(/^Redis at .*: it is empty, and will get the data of the file$/mu);
    expect(await names(to)).toEqual([]);
    const unasked = await to.place.run(['import', 'backup.gz']);
    expect([unasked.code, unasked.stderr]).toEqual([2, 'Nothing was changed. Add --yes to do it.\n']);
    expect(await to.place.run(['import', '-', '--yes'], backup)).toMatchObject({ code: 0 });
    expect(await served(to)).toEqual(before);

    // Everything is published again, with the same bytes; no post comes twice, and none that was taken down.
    subscriber.forget();
    const running = to.place.start(['start']);
    await running.logged(/"running"/u);
    await until(async () => (await to.place.run(['source', 'fetch', 'paper'])).code).toBe(0);
    expect(await served(to)).toEqual(before);
    expect(subscriber.deliveries()).toEqual([]);
    expect((await to.place.run(['sources'])).stdout).toContain('held');
    expect((await to.place.run(['post', 'trace', 'https://paper.example/b'])).stdout).toContain('court order');
    // The subscriptions of both sides go on.
    expect((await hub.publish(`${origin.url}/paper`, feed([item('fresh', 0)]).body))[0]?.status).toBe(202);
    await untilPublished(to.redis, '/category/news.rss', 'About fresh', '{moved}');
    await until(() => Promise.resolve(subscriber.deliveries().length)).toBeGreaterThan(0);
    expect(subscriber.deliveries()[0]?.body.toString()).toContain('About fresh');
    expect((await running.stop()).code).toBe(0);
  }, 180_000);

  it('bring a site back to an earlier day while it runs', async () => {
    const one = await install('feedmill');
    const stop = await lived(one);
    const before = await served(one);
    await one.place.run(['export', 'backup.gz']);
    origin.on('/paper', feed([item('later', 0), item('a', 1), item('c', 3)]));
    expect(await one.place.run(['source', 'fetch', 'paper'])).toMatchObject({ code: 0 });
    await untilPublished(one.redis, '/category/news.rss', 'About later');
    const again = await one.place.run(['import', 'backup.gz', '--yes']);
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('it holds this site with 6 posts; all of it will be replaced');
    expect(again.stdout).toContain('1 process of Feedmill run on it: their work pauses during the import');
    expect(await served(one)).toEqual(before);
    const feedNow = await fetch(`${site}/category/news.rss`);
    expect(await feedNow.text()).not.toContain('About later');
    // What came since then is new again.
    expect(await one.place.run(['source', 'fetch', 'paper'])).toMatchObject({ code: 0 });
    await untilPublished(one.redis, '/category/news.rss', 'About later');
    await until(async () => (await fetch(`${site}/readyz`)).status).toBe(200);
    await stop();
  }, 180_000);

  it('refuse data of another site or a newer version, and leave a mark until an import that was interrupted is repeated', async () => {
    const one = await install('feedmill');
    for (const path of ['/paper', '/flood']) origin.on(path, feed([item(path.slice(1), 1)]));
    expect(await one.place.run(['once'])).toMatchObject({ code: 0 });
    await one.place.run(['export', 'backup.gz']);
    await one.place.write('config/site.yaml', 'site: { id: "https://another.example" }');
    const other = await one.place.run(['import', 'backup.gz', '--yes']);
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining(`holds the site ${site}, but site.id is https://another.example: write site.id: ${site}`),
    ]);
    await one.place.write('config/site.yaml', '');

    await one.redis.client.set(key(one, 'import'), 'backup.gz');
    for (const command of [['start'], ['sources'], ['export', 'other.gz']]) {
      const refused = await one.place.run(command);
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining('an import of backup.gz into this Redis is under way or was not finished'),
      ]);
    }
    expect(await one.place.run(['import', 'backup.gz', '--yes'])).toMatchObject({ code: 0, stderr: '' });
    expect(await one.place.run(['sources'])).toMatchObject({ code: 0 });

    await one.redis.client.set(key(one, 'schema'), '99');
    const newer = await one.place.run(['export', 'other.gz']);
    expect([newer.code, newer.stderr]).toEqual([
      1,
      expect.stringContaining('have version 99, but this Feedmill works with'),
    ]);
  }, 180_000);
});
