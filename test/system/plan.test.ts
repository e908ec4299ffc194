/** What `feedmill plan` says of an edited config, and that it comes true. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigPlan } from '../../src/jobs/plan/plan-config.ts';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { type Origin, startOrigin } from '../support/origin.ts';

let origin: Origin;
let workplace: Workplace;

const item = (guid: string, title: string, tag: string): string =>
  `<item><guid isPermaLink="false">${guid}</guid><link>https://news.example/${guid}</link><title>${title}</title>` +
  `<category>${tag}</category><pubDate>Mon, 05 Jan 2026 0${guid.slice(-1)}:00:00 GMT</pubDate></item>`;
const FEED =
  '<rss version="2.0"><channel><title>Paper</title><language>zh-CN</language>' +
  [
    item('a1', '基金周报', 'funds'),
    item('a2', '债券周报', 'bonds'),
    item('a3', '本周广告', 'ads'),
    item('a4', '基金月报', 'funds'),
  ].join('') +
  '</channel></rss>';

const rules = {
  before: ['{ type: keyword, field: title, any: [广告], then: drop }'],
  after: [
    '{ type: keyword, field: title, any: [债券], then: drop }',
    '{ type: keyword, field: title, any: [月报], categories: [jijin] }',
  ],
};
const config = (url: string, written: readonly string[], more = ''): string => `
site: { title: News, url: https://news.example.org }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
${more}
categories: [{ slug: news, title: News }, { slug: jijin, title: Funds }]
sources:
  - id: paper
    url: ${url}/feed
    categories: [news]
    rules:
${written.map((rule) => `      - ${rule}`).join('\n')}
`;

beforeAll(async () => {
  origin = await startOrigin();
  workplace = await makeWorkplace();
  origin.on('/feed', { body: FEED, headers: { ETag: '"1"' } });
  await workplace.write('config/feedmill.yaml', config(origin.url, rules.before));
  await workplace.write('edited/feedmill.yaml', config(origin.url, rules.after));
  await workplace.write('short/feedmill.yaml', config(origin.url, rules.before, 'publish: { items: 2, window: 0s }'));
  expect(await workplace.run(['once'])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await workplace.close();
  await origin.close();
});

async function plan(directory: string): Promise<ConfigPlan> {
  const { code, stdout } = await workplace.run(['plan', '--json', '--config', directory]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as ConfigPlan;
}

const titles = (entries: readonly { readonly title: string }[] | undefined): readonly string[] =>
  (entries ?? []).map(({ title }) => title);

describe('feedmill plan', () => {
  it('finds nothing to change in the config that is in use', async () => {
    const { categories, sources } = await plan('config');
    expect(categories.map(({ kind }) => kind)).toEqual(['same', 'same']);
    expect(sources).toMatchObject([{ id: 'paper', kind: 'same' }]);
  });

  it('tells what loosened rules add, what tightened rules remove, and what moves', async () => {
    const { categories, sources } = await plan('edited');
    const [news, jijin] = categories;
    expect(news).toMatchObject({ slug: 'news', kind: 'changed' });
    expect(titles(news?.added)).toEqual(['本周广告']);
    expect(titles(news?.removed)).toEqual(['债券周报']);
    expect(news?.removed[0]?.because).toBe('sources.paper.rules[0] keyword: title has "债券"');
    expect(news?.changed).toMatchObject([{ title: '基金月报', because: 'categories' }]);
    expect(jijin).toMatchObject({ added: [{ title: '基金月报', sourceId: 'paper' }], removed: [], changed: [] });
    expect(jijin?.added[0]?.because).toContain('sources.paper.rules[1] keyword: title has "月报"');
    expect(sources).toMatchObject([{ id: 'paper', kind: 'read', added: 1, changed: 1, withdrawn: 1 }]);
  });

  it('tells what limits push into the older pages', async () => {
    const [news] = (await plan('short')).categories;
    expect(news).toMatchObject({ added: [], changed: [], removed: [{ title: '基金周报' }] });
    expect(news?.removed[0]?.because).toContain('limits');
  });

  it('comes true at the next check, at which no validator hides it, and not before', async () => {
    const asked = origin.requests.length;
    expect(await workplace.run(['once', '--config', 'edited'])).toMatchObject({ code: 0 });
    expect(origin.requests.slice(asked).map(({ headers }) => headers['if-none-match'])).toEqual([undefined]);
    expect((await plan('edited')).categories.map(({ kind }) => kind)).toEqual(['same', 'same']);
  });

  it('takes back what it withdrew, should the rules let it', async () => {
    const { stdout } = await workplace.run(['post', 'trace', 'a2', '--config', 'edited']);
    expect(stdout).toContain('withdrawn, because sources.paper.rules[0] keyword drops it: title has "债券"');
    expect(titles((await plan('config')).categories[0]?.added)).toEqual(['债券周报']);
  });

  it('ends with 2 where the config is wrong', async () => {
    await workplace.write('wrong/feedmill.yaml', 'site: {');
    expect(await workplace.run(['plan', '--config', 'wrong'])).toMatchObject({ code: 2, stdout: '' });
  });
});
