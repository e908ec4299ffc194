/** Does what a hub pushes reach our readers without a poll, also after a crash? Three processes: we, the hub, the origin. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { type HubProcess, startHubProcess } from '../support/hub/start-process.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { freePort } from '../support/port.ts';
import { untilPublished } from '../support/published.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
let origin: Origin;
let hub: HubProcess;
let place: Workplace;
let site: string;

beforeEach(async () => {
  [redis, origin, hub] = await Promise.all([startTestRedis(), startOrigin(), startHubProcess()]);
  place = await makeWorkplace({ REDIS_URL: redis.url });
  site = `http://127.0.0.1:${await freePort()}`;
});
afterEach(async () => {
  await place.close();
  await hub.close();
  await origin.close();
  await redis.close();
});

const config = (sources: string): string => `
site: { title: Test, url: "${site}" }
http: { host: 127.0.0.1, port: ${new URL(site).port} }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
sources: ${sources}
`;

const STARTED_AT = Date.now() - 60_000;
const WORDS = [
  '',
  '央行宣布下调存款准备金率',
  'Volcano on the northern island',
  'New bridge opens to cyclists',
  'Chess title defended',
];

function feed(...ids: readonly number[]): string {
  const items = ids.map((id) => {
    // Recent: posts older than `keep` may expire before they are looked for.
    const date = new Date(STARTED_AT + id * 1_000).toUTCString();
    return `<item><guid>${id}</guid><title>${WORDS[id] ?? ''}</title><link>https://news.example/${id}</link><pubDate>${date}</pubDate></item>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>News</title>
<atom:link rel="hub" href="${hub.url}"/><atom:link rel="self" href="${origin.url}/feed"/>${items.join('')}</channel></rss>`;
}

/** Resolves when our feed, as it is handed to readers, has a post of this title. */
const untilInFeed = (title: string): Promise<void> => untilPublished(redis, '/all.rss', title);

it('brings a post to our readers without a poll, survives kill -9, and says goodbye', async () => {
  origin.on('/feed', { headers: { 'content-type': 'application/rss+xml' }, body: feed(1) });
  await place.write('config/feedmill.yaml', config(`[{ id: news, url: "${origin.url}/feed" }]`));
  const first = place.start(['start']);
  await hub.until('confirmed');
  await untilInFeed(WORDS[1] ?? '');

  expect(await hub.publish(`${origin.url}/feed`, feed(2))).toEqual([202]);
  await untilInFeed(WORDS[2] ?? '');
  expect(origin.paths()).toEqual(['/feed']);

  await first.stop('SIGKILL');
  const second = place.start(['start']);
  await second.logged(/"msg":"running"/u);
  expect(await hub.publish(`${origin.url}/feed`, feed(3))).toEqual([202]);
  await untilInFeed(WORDS[3] ?? '');
  expect(hub.count('asked')).toBe(1);
  expect(origin.paths()).toEqual(['/feed']);

  const shown = await place.run(['source', 'show', 'news']);
  const served = await fetch(`${site}/all.rss`);
  const text = await served.text();
  expect(WORDS.slice(1, 4).filter((title) => !text.includes(title))).toEqual([]);
  expect(shown.stdout).toMatch(
    new RegExp(`^websub: ${hub.url}: subscribed until .*; 2 pushed \\(2 new posts\\)`, 'mu'),
  );

  await place.run(['source', 'pause', 'news']);
  await hub.until('left');
  await place.run(['source', 'resume', 'news']);
  await hub.until('confirmed', 2);
  await place.write('config/feedmill.yaml', config('[{ id: other, url: "http://127.0.0.1:9/feed" }]'));
  await hub.until('left', 2);
  expect((await second.stop()).code).toBe(0);
}, 120_000);
