import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOrigin } from '../support/origin.ts';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';

let place: Workplace;

beforeEach(async () => {
  place = await makeWorkplace();
});

afterEach(async () => {
  await place.close();
});

const GOOD = `site: { url: https://news.example.org }
categories: [{ slug: world, title: World & all }]
sources: [{ id: one, url: https://one.example.org/feed, categories: [world], title: One }]
`;

describe('feedmill check', () => {
  it('says that all is well', async () => {
    await place.write('config/a.yaml', GOOD);
    expect(await place.run(['check'])).toEqual({
      code: 0,
      stdout: 'config: 1 file, 1 category, 1 source; no problems\n',
      stderr: '',
    });
  });

  it('tells every problem, and ends with 2', async () => {
    await place.write('config/a.yaml', 'sit: {}\nsources: [{ url: x }]\n');
    expect(await place.run(['check'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `config/a.yaml:1:1: sit: is not a key here, did you mean site? allowed are site, http, redis, fetch, schedule, publish, keep, limits, html, duplicates, edits, flood, admin, opml, categories, rules, groups, sources
config/a.yaml:1:1: site.url: is missing, must be an http:// or https:// address such as https://news.example.org
config/a.yaml:2:18: sources[0].url: is "x", must be an http:// or https:// address such as https://example.org/feed.xml
`,
    });
  });

  it('ends with 2 where there is no config', async () => {
    const { code, stderr } = await place.run(['check']);
    expect(code).toBe(2);
    expect(stderr).toBe('config:1:1: cannot be read as the config directory: it does not exist\n');
  });
});

describe('feedmill check', () => {
  it('shows what the address of a channel is read at, and warns of one that needs a bridge', async () => {
    await place.write(
      'config/a.yaml',
      `site: { url: https://news.example.org }
categories: [{ slug: dev }]
sources:
  - { id: redis, url: "https://github.com/redis/redis/releases", categories: [dev] }
  - { id: up, url: "https://space.bilibili.com/2267573", categories: [dev] }
`,
    );
    const { code, stdout } = await place.run(['check']);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1)).toEqual([
      'redis: https://github.com/redis/redis/releases is read at https://github.com/redis/redis/releases.atom',
      'warning: config/a.yaml:5:20: sources[1].url: is a channel of Bilibili, which has no feeds; set fetch.bridge to the address of an RSSHub server',
      '',
    ]);
  });
});

describe('feedmill check --fetch', () => {
  it('says what each source would give, and ends with 1 where one gives nothing', async () => {
    const origin = await startOrigin();
    origin.on('/rss', {
      headers: { 'content-type': 'application/rss+xml; charset=utf-8' },
      body: `<rss version="2.0"><channel><title>News</title><link>https://a.org/</link><description>d</description>
        <item><title>股市收盘</title><link>https://a.org/1</link><guid>1</guid></item>
        <item><title>广告</title><link>https://a.org/2</link><guid>2</guid></item></channel></rss>`,
    });
    origin.on('/page', {
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>',
    });
    origin.on('/feed', {
      headers: { 'content-type': 'application/rss+xml' },
      body: '<rss version="2.0"><channel><title>Found</title></channel></rss>',
    });
    origin.on('/pages', {
      headers: { 'content-type': 'text/html' },
      body: '<link rel="alternate" type="application/rss+xml" href="/a"><link rel="alternate" type="application/rss+xml" href="/b">',
    });
    origin.on('/missing', { status: 404 });
    await place.write(
      'config/a.yaml',
      `site: { url: https://news.example.org }
fetch: { allow: [127.0.0.0/8] }
categories: [{ slug: caijing }, { slug: gupiao }]
sources:
  - id: one
    url: ${origin.url}/rss
    categories: [caijing]
    rules:
      - { type: keyword, any: [广告], then: drop }
      - { type: keyword, any: [股市], categories: [gupiao] }
  - { id: two, url: "${origin.url}/page" }
  - { id: three, url: "${origin.url}/missing" }
  - { id: four, url: "${origin.url}/pages" }
`,
    );
    const { code, stdout, stderr } = await place.run(['check', '--fetch']);
    expect(stderr).toBe('');
    expect(code).toBe(1);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'config: 1 file, 2 categories, 4 sources; no problems',
      'warning: config/a.yaml:11:5: sources[1]: two, three, four have no category; their posts appear under /all only',
      '✓ one: rss 2.0 "News", 1 post for caijing, gupiao; dropped 1 by sources.one.rules[0] keyword',
      '    股市收盘',
    ]);
    expect(stdout).toContain(`✓ two: rss 2.0 "Found", 0 posts for no category\n    found at ${origin.url}/feed, which`);
    expect(stdout).toMatch(/^✗ four: .*HTML/m);
    expect(stdout).toContain(`    the page names ${origin.url}/b\n`);
    expect(stdout).toMatch(/^✗ three: .*404/m);
    expect(lines.at(-2)).toBe('2 sources of 4 gave a feed');
    await origin.close();
  });
});

