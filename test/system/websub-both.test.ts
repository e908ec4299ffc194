/** Can one Feedmill subscribe to the hub of another? */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { freePort } from '../support/port.ts';
import { untilPublished } from '../support/published.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

interface Mill {
  readonly redis: TestRedis;
  readonly place: Workplace;
  readonly site: string;
}

let origin: Origin;
let mills: Mill[];

async function makeMill(): Promise<Mill> {
  const redis = await startTestRedis();
  const place = await makeWorkplace({ REDIS_URL: redis.url });
  const mill = { redis, place, site: `http://127.0.0.1:${await freePort()}` };
  mills.push(mill);
  return mill;
}

beforeEach(async () => {
  mills = [];
  origin = await startOrigin();
});
afterEach(async () => {
  for (const { place, redis } of mills) {
    await place.close();
    await redis.close();
  }
  await origin.close();
});

function config({ site }: Mill, source: string, more = ''): string {
  return `
site: { title: Test, url: "${site}" }
http: { host: 127.0.0.1, port: ${new URL(site).port} }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
sources: [{ id: news, url: "${source}" }]
${more}`;
}

const OLD = '央行宣布下调存款准备金率';
const NEW = 'Volcano on the northern island';

const feed = (...titles: readonly string[]) => ({
  headers: { 'content-type': 'application/rss+xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News</title>${titles
    .map((title) => `<item><title>${title}</title><link>https://news.example/${title.length}</link></item>`)
    .join('')}</channel></rss>`,
});

it('brings a post from an origin through one to the readers of the other, without a poll in between', async () => {
  const [giver, taker] = [await makeMill(), await makeMill()];
  origin.on('/feed', feed(OLD), feed(NEW, OLD));
  await giver.place.write(
    'config/a.yaml',
    config(giver, `${origin.url}/feed`, 'publish: { websub: { hub: self, allow: [127.0.0.0/8] } }'),
  );
  const giving = giver.place.start(['start']);
  await untilPublished(giver.redis, '/all.rss', OLD);

  await taker.place.write('config/a.yaml', config(taker, `${giver.site}/all.rss`));
  const taking = taker.place.start(['start']);
  await taking.logged(/a subscription was confirmed to its hub/u);
  await untilPublished(taker.redis, '/all.rss', OLD);

  await giver.place.run(['source', 'fetch', 'news']);
  await taking.logged(/read a notification/u);
  await untilPublished(taker.redis, '/all.rss', NEW);
  expect((await taking.stop()).code).toBe(0);
  expect((await giving.stop()).code).toBe(0);
}, 120_000);
