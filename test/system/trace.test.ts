/** What `feedmill post trace` tells of posts that are there, and of entries that are not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { type Origin, startOrigin } from '../support/origin.ts';

let origin: Origin;
let workplace: Workplace;

const item = (guid: string, title: string, text: string): string =>
  `<item><guid isPermaLink="false">${guid}</guid><link>https://news.example/${guid}?utm_source=rss</link>` +
  `<title>${title}</title><description>${text}</description></item>`;
const feed = (...items: readonly string[]): string =>
  `<rss version="2.0"><channel><title>Paper</title><language>zh-CN</language>${items.join('')}</channel></rss>`;

const FIRST = feed(
  item('a1', '央行下调基金费率', 'The first text of the story about funds.'),
  item('a2', '本周广告', 'Buy this.'),
);
const LATER = feed(
  item('a1', '央行下调基金费率', 'Another text altogether, about something that came later.'),
  item('a2', '本周广告', 'Buy this.'),
);

const config = (url: string): string => `
site: { title: News, url: https://news.example.org }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
categories: [{ slug: news, title: News }, { slug: jijin, title: Funds }]
sources:
  - id: paper
    url: ${url}/feed
    categories: [news]
    rules:
      - { type: keyword, field: title, any: [基金], categories: [jijin] }
      - { type: keyword, field: title, any: [广告], then: drop }
`;

beforeAll(async () => {
  origin = await startOrigin();
  workplace = await makeWorkplace();
  await workplace.write('config/feedmill.yaml', config(origin.url));
  origin.on('/feed', { body: FIRST }, { body: LATER });
  expect(await workplace.run(['once'])).toMatchObject({ code: 0 });
  expect(await workplace.run(['once'])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await workplace.close();
  await origin.close();
});

const trace = (...args: readonly string[]) => workplace.run(['post', 'trace', ...args]);

describe('feedmill post trace', () => {
  it('tells where a post came from, what the rules and edits did to it, and which feeds carry it', async () => {
    const { code, stdout } = await trace('https://news.example/a1');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('央行下调基金费率');
    expect(stdout).toMatch(/post: {7}https:\/\/news\.example\.org\/post\/[0-9a-f]{16}\.html/u);
    expect(stdout).toContain('source:     paper (config/feedmill.yaml:6)');
    expect(stdout).toContain('/category/jijin: 1 of 1');
    expect(stdout).toContain('/category/news: 1 of 1');
    expect(stdout).toContain('/source/paper: 1 of 1');
    expect(stdout).toContain(`new post; in ${origin.url}/feed of paper`);
    expect(stdout).toContain('rules[0] keyword: title has "基金": added category jijin');
    expect(stdout).toMatch(/changed content: revision 2/u);
    expect(lines.findIndex((line) => line.includes('new post'))).toBeLessThan(
      lines.findIndex((line) => line.includes('changed content')),
    );
  });

  it('tells which rule dropped an entry, and why, once', async () => {
    const { code, stdout } = await trace('a2');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^本周广告\n {2}post: {7}none; it would be [0-9a-f]{16}\n {2}state: {6}dropped by a rule\n/u,
    );
    expect(stdout.match(/dropped by sources\.paper\.rules\[1\] keyword: title has "广告"/gu)).toHaveLength(1);
  });

  it.each([
    ['the link as offered', () => 'https://news.example/a1?utm_source=rss'],
    ['the canonical link', () => 'https://www.news.example/a1/'],
    ['the guid', () => 'a1'],
  ])('finds a post by %s, and tells it as JSON', async (_title, what) => {
    const { code, stdout } = await trace(what(), '--json');
    expect(code).toBe(0);
    const { traces, lost } = JSON.parse(stdout) as { traces: { id: string; events: object[] }[]; lost: number };
    expect(lost).toBe(0);
    expect(traces).toHaveLength(1);
    expect(traces[0]).toMatchObject({
      post: { url: 'https://news.example/a1', revision: 2 },
      published: 'full',
      feeds: [{ path: '/category/news', place: 1, of: 1 }, {}, {}, {}],
      events: [
        { sourceId: 'paper', decision: { kind: 'added' }, key: 'guid' },
        { decision: { kind: 'changed', announced: true, what: ['content'], revision: 2 } },
      ],
    });
    const byId = JSON.parse((await trace(traces[0]?.id ?? '', '--json')).stdout) as { traces: object[] };
    expect(byId.traces).toEqual(traces);
  });

  it('ends with 1 and says so where nothing is known', async () => {
    const { code, stdout, stderr } = await trace('https://news.example/never');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Nothing found for https://news.example/never');
  });
});