describe('feedmill schema', () => {
  it('prints what is kept beside the shipped config', async () => {
    const kept = await readFile(new URL('../../config/feedmill.schema.json', import.meta.url), 'utf8');
    const { code, stdout } = await place.run(['schema']);
    expect(code).toBe(0);
    expect(stdout === kept).toBe(true);
  });
});

describe('feedmill opml', () => {
  const LIST = `<opml><body><outline text="News"><outline text="Two" xmlUrl="https://two.example.org/feed"/></outline>
<outline text="One" xmlUrl="https://one.example.org/feed"/></body></opml>`;

  it('imports a list into a new file that the config then has', async () => {
    await place.write('config/a.yaml', GOOD);
    await place.write('my feeds.opml', LIST);
    expect(await place.run(['opml', 'import', 'my feeds.opml'])).toEqual({
      code: 0,
      stdout: `skipped "https://one.example.org/feed" is a source already
added category news (News)
added two-example-org-feed https://two.example.org/feed
config/imported-my feeds.yaml: 1 added, 1 skipped
`,
      stderr: '',
    });
    expect((await place.run(['check'])).stdout).toBe('config: 2 files, 2 categories, 2 sources; no problems\n');
  });

  it('never overwrites, and adds nothing twice', async () => {
    await place.write('config/a.yaml', GOOD);
    await place.write('config/imported-stdin.yaml', '# mine\n');
    expect((await place.run(['opml', 'import', '-'], LIST)).stdout).toContain('config/imported-stdin-2.yaml: 1 added');
    expect(await readFile(place.path('config/imported-stdin.yaml'), 'utf8')).toBe('# mine\n');
    expect((await place.run(['opml', 'import', '-'], LIST)).stdout).toMatch(/^skipped [^]*nothing to add\n$/);
  });

  it('ends with 1 for what is no list', async () => {
    expect(await place.run(['opml', 'import', '-'], '<html></html>')).toMatchObject({
      code: 1,
      stderr: '- is not a subscription list: it has no <opml> and no <outline>\n',
    });
  });

  it('says in plain words that a list is not there', async () => {
    await place.write('config/a.yaml', GOOD);
    expect(await place.run(['opml', 'import', 'nothing.opml'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'nothing.opml: There is no such file.\n',
    });
  });

  it('exports the sources so that they can be imported', async () => {
    await place.write('config/a.yaml', GOOD);
    const { code, stdout } = await place.run(['opml', 'export', '--sources']);
    expect(code).toBe(0);
    await place.write('config/a.yaml', 'site: { url: https://news.example.org }\n');
    expect((await place.run(['opml', 'import', '-'], stdout)).stdout).toBe(
      `added category world-all (World & all)
added one-example-org-feed https://one.example.org/feed
config/imported-stdin.yaml: 1 added, 0 skipped
`,
    );
  });

  it('exports the category feeds', async () => {
    await place.write('config/a.yaml', GOOD);
    expect((await place.run(['opml', 'export'])).stdout).toContain('xmlUrl="https://news.example.org/category/world.');
  });
});
