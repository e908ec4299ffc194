/** Is what was published served as HTTP asks for, to readers, browsers and caches? */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/model/errors.ts';
import { renderNotFoundPage } from '../../../src/stages/render/home-page.ts';
import { startLeakCheck } from '../../support/leaks.ts';
import { samplePost, sampleSettings } from '../../stages/render/samples.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
let expectNoLeaks: () => Promise<void>;

const RSS = '/category/xinhuashe.rss';
const posts = Array.from({ length: 20 }, (_, number) => samplePost(number));

beforeEach(async () => {
  expectNoLeaks = startLeakCheck();
  site = await openSite();
  await site.publish(posts);
});

afterEach(async () => {
  await site.close();
  await expectNoLeaks();
});

describe('a document', () => {
  it.each([
    ['/category/xinhuashe.rss', 'application/rss+xml; charset=utf-8'],
    ['/category/xinhuashe.atom', 'application/atom+xml; charset=utf-8'],
    ['/category/xinhuashe.json', 'application/feed+json; charset=utf-8'],
    ['/category/xinhuashe.html', 'text/html; charset=utf-8'],
  ])('under %s has the type %s', async (path, type) => {
    const { status, headers } = await site.ask(path);
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type });
  });

  it('comes with validators, lifetime and guards', async () => {
    const { headers } = await site.ask(RSS);
    expect(headers).toMatchObject({
      'last-modified': 'Thu, 23 Dec 2021 16:59:51 GMT',
      'cache-control': 'public, max-age=1800, stale-while-revalidate=86400, stale-if-error=86400',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
    });
    expect(headers['etag']).toMatch(/^"[\w-]{22}"$/u);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('names itself and its page in the Link header', async () => {
    const { headers } = await site.ask(RSS);
    expect(headers['link']).toBe(
      '<https://news.example.org/category/xinhuashe.rss>; rel="self", ' +
        '<https://news.example.org/category/xinhuashe.html>; rel="alternate"; type="text/html"',
    );
  });

  it('allows a page no script but ours, and no frame', async () => {
    const { headers } = await site.ask('/category/xinhuashe.html');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http:; media-src https: http:; frame-src 'none'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/xml; charset=utf-8'],
    ['application/rss+xml, application/atom+xml;q=0.8, text/html;q=0.1', 'application/rss+xml; charset=utf-8'],
    ['*/*', 'application/rss+xml; charset=utf-8'],
  ])('that is a feed is shown by browsers, which ask for %s', async (accept, type) => {
    const { headers, bytes } = await site.ask(RSS, { headers: { accept } });
    const plain = await site.ask(RSS);
    expect(headers['content-type']).toBe(type);
    expect(headers['etag']).toBe(plain.headers['etag']);
    expect(bytes).toEqual(plain.bytes);
  });

  it.each(['GET', 'HEAD'] as const)('is answered to %s with the same headers', async (method) => {
    const get = await site.ask(RSS);
    const answer = await site.ask(RSS, { method });
    // These are about the connection, and the client ends it after HEAD.
    const own = new Set(['date', 'connection', 'keep-alive']);
    const expected = Object.entries(get.headers).filter(([name]) => !own.has(name));
    expect(answer.headers).toMatchObject(Object.fromEntries(expected));
    expect(answer.bytes.length).toBe(method === 'HEAD' ? 0 : get.bytes.length);
  });

  it('ignores a query that means nothing to it', async () => {
    expect((await site.ask(`${RSS}?utm_source=x`)).bytes).toEqual((await site.ask(RSS)).bytes);
  });

  it('is the new one right after it was published again', async () => {
    const before = await site.ask(RSS);
    await site.publish([samplePost(-1, { title: '最新' }), ...posts]);
    const after = await site.ask(RSS);
    expect(after.text).toContain('最新');
    expect(after.headers['etag']).not.toBe(before.headers['etag']);
  });

  it('is gone right after it was removed', async () => {
    await site.ask(RSS);
    await site.documents.remove([RSS]);
    expect((await site.ask(RSS)).status).toBe(404);
  });

  it('may not be written to', async () => {
    const { status, headers } = await site.ask(RSS, { method: 'POST' });
    expect({ status, allow: headers['allow'] }).toEqual({ status: 405, allow: 'GET, HEAD, OPTIONS' });
  });

  it('tells a foreign page which headers it may send', async () => {
    const { status, headers } = await site.ask('/category/xinhuashe.json', { method: 'OPTIONS' });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'If-None-Match, If-Modified-Since, A-IM',
    });
  });
});

