/** From each of the three sources of the post model the expected Jekyll file comes out, byte for byte. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace } from '../support/feedmill.ts';

const fixtures = new URL('./fixtures/', import.meta.url);
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    void readFile(new URL(`.${request.url ?? ''}`, fixtures)).then(
      (body) => response.setHeader('Content-Type', 'application/xml').end(body),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const config = (file: string, timezone: string) => `
site: { title: 财经要闻, url: http://finews.withounder.com, language: zh-CN, timezone: Asia/Shanghai }
fetch: { allow: [127.0.0.0/8] }
publish: { directory: public, jekyll: { directory: _posts } }
categories: [{ slug: xinhuashe, title: 新华社新闻 }]
sources: [{ id: xinhua, url: "${base}/${file}", categories: [xinhuashe]${timezone} }]
`;

describe('the post model', () => {
  it.each([
    ['UTF-8 with an RFC 822 date', 'xinhuashe.source.utf8.xml', ''],
    ['GBK declared as GB2312', 'xinhuashe.source.gbk.xml', ''],
    ['a date without a zone', 'xinhuashe.source.gbk-naive-date.xml', ', timezone: Asia/Shanghai'],
  ])('comes out byte for byte from %s', async (_title, file, timezone) => {
    const workplace = await makeWorkplace();
    try {
      await workplace.write('config/feedmill.yaml', config(file, timezone));
      const first = await workplace.run(['once']);
      expect(first).toMatchObject({ code: 0 });
      const [name, ...others] = await readdir(workplace.path('_posts'));
      expect(others).toEqual([]);
      expect(name).toMatch(/^2021-12-24-[0-9a-f]{16}\.md$/u);
      const expected = await readFile(new URL('2021-12-24-xinhuashe.expected.md', fixtures), 'utf8');
      expect(await readFile(workplace.path(`_posts/${name ?? ''}`), 'utf8')).toBe(expected);

      const feed = await readFile(workplace.path('public/category/xinhuashe.rss'), 'utf8');
      expect(feed).toContain('工信部：启动公共领域车辆全面电动化城市试点');
      expect(await workplace.run(['once'])).toMatchObject({ code: 0 });
      expect(await readdir(workplace.path('_posts'))).toEqual([name]);
      expect(await readFile(workplace.path('public/category/xinhuashe.rss'), 'utf8')).toBe(feed);
    } finally {
      await workplace.close();
    }
  });
});
