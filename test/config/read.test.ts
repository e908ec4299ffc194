import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../src/model/errors.ts';
import { readConfig } from '../../src/config/read.ts';
import type { Settings } from '../../src/model/settings.ts';
import { compileRules } from '../../src/stages/filter/filter.ts';

type Environment = Readonly<Record<string, string>>;

const SITE = 'site: { url: "https://news.example.org" }\n';

function read(files: Readonly<Record<string, string>>, environment: Environment = {}): Settings {
  return readConfig(
    Object.entries(files).map(([name, text]) => ({ path: `config/${name}`, name, text })),
    environment,
  );
}

/** The first source of a config whose general part is `general`. */
function sourceOf(source: string, general = '', environment: Environment = {}) {
  const [first] = read(
    { 'a.yaml': `${SITE}${general}\nsources:\n  - url: https://a.org/feed\n${source.replace(/^/gm, '    ')}\n` },
    environment,
  ).sources;
  return first;
}

describe('readConfig', () => {
  it('reads what design and documentation show', () => {
    const settings = read(
      {
        'site.yaml': `site:
  title: 财经要闻
  url: https://news.example.org/
  language: zh-CN
  timezone: Asia/Shanghai
http: { host: 0.0.0.0, port: 8080 }
redis: { url: "\${REDIS_URL:-}" }
fetch:
  contact: mailto:ops@example.org
  concurrency: 100
  host: { concurrency: 2, delay: 1s }
  timeout: 30s
  maxBytes: 10MB
  allow: []
schedule: { default: 1h, min: 10m, max: 1d }
publish:
  items: 100
  window: 48h
  directory: public
  jekyll: { directory: _posts }
  websub: { hub: self }
keep: { posts: 90d, perCategory: 5000, memory: 400d }
admin: { token: "\${FEEDMILL_ADMIN_TOKEN:-}" }
categories:
  - { slug: xinhuashe, title: 新华社新闻, description: 新华社, language: zh-CN }
  - { slug: gupiao, title: 股票 }
`,
        'sources.yaml': `sources:
  - id: xinhua-finance
    url: https://example.org/rss/finance.xml
    categories: [xinhuashe]
    tags: [新华社新闻]
    timezone: Asia/Shanghai
    schedule: { min: 5m }
    headers: { X-Key: "Bearer \${TOKEN}" }
    rules:
      - { type: keyword, field: title, any: [广告, 推广], then: drop }
      - { type: tag, any: [stocks], categories: [gupiao] }
`,
      },
      { TOKEN: 'sesame' },
    );
    expect(settings).toMatchObject({
      site: { title: '财经要闻', url: 'https://news.example.org', language: 'zh-CN', timezone: 'Asia/Shanghai' },
      http: { host: '0.0.0.0', port: 8080, redirects: {}, trustProxy: 0, metricsAllow: [] },
      redis: { urls: [], prefix: 'feedmill', directory: 'data/redis' },
      publish: {
        items: 100,
        windowMs: 172_800_000,
        directory: 'public',
        jekyll: { directory: '_posts', layout: 'post', flavour: 'jekyll', frontMatter: {} },
        websubHub: 'self',
      },
      keep: { postsMs: 7_776_000_000, perCategory: 5000, memoryMs: 34_560_000_000, perSource: 10 },
      admin: {},
      categories: [
        { slug: 'xinhuashe', title: '新华社新闻', description: '新华社', language: 'zh-CN', primary: [] },
        { slug: 'gupiao', title: '股票', language: 'zh-CN', primary: [] },
      ],
      sources: [
        {
          id: 'xinhua-finance',
          categories: ['xinhuashe'],
          tags: ['新华社新闻'],
          timezone: 'Asia/Shanghai',
          schedule: { defaultMs: 3_600_000, minMs: 300_000, maxMs: 86_400_000 },
          headers: { 'X-Key': 'Bearer sesame' },
          writtenAt: { file: 'config/sources.yaml', line: 2, column: 5 },
        },
      ],
    });
    expect(settings.sources[0]?.rules).toEqual([
      { type: 'keyword', field: 'title', any: ['广告', '推广'], then: 'drop' },
      { type: 'tag', any: ['stocks'], categories: ['gupiao'] },
    ]);
    expect(compileRules(settings.sources[0]?.rules ?? []).rules.map(({ name }) => name)).toEqual([
      'rules[0] keyword',
      'rules[1] tag',
    ]);
  });

  it('orders categories as the operator does, not by the names of files', () => {
    const { categories } = read({
      'a.yaml': 'categories: [{ slug: late }, { slug: first, order: -1 }, { slug: fifth, order: 5 }]\n',
      'z.yaml': `${SITE}categories: [{ slug: main }, { slug: second, order: 2 }]\nsources: [{ url: https://a.org/ }]\n`,
    });
    expect(categories.map(({ slug }) => slug)).toEqual(['first', 'second', 'fifth', 'main', 'late']);
  });

  it('gives sources the keys of their groups where they say nothing themselves', () => {
    const { sources, groupRules } = read({
      'a.yaml': `${SITE}
groups:
  wires:
    timezone: Asia/Shanghai
    categories: [news]
    content: summary
    schedule: { min: 5m, max: 1h }
    headers: { A: wires, B: wires }
    auth: { username: u, password: p }
    rules: [{ type: tags, add: [wire] }]
  slow: { schedule: { max: 2d }, publish: { content: none } }
categories: [{ slug: news }, { slug: other }]
sources:
  - { id: one, url: https://a.org/1, group: wires }
  - id: two
    url: https://a.org/2
    group: [wires, slow]
    timezone: UTC
    categories: [other]
    headers: { B: two }
    auth: { bearer: t }
    rules: [{ type: tags, add: [own] }]
  - { id: three, url: https://a.org/3 }
`,
    });
    const minutes = (count: number) => count * 60_000;
    expect(sources[0]).toMatchObject({
      timezone: 'Asia/Shanghai',
      categories: ['news'],
      content: 'summary',
      schedule: { minMs: minutes(5), maxMs: minutes(60) },
      headers: { A: 'wires', B: 'wires', Authorization: 'Basic dTpw' },
      groups: ['wires'],
      rules: [],
    });
    expect(sources[1]).toMatchObject({
      timezone: 'UTC',
      categories: ['other'],
      content: 'none',
      schedule: { minMs: minutes(5), maxMs: minutes(2880) },
      headers: { A: 'wires', B: 'two', Authorization: 'Bearer t' },
      groups: ['wires', 'slow'],
      rules: [{ type: 'tags', add: ['own'] }],
    });
    expect(sources[2]).toMatchObject({ timezone: 'UTC', categories: [], content: 'full', headers: {}, rules: [] });
    expect(sources[2]).not.toHaveProperty('groups');
    expect(groupRules).toEqual({ wires: [{ type: 'tags', add: ['wire'] }], slow: [] });
  });

  it('reads a document again when rules that its source shares with others have changed, and only then', () => {
    const hashes = (more: string) =>
      read({
        'a.yaml': `${SITE}sources: [{ id: a, url: https://a.org/, group: g }, { id: b, url: https://b.org/ }]\n${more}`,
      }).sources.map(({ sharedRulesHash }) => sharedRulesHash);
    const rule = (tag: string) => `[{ type: tags, add: [${tag}] }]`;
    const none = hashes('groups: { g: { timezone: UTC } }\n');
    expect(none).toEqual([undefined, undefined]);
    const grouped = hashes(`groups: { g: { rules: ${rule('x')} } }\n`);
    expect(grouped).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/u), undefined]);
    const top = hashes(`groups: { g: {} }\nrules: ${rule('x')}\n`);
    expect(top[0]).toBe(top[1]);
    expect(new Set([grouped[0], top[0], hashes(`groups: { g: {} }\nrules: ${rule('y')}\n`)[0]]).size).toBe(3);
    const entry = hashes('groups: { g: {} }\ncategories: [{ slug: n, from: { any: true } }]\n');
    expect(entry[1]).toMatch(/^[0-9a-f]{16}$/u);
  });

  it('fills in every default', () => {
    const settings = read({ 'a.yaml': `${SITE}sources: [{ url: https://example.org/news/feed.xml }]\n` });
    expect(settings).toEqual({
      site: { title: 'Feedmill', url: 'https://news.example.org', language: 'en', timezone: 'UTC' },
      http: { host: '0.0.0.0', port: 8080, redirects: {}, trustProxy: 0, metricsAllow: [] },
      redis: { urls: [], prefix: 'feedmill', directory: 'data/redis' },
      fetch: FETCH,
      schedule: { defaultMs: 3_600_000, minMs: 600_000, maxMs: 86_400_000 },
      publish: {
        items: 100,
        windowMs: 172_800_000,
        maxFeedBytes: 5_242_880,
        content: 'full',
        order: 'time',
        maxSourceShare: 1,
        copy: { tags: { minPosts: 5, list: [] }, encodings: ['gzip', 'br'] },
        robots: 'index',
        canonical: 'self',
        websubAllow: [],
      },
      keep: { postsMs: 7_776_000_000, perCategory: 5000, memoryMs: 34_560_000_000, perSource: 10 },
      limits: { maxDepth: 256, maxEntries: 5000, maxAttributes: 256, maxTextLength: 4_000_000, maxTags: 50 },
      html: {
        iframeHosts: expect.arrayContaining(['www.youtube.com']) as unknown,
        dataImages: false,
        cleanLinks: true,
      },
      duplicates: { windowMs: 259_200_000, threshold: 0.6, within: [] },
      edits: { threshold: 0.05, most: 3, withinMs: 86_400_000 },
      rules: [],
      groupRules: {},
      flood: { least: 10, times: 10 },
      admin: {},
      categories: [],
      sources: [
        {
          id: 'example-org-news-feed',
          url: 'https://example.org/news/feed.xml',
          categories: [],
          tags: [],
          timezone: 'UTC',
          schedule: { defaultMs: 3_600_000, minMs: 600_000, maxMs: 86_400_000 },
          fetch: FETCH,
          content: 'full',
          headers: {},
          rules: [],
          writtenAt: { file: 'config/a.yaml', line: 2, column: 11 },
        },
      ],
    });
  });

  it('puts sections together key by key, and lists one after the other', () => {
    const settings = read({
      'a.yaml': 'site: { url: https://a.org }\nfetch: { host: { delay: 5s } }\nsources: [{ url: https://1.org }]\n',
      'b/c.yml': 'site: { title: b }\nfetch: { host: { concurrency: 1 } }\nsources: [{ url: https://2.org }]\n',
    });
    expect(settings.site).toMatchObject({ url: 'https://a.org', title: 'b' });
    expect(settings.fetch.host).toEqual({ concurrency: 1, delayMs: 5000, scope: 'host' });
    expect(settings.sources.map(({ url }) => url)).toEqual(['https://1.org', 'https://2.org']);
  });

  it('takes sources from OPML, with the categories that their folders name', () => {
    const settings = read({
      'a.yaml': `${SITE}categories: [{ slug: world }, { slug: tech, title: 科技 }]\n`,
      'b.opml': `<opml version="2.0"><body>
  <outline text="All"><outline text="World"><outline text="A" title="A news" xmlUrl="https://a.org/"/></outline></outline>
  <outline text="B" xmlUrl="https://b.org/" category="/News/科技,world"/>
  <outline text="C" xmlUrl="https://c.org/\${X}"/>
</body></opml>`,
    });
    expect(settings.sources).toMatchObject([
      { url: 'https://a.org/', title: 'A news', categories: ['world'], writtenAt: { line: 2, column: 45 } },
      { url: 'https://b.org/', title: 'B', categories: ['tech', 'world'], writtenAt: { line: 3, column: 3 } },
      { url: 'https://c.org/${X}', title: 'C', categories: [] },
    ]);
  });

  it('starts in spite of bad outlines, and warns of them with their place', () => {
    const lists = {
      'a.yaml': `${SITE}categories: [{ slug: world, title: 世界 }]\nsources: [{ url: https://one.org/feed }]\n`,
      'b.opml':
        '<opml>\n<outline text="世界">\n  <outline text="A" xmlUrl="gopher://a.org/"/>\n</outline>\n<outline text="Sport">\n  <outline text="B" xmlUrl="https://b.org/"/>\n</outline>\n<outline text="C" xmlUrl="https://one.org/feed"/><outline text="D" xmlUrl="https://me:hunter2@d.org/"/></opml>',
      'c.opml': '<opml><outline text="Sport"><outline text="E" xmlUrl="http://b.org"/></outline></opml>',
    };
    const { warnings = [], sources, categories } = read(lists);
    expect(sources.map(({ url }) => url)).toEqual([
      'https://one.org/feed',
      'https://b.org/',
      'https://d.org/',
      'http://b.org',
    ]);
    expect(new Set(sources.map(({ id }) => id)).size).toBe(4);
    expect(sources[2]?.headers).toEqual({ Authorization: `Basic ${Buffer.from('me:hunter2').toString('base64')}` });
    expect(categories.map(({ slug }) => slug)).toEqual(['world']);
    const lines = warnings.map(describeProblem);
    expect(lines).toEqual([
      'config/b.opml:3:3: outline "gopher://a.org/": must be an address that begins with http:// or https://; it is left out',
      expect.stringMatching(
        /^config\/b\.opml:6:3: folder "Sport": is not the slug or title of a category.*opml import config\/b\.opml$/u,
      ),
      'config/b.opml:8:1: outline "https://one.org/feed": is a source already; it is left out',
      expect.stringMatching(/^config\/b\.opml:8:50: outline "https:\/\/d\.org\/": has a password in its address/u),
      expect.stringContaining('config/c.opml:1:29: folder "Sport"'),
      expect.stringMatching(/^config\/a\.yaml:3:11: .*have no category; their posts appear under \/all only$/u),
    ]);
    expect(lines.join()).not.toContain('hunter2');
    const created = read({ ...lists, 'd.yaml': 'opml: { categories: create }\n' });
    expect(created.categories.map(({ slug, title }) => [slug, title])).toEqual([
      ['world', '世界'],
      ['sport', 'Sport'],
    ]);
    expect(created.sources.map(({ categories: slugs }) => slugs)).toEqual([[], ['sport'], [], ['sport']]);
  });

  it('gives a feed that stands in several lists the categories of all, once', () => {
    const feed = (more = '') => `<outline xmlUrl="https://${more}harbour.org/feed"/>`;
    const { sources, categories, warnings } = read({
      'a.yaml': `${SITE}opml: { categories: create }\ncategories: [{ slug: news }]\n`,
      'b.opml': `<opml><outline text="News">${feed()}</outline></opml>`,
      'c.opml': `<opml><outline text="Ships">${feed('me:hunter2@')}</outline><outline text="news">${feed()}</outline></opml>`,
      'd.opml': `<opml><outline text="Ports">${feed()}</outline><outline text="ships"><outline xmlUrl="https://b.org/"/></outline></opml>`,
    });
    expect(sources.map(({ url, categories: slugs }) => [url, slugs])).toEqual([
      ['https://harbour.org/feed', ['news', 'ships', 'ports']],
      ['https://b.org/', ['ships']],
    ]);
    expect(categories.map(({ slug }) => slug)).toEqual(['news', 'ships', 'ports']);
    expect(sources[0]?.headers).toHaveProperty('Authorization');
    expect(sources[0]?.writtenAt).toMatchObject({ file: 'config/b.opml' });
    expect(warnings?.map(describeProblem).join()).not.toContain('is a source already');
  });

  it.each([
    ['warns of a source without a category where there are some', 'categories: [{ slug: world }]\n', ['a']],
    ['takes a source without a category as meant where there are none', '', []],
    [
      'counts the categories that rules give',
      'categories: [{ slug: world }]\n',
      [],
      ', rules: [{ type: keyword, any: [x], categories: [world] }]',
    ],
  ])('%s', (_title, categories, warned, more = '') => {
    const { warnings = [] } = read({
      'a.yaml': `${SITE}${categories}sources:\n  - { id: a, url: https://a.org${more} }\n`,
    });
    expect(warnings.map(({ message }) => message)).toEqual(
      warned.map((id) => `${id} has no category; its posts appear under /all only`),
    );
  });

  it('follows aliases', () => {
    const settings = read({
      'a.yaml': `${SITE}sources:\n  - { url: https://a.org, rules: &ads [{ type: keyword, any: [ad], then: drop }] }\n  - { url: https://b.org, rules: *ads }\n`,
    });
    expect(settings.sources[1]?.rules).toEqual([{ type: 'keyword', any: ['ad'], then: 'drop' }]);
  });

  it('reads certificates that stand in the config directory', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';
    const settings = read({
      'a.yaml': `${SITE}fetch: { ca: tls/own.pem }\nsources: [{ url: https://a.org }, { url: https://b.org, ca: other.crt }]\n`,
      'tls/own.pem': pem,
      'other.crt': pem.replace('MII', 'MIX'),
    });
    expect(settings.fetch.ca).toBe(pem);
    expect(settings.sources.map(({ fetch }) => fetch.ca)).toEqual([pem, pem.replace('MII', 'MIX')]);
  });
});

