/** Is `feedmill once` all that a static host needs: from cron or CI, with nothing running in between? */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';

const YESTERDAY = Date.now() - 24 * 3_600_000;
let server: Server;
let workplace: Workplace;
let entries = 1;
let isDown = false;
const pinged: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.method === 'POST') {
      request.on('data', (chunk: Buffer) => {
        pinged.push(new URLSearchParams(chunk.toString()).get('hub.url') ?? '');
      });
      request.on('end', () => response.writeHead(204).end());
      return;
    }
    if (isDown) {
      response.writeHead(503).end();
      return;
    }
    const items = Array.from(
      { length: entries },
      (_, index) => `<item><guid isPermaLink="false">e${index}</guid><title>快讯 ${index}</title>
        <pubDate>${new Date(YESTERDAY + index * 60_000).toUTCString()}</pubDate>
        <link>http://news.example/${index}</link><description>Text of entry number ${index}.</description></item>`,
    );
    response
      .setHeader('Content-Type', 'application/rss+xml')
      .end(`<rss version="2.0"><channel><title>Agency</title>${items.join('')}</channel></rss>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  workplace = await makeWorkplace();
  await workplace.write(
    'config/feedmill.yaml',
    `
site: { title: News, url: "https://news.example.org", language: zh-CN, timezone: UTC }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 10, delay: 0s } }
publish:
  directory: public
  jekyll: { directory: _posts }
  websub: { hub: "http://127.0.0.1:${port}/hub" }
categories: [{ slug: news, title: News }]
sources: [{ id: s, url: "http://127.0.0.1:${port}/feed", categories: [news] }]
`,
  );
});

afterAll(async () => {
  await workplace.close();
  server.closeAllConnections();
  server.close();
});

function times(): Map<string, number> {
  const directory = workplace.path('public');
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(directory, name)).isFile(),
  );
  return new Map(files.map((name) => [name, statSync(join(directory, name)).mtimeMs]));
}

const feed = (): string => readFileSync(workplace.path('public/category/news.rss'), 'utf8');

describe('feedmill once, for a static host', () => {
  it('writes the whole site and the posts, and tells the outer hub before it ends', async () => {
    const { code, stderr } = await workplace.run(['once']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(feed()).toContain('快讯 0');
    for (const file of [
      'index.html',
      'all.atom',
      'category/news.json',
      'opml.xml',
      '_headers',
      'style.css.gz',
      'style.css.br',
    ]) {
      expect(existsSync(workplace.path(`public/${file}`)), file).toBe(true);
    }
    expect(readdirSync(workplace.path('_posts'))).toHaveLength(1);
    expect(pinged).toContain('https://news.example.org/category/news.rss');
  });

  it('touches nothing and tells nobody where nothing is new', async () => {
    const before = times();
    pinged.length = 0;
    expect((await workplace.run(['once'])).code).toBe(0);
    expect(times()).toEqual(before);
    expect(pinged).toEqual([]);
  });

  it('adds what is new, and leaves the page of the old post alone', async () => {
    entries = 2;
    const before = times();
    expect((await workplace.run(['once'])).code).toBe(0);
    expect(feed()).toContain('快讯 1');
    const [old = ''] = [...before.keys()].filter((name) => name.startsWith('post/') && name.endsWith('.html'));
    expect(times().get(old)).toBe(before.get(old));
    expect(readdirSync(workplace.path('_posts'))).toHaveLength(2);
    expect(pinged).toContain('https://news.example.org/category/news.rss');
  });

  it('ends with 1 and leaves the last good pages where no source can be read', async () => {
    isDown = true;
    const before = times();
    const { code, stdout } = await workplace.run(['once']);
    expect(code).toBe(1);
    expect(stdout).toContain('503');
    expect(times()).toEqual(before);
  });
});
