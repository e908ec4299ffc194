import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read.ts';
import { ConfigError } from '../../src/model/errors.ts';

const SITE = 'site: { url: "https://news.example.org" }\n';
const SOURCE = 'sources: [{ id: one, url: "https://one.example.org/feed" }]\n';

type Files = Readonly<Record<string, string>>;

function problemsOf(files: Files, environment: Readonly<Record<string, string>> = {}): readonly string[] {
  const list = Object.entries(files).map(([name, text]) => ({ path: `config/${name}`, name, text }));
  try {
    readConfig(list, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}

describe('problems', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'a file that is not YAML',
      'site: [\n  a: b\nsources: x\n',
      [
        'config/a.yaml:3:1: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
      ],
    ],
    [
      'a key that stands twice in one mapping',
      'site:\n  url: https://a.org/\n  url: https://b.org/\n',
      ['config/a.yaml:3:3: is not YAML: Map keys must be unique'],
    ],
    [
      'a tab',
      'site:\n\turl: https://a.org/\n',
      ['config/a.yaml:2:1: is not YAML: Tabs are not allowed as indentation'],
    ],
    [
      'a list in the place of everything',
      '- a\n',
      ['config/a.yaml:1:1: must be a mapping of keys such as "sources:", not a list'],
    ],
    [
      'text in the place of everything',
      'hello\n',
      ['config/a.yaml:1:1: must be a mapping of keys such as "sources:", not a plain value'],
    ],
  ])('tells of %s', (_title, text, messages) => {
    expect(problemsOf({ 'a.yaml': text })).toEqual(messages);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a misspelt section',
      'sources_: []\n',
      [
        'config/z.yaml:1:1: sources_: is not a key here, did you mean sources? allowed are site, http, redis, fetch, schedule, publish, keep, limits, html, duplicates, edits, flood, admin, opml, categories, rules, groups, sources',
      ],
    ],
    [
      'misspelt keys, each by itself',
      'http:\n  hots: a\n  prot: 1\n  frobnicate: 1\n',
      [
        'config/z.yaml:2:3: http.hots: is not a key here, did you mean host? allowed are host, port, redirects, trustProxy, metrics, limit',
        'config/z.yaml:3:3: http.prot: is not a key here, did you mean port? allowed are host, port, redirects, trustProxy, metrics, limit',
        'config/z.yaml:4:3: http.frobnicate: is not a key here; allowed are host, port, redirects, trustProxy, metrics, limit',
      ],
    ],
    [
      'a token that is easily guessed',
      'admin: { token: "short" }\n',
      [
        'config/z.yaml:1:17: admin.token: has a wrong value, must be at least 16 characters without white space, such as the output of openssl rand -base64 24',
      ],
    ],
    [
      'a token with a blank, which no header can carry',
      'admin: { token: "correct horse battery" }\n',
      [
        'config/z.yaml:1:17: admin.token: has a wrong value, must be at least 16 characters without white space, such as the output of openssl rand -base64 24',
      ],
    ],
    [
      'proxies that are neither a number nor networks',
      'http: { trustProxy: true, metrics: { allow: [all] } }\n',
      [
        'config/z.yaml:1:21: http.trustProxy: is true, must be the number of proxies before Feedmill, 0 to 10, or a list of their networks such as [10.0.0.0/8]',
        'config/z.yaml:1:46: http.metrics.allow[0]: is "all", must be an IP address or a network in CIDR form such as 127.0.0.0/8 or fd00::/8',
      ],
    ],
    [
      'a list in the place of a section',
      'http: [8080]\n',
      [
        'config/z.yaml:1:7: http: is a list, must be a mapping with the keys host, port, redirects, trustProxy, metrics, limit',
      ],
    ],
    [
      'text in the place of a list',
      'categories: world\n',
      ['config/z.yaml:1:13: categories: is "world", must be a list, such as [{ slug: world, title: World }]'],
    ],
    [
      'wrong numbers',
      'http: { port: 80.5 }\nfetch: { concurrency: 0 }\npublish: { maxSourceShare: 40 }\n',
      [
        'config/z.yaml:1:15: http.port: is 80.5, must be a whole number from 0 to 65535',
        'config/z.yaml:2:23: fetch.concurrency: is 0, must be a whole number from 1 to 10000',
        'config/z.yaml:3:28: publish.maxSourceShare: is 40, must be a number from 0 to 1, such as 0.4',
      ],
    ],
    [
      'thresholds of edits and floods that are none',
      'edits: { threshold: 5%, most: 0, within: 1 }\nflood: { least: none, times: -1 }\n',
      [
        'config/z.yaml:1:21: edits.threshold: is "5%", must be a number from 0 to 1, such as 0.4',
        'config/z.yaml:1:31: edits.most: is 0, must be a whole number from 1 to 1000',
        'config/z.yaml:1:42: edits.within: is 1, must be a duration such as 30s, 15m, 6h or 7d, at least 1s',
        'config/z.yaml:2:17: flood.least: is "none", must be a whole number from 1 to 1000000',
        'config/z.yaml:2:30: flood.times: is -1, must be a whole number from 1 to 1000000',
      ],
    ],
    [
      'wrong durations and sizes',
      'fetch: { timeout: 30, bodyTimeout: 5 min, maxBytes: 10mb, host: { delay: -1s } }\nkeep: { posts: 1m }\n',
      [
        'config/z.yaml:1:19: fetch.timeout: is 30, must be a duration such as 30s, 15m, 6h or 7d, at least 100ms',
        'config/z.yaml:1:36: fetch.bodyTimeout: is "5 min", must be a duration such as 30s, 15m, 6h or 7d, at least 100ms',
        'config/z.yaml:1:53: fetch.maxBytes: is "10mb", must be a size such as 512KB or 10MB',
        'config/z.yaml:1:74: fetch.host.delay: is "-1s", must be a duration such as 30s, 15m, 6h or 7d',
        'config/z.yaml:2:16: keep.posts: is "1m", must be a duration such as 30s, 15m, 6h or 7d, at least 1h',
      ],
    ],
    [
      'a choice that is none',
      'fetch: { host: { scope: hosts } }\nhtml: { dataImages: ja }\n',
      [
        'config/z.yaml:1:25: fetch.host.scope: is "hosts", must be one of url, host, host-and-port; did you mean host?',
        'config/z.yaml:2:21: html.dataImages: is "ja", must be true or false',
      ],
    ],
    [
      'networks that are none',
      'fetch: { allow: [10.0.0.0/33, 0x7f.1, localhost, 127.0.0.1, "fd00::/8"] }\n',
      [
        'config/z.yaml:1:18: fetch.allow[0]: is "10.0.0.0/33", must be an IP address or a network in CIDR form such as 127.0.0.0/8 or fd00::/8',
        'config/z.yaml:1:31: fetch.allow[1]: is "0x7f.1", must be an IP address or a network in CIDR form such as 127.0.0.0/8 or fd00::/8',
        'config/z.yaml:1:39: fetch.allow[2]: is "localhost", must be an IP address or a network in CIDR form such as 127.0.0.0/8 or fd00::/8',
      ],
    ],
    [
      'a hub that is no address',
      'publish: { websub: { hub: hub.example.org } }\n',
      ['config/z.yaml:1:27: publish.websub.hub: is "hub.example.org", must be self or the http(s) address of a hub'],
    ],
    [
      'a section that wants a key',
      'publish: { jekyll: { layout: post } }\n',
      [
        'config/z.yaml:1:20: publish.jekyll.directory: is missing, must be text such as _posts; put quotes around a number',
      ],
    ],
    [
      'redirects that are no paths',
      'http: { redirects: { feed.xml: /all.rss, /b: c } }\n',
      [
        'config/z.yaml:1:22: http.redirects."feed.xml": has the key "feed.xml", which must be a path such as /feed.xml, /feed.php?id=3 or /old/*',
        'config/z.yaml:1:46: http.redirects."/b": is "c", must be a path such as /all.rss or an address such as https://example.org/, with * at its end at most',
      ],
    ],
    [
      'sentinels without addresses',
      'redis: { sentinel: mymaster }\n',
      ['config/z.yaml:1:20: redis.sentinel: needs redis.url, the list of sentinels that know this name'],
    ],
    [
      'a schedule that contradicts itself',
      'schedule: { min: 2h, max: 1h }\n',
      ['config/z.yaml:1:18: schedule.min: is 2h, must not be longer than max, which is 1h'],
    ],
    [
      'a certificate that is not there',
      'fetch: { ca: my.pem }\n',
      [
        'config/z.yaml:1:14: fetch.ca: must be PEM text, or name a .pem or .crt file below the config directory by its path there; there is none',
      ],
    ],
    [
      'categories that are none',
      'categories:\n  - { slug: a b }\n  - { title: 5 }\n  - world\n  - { slug: c, language: zh_CN, primary: [tow] }\n',
      [
        'config/z.yaml:2:13: categories[0].slug: is "a b", must be 1 to 64 letters (a-z), digits, - or _, starting with a letter or digit',
        'config/z.yaml:3:5: categories[1].slug: is missing, must be 1 to 64 letters (a-z), digits, - or _, starting with a letter or digit',
        'config/z.yaml:3:14: categories[1].title: is 5, must be text such as "Finance"; put quotes around a number',
        'config/z.yaml:4:5: categories[2]: is "world", must be a mapping with the keys slug, was, order, title, description, language, primary, from, include, rules, publish, jekyll',
        'config/z.yaml:5:26: categories[3].language: is "zh_CN", must be a language tag (BCP 47) such as zh-CN, en or pt-BR',
        'config/z.yaml:5:43: categories[3].primary[0]: there is no source "tow", did you mean two? defined are one, two',
      ],
    ],
    [
      'former slugs that lead nowhere',
      'categories:\n  - { slug: news, was: [World, old] }\n  - { slug: world, was: [OLD] }\n',
      [
        'config/z.yaml:2:25: categories[0].was[0]: "World" is the slug of a category now; its address cannot lead to another one',
        'config/z.yaml:3:26: categories[1].was[0]: "OLD" already leads to the category at config/z.yaml:2:32',
      ],
    ],
    [
      'a category that is defined twice, even in another letter case',
      'categories:\n  - slug: news\n  - slug: News\n',
      ['config/z.yaml:3:11: categories[1].slug: the slug "News" is already taken at config/z.yaml:2:11'],
    ],
    ['an alias of nothing', 'http: *there\n', ['config/z.yaml:1:7: http: refers to *there, which no &there names']],
    [
      'an alias that holds itself',
      'categories: &a\n  - *a\n',
      [
        'config/z.yaml:2:3: categories[0]: is a list, must be a mapping with the keys slug, was, order, title, description, language, primary, from, include, rules, publish, jekyll',
        'config/z.yaml:2:3: categories[0]: is nested too deeply or repeats itself by aliases',
      ],
    ],
  ])('tells of %s', (_title, text, messages) => {
    const more =
      'sources: [{ id: one, url: "https://one.example.org/feed" }, { id: two, url: "https://two.example.org/" }]\n';
    const found = problemsOf({ 'a.yaml': SITE + more, 'z.yaml': text });
    // Nesting without end points at its deepest level, whose path is as long.
    expect(found.map((line) => line.replace(/categories(\[0\])+/, 'categories[0]'))).toEqual(messages);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'addresses that cannot be fetched',
      '- url: ftp://a.org/feed\n- url: example.org/feed\n- url: "https://"\n- url: file:///etc/passwd\n- { id: x }\n',
      [
        'sources[0].url: is "ftp://a.org/feed", must be an http:// or https:// address such as https://example.org/feed.xml',
        'sources[1].url: is "example.org/feed", must be an http:// or https:// address such as https://example.org/feed.xml',
        'sources[2].url: is "https://", must be an http:// or https:// address such as https://example.org/feed.xml',
        'sources[3].url: is "file:///etc/passwd", must be an http:// or https:// address such as https://example.org/feed.xml',
        'sources[4].url: is missing, must be an http:// or https:// address such as https://example.org/feed.xml',
      ],
    ],
    [
      'a password in an address, without showing it',
      '- url: https://me:hunter2@a.org/feed?token=hunter2\n',
      [
        'sources[0].url: is "https://…@a.org/feed?…", must not contain a user name or password; for a source they belong under auth: { username, password }',
      ],
    ],
    [
      'an unknown category',
      '- { url: https://a.org/, categories: [wrold, zzz] }\n',
      [
        'sources[0].categories[0]: there is no category "wrold", did you mean world? defined are world, tech',
        'sources[0].categories[1]: there is no category "zzz"; defined are world, tech',
      ],
    ],
    [
      'a zone and a language that are none',
      '- { url: https://a.org/, timezone: Asia/Beijing, language: chinese! }\n- { url: https://b.org/, timezone: +08:00 }\n',
      [
        'sources[0].timezone: is "Asia/Beijing", must be a time zone of the IANA list such as Asia/Shanghai, Europe/London or UTC',
        'sources[0].language: is "chinese!", must be a language tag (BCP 47) such as zh-CN, en or pt-BR',
        'sources[1].timezone: is "+08:00", must be a time zone of the IANA list such as Asia/Shanghai, Europe/London or UTC',
      ],
    ],
    [
      'a source that is there already, by address, even when it is written differently',
      '- url: https://A.org\n- { id: other, url: "https://a.org/" }\n',
      ['sources[1].url: the same source is already written at config/a.yaml:4:8'],
    ],
    [
      'an id that is taken',
      '- { id: a-org, url: https://b.org/ }\n- url: https://a.org/\n- { id: A-ORG, url: https://c.org/ }\n',
      [
        'sources[1].url: the id "a-org" is already taken at config/a.yaml:4:9; give this one an id of its own',
        'sources[2].id: the id "A-ORG" is already taken at config/a.yaml:4:9',
      ],
    ],
    [
      'wrong headers, without showing their values',
      '- { url: https://a.org/, headers: { "X Y": a, X-Z: "hunter2\\n" } }\n',
      [
        'sources[0].headers."X Y": has the key "X Y", which must be the name of an HTTP header',
        'sources[0].headers.X-Z: has a wrong value, must be text of one line, without control characters',
      ],
    ],
    [
      'credentials that do not fit together',
      '- { url: https://a.org/, auth: { username: me } }\n- { url: https://b.org/, auth: { username: me, password: x, bearer: y } }\n- { url: https://c.org/, auth: { bearer: y }, headers: { authorization: z } }\n',
      [
        'sources[0].auth: must have either username and password, or bearer',
        'sources[1].auth: must have either username and password, or bearer',
        'sources[2].headers.authorization: must not be set together with auth, which makes this header',
      ],
    ],
    [
      'one thing said in two ways',
      '- { url: https://a.org/, content: full, publish: { content: none } }\n',
      ['sources[0].content: is the same as publish.content at config/a.yaml:4:61; one of them must go'],
    ],
    [
      'keys of fetch that only hold for all sources',
      '- { url: https://a.org/, fetch: { concurrency: 5 } }\n',
      [
        'sources[0].fetch.concurrency: is not a key here; it belongs at fetch.concurrency; allowed are host, timeout, connectTimeout, headersTimeout, bodyTimeout, maxBytes, allow, proxy, ca, bridge, conditional, websub, pin',
      ],
    ],
    [
      'rules that are none',
      '- url: https://a.org/\n  rules:\n    - { type: keywrod, any: [a], then: drop }\n    - { type: keyword, any: [a] }\n    - { type: keyword, any: a, then: drop }\n    - { type: keyword, any: [a], then: remove }\n    - { any: [a] }\n    - keyword\n    - { type: keyword, any: [a], categories: [wrold] }\n    - { type: regex, pattern: "(", then: drop }\n',
      [
        'sources[0].rules[0].type: is "keywrod", must be one of author, category, dedupe-title, keyword, language, link, maxAge, minLength, per-day, regex, replace, rewrite, schedule, score, tag, tags; did you mean keyword?',
        'sources[0].rules[1].then: is missing, must be one of keep, drop, categorise',
        'sources[0].rules[2].any: is "a", must be a list of words, such as [a, b]',
        'sources[0].rules[3].then: is "remove", must be one of keep, drop, categorise',
        'sources[0].rules[4].type: is missing, must be one of author, category, dedupe-title, keyword, language, link, maxAge, minLength, per-day, regex, replace, rewrite, schedule, score, tag, tags',
        'sources[0].rules[5]: is "keyword", must be a mapping with a type',
        'sources[0].rules[6].categories[0]: there is no category "wrold", did you mean world? defined are world, tech',
        'sources[0].rules[7].pattern: is "(", must be a regular expression (RE2): missing closing ): `(`',
      ],
    ],
    [
      'rules that compare, count and fill in texts, written wrong',
      `- url: https://a.org/
  rules:
    - { type: replace, field: title, with: '{sorce}: {title}' }
    - { type: rewrite, field: title, pattern: a, with: '{a}' }
    - { type: score, points: 5, if: { type: keyword, any: [a], then: drop } }
    - { type: score, points: much, if: { type: score, points: 1 } }
    - { type: score, points: 1, if: [] }
    - { type: schedule, between: ['8:00', '25:00'] }
    - { type: schedule, days: [monday], timezone: Mars }
    - { type: schedule }
    - { type: per-day, most: 0, first: best }
    - { type: dedupe-title, among: site, within: long }
  publish: { minScore: high, title: '{titel}' }
`,
      [
        'sources[0].rules[0].with: is "{sorce}: {title}", must name fields of a post: {sorce} is none of {source}, {title}, {tags}, {author}, {link}, {language}; {{sorce}} is the word in braces',
        'sources[0].rules[1].with: is "{a}", must name fields of a post: {a} is none of {source}, {title}, {tags}, {author}, {link}, {language}; {{a}} is the word in braces',
        'sources[0].rules[2].if.then: is not a key here; allowed are type, field, any',
        'sources[0].rules[3].points: is "much", must be a whole number from -1000 to 1000',
        'sources[0].rules[3].if: is a mapping, must be a condition such as { type: keyword, any: [AI] }, or a list of them',
        'sources[0].rules[4].if: is a list, must be a condition such as { type: keyword, any: [AI] }, or a list of them',
        `sources[0].rules[5].between[0]: is "8:00", must be two times of day, such as ['08:00', '20:00']`,
        `sources[0].rules[5].between[1]: is "25:00", must be two times of day, such as ['08:00', '20:00']`,
        'sources[0].rules[6].days[0]: is "monday", must be one of sun, mon, tue, wed, thu, fri, sat',
        'sources[0].rules[6].timezone: is "Mars", must be a time zone of the IANA list such as Asia/Shanghai, Europe/London or UTC',
        'sources[0].rules[7].between: is missing, must be there unless days is',
        'sources[0].rules[8].most: is 0, must be a whole number from 1 to 1000',
        'sources[0].rules[8].first: is "best", must be one of score, newest, oldest, longest, or a condition such as { type: keyword, any: [AI] }',
        'sources[0].rules[9].among: is "site", must be one of source, all',
        'sources[0].rules[9].within: is "long", must be a duration such as 30s, 15m, 6h or 7d',
        'sources[0].publish.minScore: is "high", must be a whole number from -1000000 to 1000000',
        'sources[0].publish.title: is "{titel}", must name fields of a post: {titel} is none of {source}, {title}, {tags}, {author}, {link}, {language}, {id}, {sourceLink}, {image}, {rights}, {score}, {revision}, {category}; {{titel}} is the word in braces',
      ],
    ],
  ])('tells of %s', (_title, sources, messages) => {
    const text = `${SITE}categories: [{ slug: world }, { slug: tech }]\nsources:\n${sources}`;
    const found = problemsOf({ 'a.yaml': text });
    expect(found.map((line) => line.replace(/^config\/a\.yaml:\d+:\d+: /, ''))).toEqual(messages);
  });

  it.each<[string, Files, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'a directory without a config file',
      { 'notes.txt': 'a', '.hidden.yaml': 'site: 5' },
      {},
      ['config:1:1: contains no *.yaml, *.yml or *.opml file; site.url and one source are required'],
    ],
    [
      'files that say nothing',
      { 'a.yaml': '', 'b.yml': '# nothing yet\nsources:\n' },
      {},
      [
        'config/b.yml:2:1: there are no sources; list at least one under sources: with its url',
        'config/b.yml:2:1: site.url: is missing, must be an http:// or https:// address such as https://news.example.org',
      ],
    ],
    [
      'a value that two files set, and both places',
      { 'a.yaml': SITE + SOURCE, 'b/c.yaml': 'site:\n  title: b\n  url: https://b.org/\n' },
      {},
      ['config/b/c.yaml:3:8: site.url: is set twice, first at config/a.yaml:1:14; one of them must go'],
    ],
    [
      'a source that two files define, and both places',
      { 'a.yaml': SITE + SOURCE, 'b.yaml': 'sources:\n- { id: one, url: https://else.example.org/ }\n' },
      {},
      ['config/b.yaml:2:9: sources[0].id: the id "one" is already taken at config/a.yaml:2:17'],
    ],
    [
      'variables that are not set, and what else is wrong',
      {
        'a.yaml': `${SITE}sources: [{ id: one, url: "\${FEED}" }]\nadmin: { token: "\${TOKEN}" }\nhttp: { port: "\${PORT:-x}", host: "\${HOST:x}" }\n`,
      },
      {},
      [
        'config/a.yaml:2:27: sources[0].url: needs the environment variable FEED, which is not set; ${FEED:-…} gives a default',
        'config/a.yaml:3:17: admin.token: needs the environment variable TOKEN, which is not set; ${TOKEN:-…} gives a default',
        'config/a.yaml:4:15: http.port: is "${PORT:-x}", a variable with a wrong value, must be a whole number from 0 to 65535',
        'config/a.yaml:4:35: http.host: has ${HOST:x}, which names no variable; allowed are ${NAME}, ${NAME:-default} and $${ for the signs',
      ],
    ],
    [
      'wrong values of variables, without showing them',
      {
        'a.yaml': `${SITE}sources: [{ id: "\${ID}", url: "\${FEED}", headers: { X: "a \${TOKEN}" }, fetch: { proxy: "\${PROXY}" } }]\nredis: { url: "\${REDIS}" }\nschedule: { min: "\${MIN}" }\n`,
      },
      { ID: 'sesame 1', FEED: 'ftp://sesame.org', TOKEN: 'sesame\n', PROXY: 'sesame', REDIS: 'sesame', MIN: 'sesame' },
      [
        'config/a.yaml:2:17: sources[0].id: is "${ID}", a variable with a wrong value, must be 1 to 64 letters (a-z), digits, - or _, starting with a letter or digit',
        'config/a.yaml:2:31: sources[0].url: is "${FEED}", a variable with a wrong value, must be an http:// or https:// address such as https://example.org/feed.xml',
        'config/a.yaml:2:56: sources[0].headers.X: is "a ${TOKEN}", a variable with a wrong value, must be text of one line, without control characters',
        'config/a.yaml:2:88: sources[0].fetch.proxy: is "${PROXY}", a variable with a wrong value, must be an http://, https://, socks5:// or socks5h:// address such as http://proxy.example.org:3128',
        'config/a.yaml:3:15: redis.url: is "${REDIS}", a variable with a wrong value, must be an address such as redis://127.0.0.1:6379/0, rediss://… or the path of a socket, or a list of them',
        'config/a.yaml:4:18: schedule.min: is "${MIN}", a variable with a wrong value, must be a duration such as 30s, 15m, 6h or 7d, at least 1s',
      ],
    ],
    [
      'one file that is not YAML, and nothing that only follows from it',
      {
        'a.yaml': '{',
        'b.yaml': 'http: { prt: 1 }\nsources: [{ url: https://a.org/, categories: [x] }]\n',
      },
      {},
      [
        'config/a.yaml:1:2: is not YAML: Flow map must end with a }',
        'config/b.yaml:1:9: http.prt: is not a key here, did you mean port? allowed are host, port, redirects, trustProxy, metrics, limit',
      ],
    ],
    [
      'rules in a place that has none, and where they belong',
      { 'a.yaml': `${SITE}${SOURCE}fetch: { rules: [] }\n` },
      {},
      [
        'config/a.yaml:3:10: fetch.rules: is not a key here; it belongs at categories[].rules or rules or groups.NAME.rules or sources[].rules; allowed are contact, concurrency, maxBytesInFlight, host, timeout, connectTimeout, headersTimeout, bodyTimeout, maxBytes, allow, proxy, ca, bridge, conditional, websub',
      ],
    ],
    [
      'faults of a group, once, however many sources are in it',
      {
        'a.yaml': `${SITE}groups:\n  wires: { timezone: Mars, schedule: { min: 5 }, categories: [no], url: "https://a.org/" }\nsources:\n- { url: "https://a.org/", group: wires }\n- { url: "https://b.org/", group: [wires, wire] }\n`,
      },
      {},
      [
        'config/a.yaml:3:22: groups.wires.timezone: is "Mars", must be a time zone of the IANA list such as Asia/Shanghai, Europe/London or UTC',
        'config/a.yaml:3:45: groups.wires.schedule.min: is 5, must be a duration such as 30s, 15m, 6h or 7d, at least 1s',
        'config/a.yaml:3:63: groups.wires.categories[0]: there is no category "no"; no categories are defined',
        'config/a.yaml:3:68: groups.wires.url: is not a key here; it belongs at site.url or redis.url or sources[].url; allowed are title, categories, tags, language, timezone, identity, duplicates, flood, private, content, schedule, fetch, publish, headers, auth, proxy, ca, rules',
        'config/a.yaml:6:43: sources[1].group[1]: there is no group "wire", did you mean wires? defined are wires',
      ],
    ],
    [
      'secrets of a group, without showing them',
      { 'a.yaml': `${SITE}${SOURCE}groups: { a: { headers: { X: "sesame\\n" } } }\n` },
      {},
      [
        'config/a.yaml:3:30: groups.a.headers.X: has a wrong value, must be text of one line, without control characters',
      ],
    ],
    [
      'ways into a category that lead nowhere',
      {
        'a.yaml': `${SITE}${SOURCE}categories:\n- { slug: a, include: [b, x], from: {} }\n- { slug: b, include: [c] }\n- { slug: c, include: [a], from: { sources: [two] } }\n- { slug: d, include: [d], rules: [{ type: tag, map: { t: e } }] }\n`,
      },
      {},
      [
        'config/a.yaml:4:24: categories[0].include[0]: leads back to a: a > b > c > a; one of them must go',
        'config/a.yaml:4:27: categories[0].include[1]: there is no category "x"; defined are a, b, c, d',
        'config/a.yaml:4:37: categories[0].from: must have sources, tags or any: true',
        'config/a.yaml:5:24: categories[1].include[0]: leads back to b: b > c > a > b; one of them must go',
        'config/a.yaml:6:24: categories[2].include[0]: leads back to c: c > a > b > c; one of them must go',
        'config/a.yaml:6:46: categories[2].from.sources[0]: there is no source "two"; defined are one',
        'config/a.yaml:7:24: categories[3].include[0]: leads back to d: d > d; one of them must go',
        'config/a.yaml:7:59: categories[3].rules[0].map.t: there is no category "e"; defined are a, b, c, d',
      ],
    ],
    [
      'a subscription list that is none',
      { 'a.yaml': SITE + SOURCE, 'b.opml': '<html></html>' },
      {},
      ['config/b.opml:1:1: is not a subscription list, must have <opml> and <outline> elements'],
    ],
  ])('tells of %s', (_title, files, environment, messages) => {
    const found = problemsOf(files, environment);
    expect(found).toEqual(messages);
    expect(found.join('\n')).not.toMatch(/sesame|hunter2/);
  });
});
