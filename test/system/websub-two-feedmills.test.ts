/** Do two Feedmills work together: one with a hub, and one that subscribes to it? */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { freePort } from '../support/port.ts';

let origin: Server;
let hub: Workplace;
let subscriber: Workplace;
let hubSite: string;
let subscriberSite: string;
let entries = 1;

beforeAll(async () => {
  origin = createServer((_request, response) => {
    const items = Array.from(
      { length: entries },
      (_, index) => `<item><guid isPermaLink="false">e${index}</guid><title>快讯 ${index}</title>
        <pubDate>${new Date(Date.now() - 60_000 + index * 1_000).toUTCString()}</pubDate>
        <link>http://news.example/${index}</link><description>Text of entry number ${index}.</description></item>`,
    );
    response
      .setHeader('Content-Type', 'application/rss+xml')
      .end(`<rss version="2.0"><channel><title>Agency</title>${items.join('')}</channel></rss>`);
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  // A server that listens on TCP has an address of this kind.
  const originPort = (origin.address() as AddressInfo).port;
  hubSite = `http://127.0.0.1:${await freePort()}`;
  subscriberSite = `http://127.0.0.1:${await freePort()}`;
  hub = await makeWorkplace();
  await hub.write(
    'config/feedmill.yaml',
    `${configOf(hubSite, `http://127.0.0.1:${originPort}/`, '{ default: 1s, min: 1s, max: 1s }')}
publish: { websub: { hub: self } }
`,
  );
  subscriber = await makeWorkplace();
  // Without the hub it would look again in an hour.
  await subscriber.write(
    'config/feedmill.yaml',
    configOf(subscriberSite, `${hubSite}/category/news.atom`, '{ default: 1h, min: 1h, max: 1d }'),
  );
});

afterAll(async () => {
  await hub.close();
  await subscriber.close();
  origin.closeAllConnections();
  origin.close();
});

function configOf(site: string, source: string, schedule: string): string {
  return `
site: { title: News, url: "${site}", language: zh-CN, timezone: UTC }
http: { host: 127.0.0.1, port: ${new URL(site).port} }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 10, delay: 0s } }
schedule: ${schedule}
categories: [{ slug: news, title: News }]
sources: [{ id: s, url: "${source}", categories: [news] }]
`;
}

/** Polls a feed until it holds a text. */
async function untilHolds(site: string, text: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const answer = await request(`${site}/category/news.rss`).catch(() => undefined);
        return answer === undefined ? '' : answer.body.text();
      },
      { timeout: 45_000, interval: 200 },
    )
    .toContain(text);
}

async function stateOf(workplace: Workplace): Promise<string> {
  return (await workplace.run(['sources', '--json'])).stdout;
}

describe('two Feedmills', () => {
  it('one subscribes to the other’s hub, and has what is new without asking for it', { timeout: 120_000 }, async () => {
    const first = hub.start(['start']);
    await first.logged(/running/u);
    // The first check of a new source may take half a minute to come.
    await hub.run(['source', 'fetch', 's']);
    await untilHolds(hubSite, '快讯 0');
    const second = subscriber.start(['start']);
    await second.logged(/running/u);
    await subscriber.run(['source', 'fetch', 's']);
    await untilHolds(subscriberSite, '快讯 0');
    // The hub has asked whether that was meant, and was told so.
    await first.logged(/a subscription was confirmed/u);
    await expect.poll(() => stateOf(subscriber), { timeout: 30_000, interval: 500 }).toContain('"reason": "websub"');
    entries = 2;
    await untilHolds(hubSite, '快讯 1');
    await untilHolds(subscriberSite, '快讯 1');
    entries = 4;
    await untilHolds(subscriberSite, '快讯 3');
    expect(await stateOf(subscriber)).toContain('pushes what is new; a daily check on it');
    // Nothing failed on either side.
    expect(second.log()).not.toContain('"level":50');
    expect(first.log()).not.toContain('"level":50');
  });
});