describe('compression', () => {
  it.each([
    [undefined, undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, gzip;q=0', undefined],
    ['*', 'br'],
    ['GZIP', 'gzip'],
    ['gzip;q=0.2, identity', undefined],
    ['deflate', undefined],
  ])('for %s is %s', async (accept, coding) => {
    const plain = await site.ask(RSS);
    const { headers, bytes } = await site.ask(
      RSS,
      accept === undefined ? {} : { headers: { 'accept-encoding': accept } },
    );
    expect(headers['content-encoding']).toBe(coding);
    const inflate = { gzip: gunzipSync, br: brotliDecompressSync }[coding ?? ''] ?? ((body: Buffer) => body);
    expect(inflate(bytes)).toEqual(plain.bytes);
  });

  it('gives each form a tag of its own', async () => {
    const tags = await Promise.all(
      ['identity', 'gzip', 'br'].map(async (coding) => {
        const { headers } = await site.ask(RSS, { headers: { 'accept-encoding': coding } });
        return String(headers['etag']);
      }),
    );
    const [plain = ''] = tags;
    expect(tags).toEqual([plain, plain.replace(/"$/u, '-gzip"'), plain.replace(/"$/u, '-br"')]);
  });
});

describe('a conditional request', () => {
  const etagOf = async (): Promise<string> => String((await site.ask(RSS)).headers['etag']);

  it.each([
    ['the tag', (etag: string) => etag],
    ['the tag, weak', (etag: string) => `W/${etag}`],
    ['a list with the tag', (etag: string) => `"a", W/"b,c" , ${etag}`],
    ['any tag', () => '*'],
    ['the tag of the gzip form', (etag: string) => etag.replace(/"$/u, '-gzip"')],
    ['the tag without quotes', (etag: string) => etag.slice(1, -1)],
  ])('with %s gets 304', async (_what, header) => {
    const { status, bytes, headers } = await site.ask(RSS, { headers: { 'if-none-match': header(await etagOf()) } });
    expect({ status, length: bytes.length }).toEqual({ status: 304, length: 0 });
    expect(headers['etag']).toBe(await etagOf());
    expect(headers['cache-control']).toBe((await site.ask(RSS)).headers['cache-control']);
    expect(headers['vary']).toBe('Accept-Encoding');
  });

  it.each([
    ['the tag of another document', '"other"'],
    ['a part of the tag', '"'],
    ['nothing', ''],
  ])('with %s gets the document', async (_what, header) => {
    expect((await site.ask(RSS, { headers: { 'if-none-match': header } })).status).toBe(200);
  });

  it.each([
    ['its time', 'Thu, 23 Dec 2021 16:59:51 GMT', 304],
    ['a later time', 'Fri, 24 Dec 2021 00:00:00 GMT', 304],
    ['an earlier time', 'Thu, 23 Dec 2021 16:59:50 GMT', 200],
    ['something that is no time', 'yesterday', 200],
  ])('with %s gets %s', async (_what, since, status) => {
    expect((await site.ask(RSS, { headers: { 'if-modified-since': since } })).status).toBe(status);
  });

  it('goes by the tag where both are sent', async () => {
    const headers = { 'if-none-match': '"other"', 'if-modified-since': 'Fri, 24 Dec 2021 00:00:00 GMT' };
    expect((await site.ask(RSS, { headers })).status).toBe(200);
  });

  it('gets the document when a post came late with an old date', async () => {
    const { headers } = await site.ask(RSS);
    const since = String(headers['last-modified']);
    await site.publish([...posts, samplePost(90, { firstSeenAt: Date.UTC(2021, 11, 24) })]);
    expect((await site.ask(RSS, { headers: { 'if-modified-since': since } })).status).toBe(200);
  });
});

describe('a delta (RFC 3229)', () => {
  const withNew = [samplePost(-2, { title: '新一' }), samplePost(-1, { title: '新二' }), ...posts];

  it.each(['rss', 'atom', 'json'])('of %s holds the new entries alone', async (format) => {
    const path = `/category/xinhuashe.${format}`;
    const { headers: first } = await site.ask(path);
    await site.publish(withNew);
    const full = await site.ask(path);
    const delta = await site.ask(path, { headers: { 'a-im': 'feed', 'if-none-match': String(first['etag']) } });
    expect(delta.status).toBe(226);
    expect(delta.headers).toMatchObject({
      im: 'feed',
      etag: full.headers['etag'],
      'delta-base': first['etag'],
      'cache-control': 'no-store, im',
      'content-type': full.headers['content-type'],
    });
    expect(delta.text).toContain('新一');
    expect(delta.text).toContain('新二');
    expect(delta.text).not.toContain('第 3 条');
    expect(delta.bytes.length).toBeLessThan(full.bytes.length / 2);
    if (format === 'json')
      expect(JSON.parse(delta.text)).toMatchObject({ items: [{ title: '新一' }, { title: '新二' }] });
  });

  it('holds an entry that was edited', async () => {
    const { headers } = await site.ask(RSS);
    await site.publish(posts.map((post, index) => (index === 5 ? { ...post, title: '更正', revision: 2 } : post)));
    const delta = await site.ask(RSS, { headers: { 'a-im': 'feed', 'if-none-match': String(headers['etag']) } });
    expect(delta.status).toBe(226);
    expect(delta.text.match(/<item>/gu)).toHaveLength(1);
    expect(delta.text).toContain('更正');
  });

  it.each(['gzip', 'br'])('comes with %s for those who take it', async (coding) => {
    const { headers } = await site.ask(RSS, { headers: { 'accept-encoding': coding } });
    await site.publish(withNew);
    const delta = await site.ask(RSS, {
      headers: { 'a-im': 'feed', 'if-none-match': String(headers['etag']), 'accept-encoding': coding },
    });
    expect(delta.headers['content-encoding']).toBe(coding);
    const text = (coding === 'gzip' ? gunzipSync : brotliDecompressSync)(delta.bytes).toString();
    expect(text).toContain('新一');
    expect(text.match(/<item>/gu)).toHaveLength(2);
  });

  it.each([
    ['did not ask for one', {}],
    ['asked for another kind', { 'a-im': 'vcdiff, gzip' }],
    ['declines it', { 'a-im': 'feed;q=0' }],
  ])('is not sent to a reader who %s', async (_what, aIm) => {
    const { headers } = await site.ask(RSS);
    await site.publish(withNew);
    const answer = await site.ask(RSS, { headers: { ...aIm, 'if-none-match': String(headers['etag']) } });
    expect(answer.status).toBe(200);
  });

  it('is not sent for a version nobody remembers', async () => {
    const answer = await site.ask(RSS, { headers: { 'a-im': 'feed', 'if-none-match': '"never-seen"' } });
    expect(answer.status).toBe(200);
  });

  it('gives way to 304 when nothing changed', async () => {
    const { headers } = await site.ask(RSS);
    const answer = await site.ask(RSS, { headers: { 'a-im': 'feed', 'if-none-match': String(headers['etag']) } });
    expect(answer.status).toBe(304);
  });
});

describe('a path without a suffix', () => {
  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'html'],
    ['application/rss+xml, application/rdf+xml;q=0.8, application/atom+xml;q=0.6, text/html;q=0.1', 'rss'],
    ['application/atom+xml', 'atom'],
    ['application/feed+json, application/json;q=0.9, */*;q=0.1', 'json'],
    ['application/json', 'json'],
    ['application/xml', 'rss'],
    ['*/*', 'html'],
    [undefined, 'html'],
  ])('for %s answers with %s', async (accept, format) => {
    const { status, headers } = await site.ask(
      '/category/xinhuashe',
      accept === undefined ? {} : { headers: { accept } },
    );
    expect({ status, location: headers['content-location'], vary: headers['vary'] }).toEqual({
      status: 200,
      location: `/category/xinhuashe.${format}`,
      vary: 'Accept, Accept-Encoding',
    });
  });
});

describe('a document made on demand', () => {
  it('is made once for all who ask at the same time, and kept', async () => {
    await site.close();
    const made: string[] = [];
    site = await openSite({
      render: (path, before) => {
        made.push(`${path} ${before ?? '-'}`);
        return Promise.resolve({
          path,
          mediaType: 'text/html; charset=utf-8',
          body: Buffer.from(`page of ${path} ${before ?? ''}`),
          modifiedAt: 0,
        });
      },
    });
    const answers = await Promise.all(['a', 'b', 'c'].map(() => site.ask('/tag/%E8%82%A1%E7%A5%A8.html')));
    expect(answers.map(({ text }) => text)).toEqual(Array(3).fill('page of /tag/%E8%82%A1%E7%A5%A8.html '));
    await site.ask('/tag/%e8%82%a1%e7%a5%a8.html');
    await site.ask('/category/xinhuashe.rss?x=1&before=1640278791000-9000000000000014');
    await site.ask('/category/xinhuashe.rss?before=1640278791000-9000000000000014');
    expect(made).toEqual(['/tag/%E8%82%A1%E7%A5%A8.html -', '/category/xinhuashe.rss 1640278791000-9000000000000014']);
    const archived = await site.ask('/category/xinhuashe/before/1640278791000-9000000000000014.rss');
    expect(archived.text).toBe('page of /category/xinhuashe.rss 1640278791000-9000000000000014');
    expect(archived.headers['content-location']).toBeUndefined();
    expect(made).toHaveLength(2);
    site.web.invalidate('/category/xinhuashe.rss');
    const asked = await site.ask('/category/xinhuashe.rss?before=1640278791000-9000000000000014');
    expect(asked.headers['content-location']).toBe('/category/xinhuashe/before/1640278791000-9000000000000014.rss');
    expect(made).toHaveLength(3);
  });

  it('that was overtaken while it was made is made again', async () => {
    await site.close();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let version = 1;
    site = await openSite({
      render: async (path) => {
        const seen = version;
        if (seen === 1) await gate;
        return { path, mediaType: 'text/html; charset=utf-8', body: Buffer.from(`version ${seen}`), modifiedAt: 0 };
      },
    });
    const asked = site.ask('/post/9000000000000000.html');
    // A second request on the same server shows that the first has been taken up.
    await site.ask('/healthz');
    version = 2;
    site.web.invalidate('/post/9000000000000000.html');
    release();
    expect((await asked).text).toBe('version 2');
    expect((await site.ask('/post/9000000000000000.html')).text).toBe('version 2');
  });
});

describe('what is not there', () => {
  it('is a page for people and a line for readers', async () => {
    await site.put(renderNotFoundPage(site.settings));
    const page = await site.ask('/category/none.html', { headers: { accept: 'text/html' } });
    expect({ status: page.status, type: page.headers['content-type'] }).toEqual({
      status: 404,
      type: 'text/html; charset=utf-8',
    });
    expect(page.text).toContain('没有这个页面');
    const line = await site.ask('/category/none.rss', { headers: { accept: 'application/rss+xml' } });
    expect({ status: line.status, text: line.text }).toEqual({
      status: 404,
      text: 'Nothing is published under this address.\n',
    });
  });

  it.each([
    ['/../etc/passwd', 404],
    ['/%2e%2e/%2e%2e/etc/passwd', 404],
    ['/post/x.html', 404],
    ['//x', 404],
    ['/%00', 404],
    ['/category/%', 400],
    ['/tag/%ff.rss', 400],
  ])('is %s', async (path, status) => {
    expect((await site.ask(path)).status).toBe(status);
  });
});

describe('an old address', () => {
  it('leads to the new one', async () => {
    const settings = sampleSettings();
    site.settings = { ...settings, http: { ...settings.http, redirects: { '/feed.xml': RSS } } };
    const { status, headers } = await site.ask('/feed.xml');
    expect({ status, location: headers['location'] }).toEqual({ status: 301, location: RSS });
  });

  it('of the front page is one', async () => {
    const { status, headers } = await site.ask('/index.html');
    expect({ status, location: headers['location'] }).toEqual({ status: 301, location: '/' });
  });
});

describe('the limit on whole feeds', () => {
  beforeEach(() => {
    const settings = sampleSettings();
    site.settings = { ...settings, http: { ...settings.http, trustProxy: 1, limitMs: 60_000 } };
  });
  const from = (client: string): Record<string, string> => ({ 'user-agent': 'reader/1', 'x-forwarded-for': client });

  it('answers 429 to a reader who asks for the same feed again too soon, and says when to come back', async () => {
    expect((await site.ask(RSS, { headers: from('192.0.2.1') })).status).toBe(200);
    site.clock.now += 10_000;
    const { status, headers } = await site.ask(RSS, { headers: from('192.0.2.1') });
    expect({ status, after: headers['retry-after'] }).toEqual({ status: 429, after: '50' });
    site.clock.now += 50_000;
    expect((await site.ask(RSS, { headers: from('192.0.2.1') })).status).toBe(200);
  });

  it.each([
    ['another reader', RSS, from('198.51.100.2')],
    ['another feed', '/category/xinhuashe.atom', from('192.0.2.1')],
    ['a page', '/category/xinhuashe.html', from('192.0.2.1')],
    ['a conditional request', RSS, { ...from('192.0.2.1'), 'if-none-match': '"x"' }],
  ])('does not count %s', async (_what, path, headers) => {
    await site.ask(RSS, { headers: from('192.0.2.1') });
    await site.ask('/category/xinhuashe.html', { headers: from('192.0.2.1') });
    expect((await site.ask(path, { headers })).status).toBe(200);
  });

  it('counts all who come through a proxy that is not trusted as one', async () => {
    site.settings = { ...site.settings, http: { ...site.settings.http, trustProxy: 0 } };
    expect((await site.ask(RSS, { headers: from('192.0.2.1') })).status).toBe(200);
    expect((await site.ask(RSS, { headers: from('192.0.2.2') })).status).toBe(429);
  });

  it('goes by the address that our own proxy wrote, not by what the client claims', async () => {
    await site.ask(RSS, { headers: from('203.0.113.7, 192.0.2.1') });
    expect((await site.ask(RSS, { headers: from('203.0.113.8, 192.0.2.1') })).status).toBe(429);
  });
});

describe('health', () => {
  it('says that the process is alive', async () => {
    const { status, text, headers } = await site.ask('/healthz');
    expect({ status, body: JSON.parse(text) as unknown, cache: headers['cache-control'] }).toEqual({
      status: 200,
      body: { status: 'ok' },
      cache: 'no-store',
    });
  });

  it.each([
    [true, 200],
    [false, 503],
  ])('says whether the site is of use (%s)', async (ok, status) => {
    await site.close();
    const check = { name: 'redis', ok, message: 'x' };
    site = await openSite({ health: { ready: () => Promise.resolve([check]) } });
    const answer = await site.ask('/readyz');
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ status: ok ? 'ready' : 'not ready', checks: [check] });
  });
});

describe('a store out of reach', () => {
  it('is answered with 503, and cached documents are still served', async () => {
    await site.close();
    let broken = false;
    const memory = new Map<string, Awaited<ReturnType<Site['documents']['get']>>>();
    site = await openSite({
      documents: {
        get: (path) => (broken ? Promise.reject(new StoreError('redis is away')) : Promise.resolve(memory.get(path))),
      },
    });
    await site.publish(posts);
    memory.set(RSS, await site.documents.get(RSS));
    const good = await site.ask(RSS);
    broken = true;
    site.clock.now += 60_000;
    expect((await site.ask(RSS)).bytes).toEqual(good.bytes);
    const { status, headers, text } = await site.ask('/category/xinhuashe.atom');
    expect({ status, retry: headers['retry-after'] }).toEqual({ status: 503, retry: '30' });
    expect(text).not.toContain('redis is away');
    expect(site.logged.join('\n')).toContain('redis is away');
  });
});

describe('stopping', () => {
  it('ends although a reader keeps its connection', async () => {
    await site.ask(RSS);
    await site.web.close();
    await expect(site.ask(RSS)).rejects.toThrow();
  });
});

describe('what strangers make up', () => {
  it.each([
    `${RSS}?before=`,
    `${RSS}?before=x`,
    `${RSS}?before=1-9000000000000000%3Fbefore=%0a`,
    `${RSS}?before=1-9000000000000000%0a`,
    `${RSS}?before=99999999999999999-9000000000000000`,
    '/category/xinhuashe/before/1-900000000000000g.rss',
    '/all?before=%00',
  ])('answers 404 to the position in %s, and renders nothing', async (path) => {
    const asked: string[] = [];
    const own = await openSite({
      render: (at) => {
        asked.push(at);
        return Promise.resolve(undefined);
      },
    });
    try {
      expect((await own.ask(path)).status).toBe(404);
      expect(asked.filter((at) => at.startsWith('/category/xinhuashe.') || at.startsWith('/all'))).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it('says when to come back if too many archive pages are rendered at once', async () => {
    const ends: (() => void)[] = [];
    const own = await openSite({
      render: () =>
        new Promise((resolve) => {
          ends.push(() => {
            resolve(undefined);
          });
        }),
    });
    try {
      const page = (index: number) => own.ask(`/all/before/${index}-9000000000000000.rss`);
      const first = [1, 2, 3, 4].map(page);
      await expect.poll(() => ends.length).toBe(4);
      const refused = await page(5);
      expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      for (const end of ends) end();
      await expect.poll(() => ends.length).toBeGreaterThan(4);
      for (const end of ends) end();
      await Promise.all(first);
    } finally {
      for (const end of ends) end();
      await own.close();
    }
  });

  it('ends the connection if a response cannot be sent, and says so in the log', async () => {
    const own = await openSite({
      onResponse: () => {
        throw new Error('broken after the headers');
      },
    });
    try {
      await own.publish([samplePost(1)]);
      await own.ask('/healthz');
      // The response had begun: the client sees it end, whole or not, and does not wait.
      await own.ask(RSS).catch(() => undefined);
      expect(own.logged.join('\n')).toContain('a response could not be sent');
    } finally {
      await own.close();
    }
  });
});