describe('variables', () => {
  it.each<[string, string, Environment, string]>([
    ['a value', '${A}', { A: 'x' }, 'x'],
    ['a value within a text', 'a ${A} b ${B}', { A: '1', B: '2' }, 'a 1 b 2'],
    ['a default where nothing is set', '${A:-d}', {}, 'd'],
    ['a default where it is empty', '${A:-d}', { A: '' }, 'd'],
    ['a default with signs in it', '${A:-http://x:1/}', {}, 'http://x:1/'],
    ['the signs themselves', 'cost: $${A} $5', {}, 'cost: ${A} $5'],
    ['a value that looks like a variable, as it is', '${A}', { A: '${B}' }, '${B}'],
    ['digits, as text', '${A}', { A: '404' }, '404'],
  ])('put in %s', (_title, written, environment, title) => {
    expect(sourceOf(`title: '${written}'`, '', environment)?.title).toBe(title);
  });

  it('count as not written where a whole value is empty', () => {
    expect(sourceOf("title: '${A:-}'\ntags: ['${A:-}', b]", '', {})).toMatchObject({ tags: ['b'] });
    expect(sourceOf("title: '${A:-}'")).not.toHaveProperty('title');
  });

  it('become numbers and truth values where these are wanted', () => {
    const settings = read(
      {
        'a.yaml': `${SITE}http: { port: "\${PORT}" }\nhtml: { dataImages: "\${IMAGES}" }\nsources: [{ url: https://a.org }]\n`,
      },
      { PORT: '9000', IMAGES: 'true' },
    );
    expect(settings.http.port).toBe(9000);
    expect(settings.html.dataImages).toBe(true);
  });
});

