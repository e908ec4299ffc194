/** A site that gets another address: readers get no post twice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { type Origin, startOrigin } from '../support/origin.ts';

let origin: Origin;
let workplace: Workplace;

const FEED =
  '<rss version="2.0"><channel><title>Paper</title>' +
  '<item><guid isPermaLink="false">a1</guid><title>One</title><pubDate>Mon, 30 Nov 2026 01:00:00 GMT</pubDate></item>' +
  '</channel></rss>';

const write = (site: string) =>
  workplace.write(
    'config/feedmill.yaml',
    `site: ${site}
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
publish: { directory: public, websub: { hub: self } }
categories: [{ slug: news, title: News }]
sources: [{ id: paper, url: "${origin.url}/feed", categories: [news] }]
`,
  );

beforeAll(async () => {
  origin = await startOrigin();
  workplace = await makeWorkplace();
  origin.on('/feed', { body: FEED });
});
afterAll(async () => {
  await workplace.close();
  await origin.close();
});

const published = (name: string) => readFile(workplace.path(`public/${name}`), 'utf8');
const idsOf = (xml: string) => [...xml.matchAll(/<(?:id|guid)[^>]*>([^<]*)</gu)].map(([, id]) => id);

describe('another site.url', () => {
  it('changes links and topics, and no id', async () => {
    await write('{ url: http://news.example.org }');
    expect(await workplace.run(['once'])).toMatchObject({ code: 0 });
    const before = { atom: await published('category/news.atom'), rss: await published('category/news.rss') };
    expect(idsOf(before.atom)[0]).toBe('http://news.example.org/category/news');

    await write('{ url: "https://www.example.net/news" }');
    const plan = await workplace.run(['plan']);
    expect(plan.stdout).toContain('site.id: http://news.example.org; ids of feeds and posts start with it');
    expect(plan.stdout).toContain('site.url: https://www.example.net/news instead of http://news.example.org');
    expect(await workplace.run(['once'])).toMatchObject({ code: 0 });
    const after = { atom: await published('category/news.atom'), rss: await published('category/news.rss') };
    expect([idsOf(after.atom), idsOf(after.rss)]).toEqual([idsOf(before.atom), idsOf(before.rss)]);
    expect(after.atom).toContain('href="https://www.example.net/news/category/news.atom"');
    expect(after.atom).toContain('href="https://www.example.net/news/websub"');
    expect(after.rss).toContain('<link>https://www.example.net/news/post/');
    expect(after.atom.replaceAll(/<(?:id|guid)[^>]*>[^<]*</gu, '')).not.toContain('//news.example.org');
    // What is published now is what the plan compares with.
    expect((await workplace.run(['plan'])).stdout).not.toContain('instead of');
  });

  it('refuses an id that is not the one in Redis, naming both', async () => {
    await write('{ id: "https://elsewhere.example.org", url: "https://www.example.net/news" }');
    const { code, stderr } = await workplace.run(['once']);
    expect(code).toBe(1);
    expect(stderr).toContain('holds the site http://news.example.org, but site.id is https://elsewhere.example.org');
    expect((await workplace.run(['plan'])).stdout).toContain('refuses to start');
  });

  it('starts an empty Redis with the written id', async () => {
    await write('{ id: "http://news.example.org/", url: "https://www.example.net/news" }');
    await workplace.write('config/redis.yaml', 'redis: { directory: data/another }\n');
    expect(await workplace.run(['once'])).toMatchObject({ code: 0 });
    expect(idsOf(await published('category/news.atom'))[0]).toBe('http://news.example.org/category/news');
  });
});
