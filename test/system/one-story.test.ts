/** Two sources tell one story: what readers see of it, and what a command makes of it. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';

const STORY =
  '中国人民银行6日宣布，为支持实体经济发展，促进综合融资成本稳中有降，决定于12月15日下调金融机构存款准备金率0.5个百分点，' +
  '不含已执行5%存款准备金率的金融机构。本次下调后，金融机构加权平均存款准备金率为8.4%，共计释放长期资金约1.2万亿元。';

const feed = (title: string, link: string, text: string, minute: number) => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>${title}</title><link>https://${link}/</link><description>${title}</description>
<item><title>${title}：央行降准</title><link>https://${link}/1</link><guid>${link}-1</guid>
<pubDate>Tue, 24 Nov 2020 08:${minute}:00 +0800</pubDate><description>${text}</description></item>
</channel></rss>`;

const FEEDS: Readonly<Record<string, string>> = {
  '/one.xml': feed('甲报', 'jia.example', `新华社北京12月6日电 ${STORY}`, 10),
  '/two.xml': feed('乙报', 'yi.example', `${STORY}（责任编辑：赵一鸣）`, 20),
};

let server: Server;
let workplace: Workplace;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/rss+xml').end(FEEDS[request.url ?? '']);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  workplace = await makeWorkplace();
  await workplace.write(
    'config/feedmill.yaml',
    `
site: { title: 要闻, url: https://news.example, language: zh-CN, timezone: Asia/Shanghai }
fetch: { allow: [127.0.0.0/8] }
publish: { directory: public, jekyll: { directory: _posts } }
categories: [{ slug: news, title: 要闻 }]
sources:
  - { id: one, url: "${base}/one.xml", categories: [news] }
  - { id: two, url: "${base}/two.xml", categories: [news] }
`,
  );
});
afterAll(async () => {
  await workplace.close();
  server.close();
});

const published = (name: string): Promise<string> => readFile(workplace.path(`public/category/news.${name}`), 'utf8');

interface JsonFeed {
  readonly items: readonly {
    readonly id: string;
    readonly _feedmill?: { readonly alsoFrom?: readonly { readonly item_url?: string }[] };
  }[];
}

/** What we wrote ourselves. */
const items = async (): Promise<JsonFeed['items']> => (JSON.parse(await published('json')) as JsonFeed).items;

describe('one story from two sources', () => {
  it('is one post that names the other source in every form, and two after `post split`', async () => {
    expect((await workplace.run(['once', '--source', 'one'])).code).toBe(0);
    expect((await workplace.run(['once', '--source', 'two'])).code).toBe(0);
    const [post, ...others] = await items();
    expect(others).toEqual([]);
    expect(post?._feedmill?.alsoFrom).toMatchObject([{ item_url: 'https://yi.example/1' }]);
    for (const name of ['rss', 'atom', 'html']) expect(await published(name)).toContain('https://yi.example/1');
    const [file = ''] = await readdir(workplace.path('_posts'));
    expect(await readFile(workplace.path(`_posts/${file}`), 'utf8')).toContain('另见 [乙报](<https://yi.example/1>)');

    const id = /post\/([0-9a-f]{16})/u.exec(post?.id ?? '')?.[1] ?? '';
    const split = await workplace.run(['post', 'split', id]);
    expect(split).toMatchObject({ code: 0, stderr: '' });
    expect(split.stdout).toMatch(
      /^[0-9a-f]{16} is a post of its own: 乙报：央行降准 \(乙报\)\n[0-9a-f]{16} stays: 甲报：央行降准\n$/u,
    );
    expect(await items()).toHaveLength(2);
    expect(await readdir(workplace.path('_posts'))).toHaveLength(2);

    expect((await workplace.run(['once'])).code).toBe(0);
    expect(await items()).toHaveLength(2);
    expect(await workplace.run(['post', 'split', id])).toMatchObject({ code: 1, stdout: '' });
    expect((await workplace.run(['post', 'split', 'nothing'])).stderr).toContain('There is no post and no entry');
  }, 120_000);
});