describe('redis', () => {
  const urls = (redis: string, environment: Environment = {}) =>
    read({ 'a.yaml': `${SITE}${redis}\nsources: [{ url: https://a.org }]\n` }, environment).redis.urls;

  it.each<[string, string, Environment, readonly string[]]>([
    ['REDIS_URL counts where nothing is written', '', { REDIS_URL: 'redis://env:6379' }, ['redis://env:6379']],
    ['an empty REDIS_URL is none', '', { REDIS_URL: '' }, []],
    ['what is written counts first', 'redis: { url: redis://file }', { REDIS_URL: 'redis://env' }, ['redis://file']],
    [
      'several addresses in one variable are several',
      '',
      { REDIS_URL: 'redis://a, redis://b' },
      ['redis://a', 'redis://b'],
    ],
    ['a list is a list', 'redis: { url: [rediss://a:1, rediss://b:2] }', {}, ['rediss://a:1', 'rediss://b:2']],
    ['a socket is an address', 'redis: { url: /run/redis.sock }', {}, ['/run/redis.sock']],
    ['a socket may have a password', '', { REDIS_URL: 'unix://:pw@/run/redis.sock' }, ['unix://:pw@/run/redis.sock']],
    ['Valkey has schemes of its own', 'redis: { url: valkeys://a:1 }', {}, ['valkeys://a:1']],
  ])('%s', (_title, redis, environment, expected) => {
    expect(urls(redis, environment)).toEqual(expected);
  });
});

describe('what a source narrows', () => {
  it('is as for all where it says nothing', () => {
    const general = 'fetch: { timeout: 5s, maxBytes: 1MB, host: { scope: url } }\npublish: { content: summary }';
    expect(sourceOf('', general)).toMatchObject({
      fetch: { timeoutMs: 5000, maxBodyBytes: 1_048_576, host: { concurrency: 2, delayMs: 1000, scope: 'url' } },
      content: 'summary',
    });
  });

  it('goes before what is written for all', () => {
    const general = 'fetch: { timeout: 5s, allow: [10.0.0.0/8], proxy: "http://p:1" }\npublish: { content: summary }';
    const source =
      'fetch: { timeout: 1m, allow: [127.0.0.1], host: { delay: 9s } }\nproxy: http://me:x@q:2\ncontent: none';
    expect(sourceOf(source, general)).toMatchObject({
      fetch: {
        timeoutMs: 60_000,
        allow: ['127.0.0.1/32'],
        proxy: 'http://me:x@q:2',
        host: { concurrency: 2, delayMs: 9000 },
      },
      content: 'none',
    });
  });

  it('is subscribed to at its hubs, unless it says otherwise', () => {
    expect(sourceOf('')?.fetch.websub).toBe(true);
    expect(sourceOf('', 'fetch: { websub: false }')?.fetch.websub).toBe(false);
    expect(sourceOf('fetch: { websub: true }', 'fetch: { websub: false }')?.fetch.websub).toBe(true);
  });

  it('lets no part of a visit take longer than the whole', () => {
    expect(sourceOf('fetch: { timeout: 3s, bodyTimeout: 2s }')?.fetch).toMatchObject({
      timeoutMs: 3000,
      connectTimeoutMs: 3000,
      headersTimeoutMs: 3000,
      bodyTimeoutMs: 2000,
    });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['auth: { bearer: abc }', { Authorization: 'Bearer abc' }],
    ['auth: { username: Aladdin, password: open sesame }', { Authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' }],
    ['auth: { username: me, password: "" }', { Authorization: 'Basic bWU6' }],
    ['headers: { X: y }\nauth: { bearer: z }', { X: 'y', Authorization: 'Bearer z' }],
    ['headers: { Authorization: own }', { Authorization: 'own' }],
  ])('makes headers of %j', (source, headers) => {
    expect(sourceOf(source)?.headers).toEqual(headers);
  });
});

const FETCH = {
  concurrency: 100,
  host: { concurrency: 2, delayMs: 1000, scope: 'host' },
  timeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 20_000,
  bodyTimeoutMs: 20_000,
  maxBodyBytes: 10_485_760,
  allow: [],
  websub: true,
};

describe('the address of a channel', () => {
  const read = (text: string): Settings =>
    readConfig(
      [{ path: 'config/a.yaml', name: 'a.yaml', text: `site: { url: "https://news.example.org" }\n${text}` }],
      {},
    );

  it('gives its feed, and keeps the id of the address as written', () => {
    const { sources } = read(
      'sources: [{ url: "https://github.com/redis/redis/releases" }, { url: "https://example.org/feed" }]\n',
    );
    expect(sources.map(({ id, url, channel }) => [id, url, channel])).toEqual([
      [
        'github-com-redis-redis-releases',
        'https://github.com/redis/redis/releases.atom',
        'https://github.com/redis/redis/releases',
      ],
      ['example-org-feed', 'https://example.org/feed', undefined],
    ]);
  });

  it.each([
    [
      'for all',
      'fetch: { bridge: "https://rsshub.example.org/" }\nsources: [{ url: "https://space.bilibili.com/1" }]\n',
    ],
    [
      'for the source',
      'sources: [{ url: "https://space.bilibili.com/1", fetch: { bridge: "https://rsshub.example.org" } }]\n',
    ],
  ])('is read at the bridge that is set %s', (_title, text) => {
    const { sources, warnings } = read(text);
    expect(sources[0]?.url).toBe('https://rsshub.example.org/bilibili/user/video/1');
    expect((warnings ?? []).filter(({ message }) => message.includes('bridge'))).toEqual([]);
  });

  it('of a site without feeds is a warning where there is no bridge', () => {
    const { sources, warnings } = read('sources: [{ url: "https://space.bilibili.com/1" }]\n');
    expect(sources[0]?.url).toBe('https://space.bilibili.com/1');
    expect(warnings?.map(describeProblem)).toContainEqual(
      'config/a.yaml:2:18: sources[0].url: is a channel of Bilibili, which has no feeds; set fetch.bridge to the address of an RSSHub server',
    );
  });
});
