/** Cookies and refreshes within one visit. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCookieJar } from '../../../src/io/fetch/cookie-jar.ts';
import { createFetcher } from '../../../src/io/fetch/fetcher.ts';
import type { Fetcher } from '../../../src/ports/fetch.ts';
import { parseRefresh } from '../../../src/syntax/http/refresh.ts';
import { startLeakCheck } from '../../support/leaks.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { failureOf, get, textOf } from './support.ts';

const FEED = '<rss version="2.0"><channel><title>财经</title></channel></rss>';
const NOW = Date.UTC(2026, 10, 23, 9);

let origin: Origin;
let fetcher: Fetcher;
let expectNoLeaks: () => Promise<void>;

beforeEach(async () => {
  expectNoLeaks = startLeakCheck();
  origin = await startOrigin();
  fetcher = createFetcher({ environment: {}, now: () => NOW });
});

afterEach(async () => {
  await fetcher.close();
  await origin.close();
  await expectNoLeaks();
});

const cookiesSent = (): unknown[] => origin.requests.map(({ path, headers }) => [path, headers['cookie']]);

describe('a cookie', () => {
  it('set by a redirect to the same address is sent back, in this visit only', async () => {
    origin.on(
      '/feed',
      { status: 302, headers: { Location: '/feed', 'Set-Cookie': 'seen=1; path=/' } },
      { body: FEED },
      { body: FEED },
    );
    expect(textOf(await get(fetcher, `${origin.url}/feed`))).toBe(FEED);
    expect(textOf(await get(fetcher, `${origin.url}/feed`))).toBe(FEED);
    expect(cookiesSent()).toEqual([
      ['/feed', undefined],
      ['/feed', 'seen=1'],
      ['/feed', undefined],
    ]);
  });

  it('set on the way is brought back to the first address', async () => {
    origin.on('/feed', { status: 302, headers: { Location: '/check' } }, { body: FEED });
    origin.on('/check', { status: 302, headers: { Location: '/feed', 'Set-Cookie': ['a=1; Path=/', 'b=2; Path=/'] } });
    expect(textOf(await get(fetcher, `${origin.url}/feed`))).toBe(FEED);
    expect(origin.requests[2]?.headers['cookie']).toBe('a=1; b=2');
  });

  it('that changes nothing leaves a loop a loop', async () => {
    origin.on('/feed', { status: 302, headers: { Location: '/feed', 'Set-Cookie': 'seen=1; path=/' } });
    expect(failureOf(await get(fetcher, `${origin.url}/feed`)).kind).toBe('redirect-loop');
    expect(origin.requests).toHaveLength(2);
  });

  it('that changes each time ends with the fifth redirect', async () => {
    let count = 0;
    origin.on('/feed', (_request, response) => {
      response.writeHead(302, { Location: '/feed', 'Set-Cookie': `n=${(count += 1)}` }).end();
    });
    expect(failureOf(await get(fetcher, `${origin.url}/feed`)).kind).toBe('too-many-redirects');
    expect(origin.requests).toHaveLength(6);
  });

  it('stands behind those of the config, and wins over one of the same name', async () => {
    origin.on('/feed', { status: 302, headers: { Location: '/feed', 'Set-Cookie': 'seen=1' } }, { body: FEED });
    await get(fetcher, `${origin.url}/feed`, { headers: { Cookie: 'key=x; seen=0' } });
    expect(cookiesSent()).toEqual([
      ['/feed', 'key=x; seen=0'],
      ['/feed', 'key=x; seen=1'],
    ]);
  });

  it('never reaches another host', async () => {
    const other = await startOrigin({ host: '127.0.0.2' });
    origin.on('/feed', {
      status: 302,
      headers: { Location: `${other.url}/x`, 'Set-Cookie': ['a=1', 'b=2; Domain=127.0.0.2', 'c=3; Domain=1'] },
    });
    other.on('/x', { body: FEED });
    expect(textOf(await get(fetcher, `${origin.url}/feed`))).toBe(FEED);
    expect(other.requests[0]?.headers['cookie']).toBeUndefined();
    await other.close();
  });
});

describe('a cookie jar', () => {
  it.each([
    ['a host', 'https://a.example.org/x', 'a=1', 'https://a.example.org/x', true],
    ['a host alone', 'https://a.example.org/x', 'a=1', 'https://b.a.example.org/x', false],
    ['a domain', 'https://a.example.org/x', 'a=1; Domain=.example.org', 'https://b.example.org/x', true],
    ['a foreign domain', 'https://a.example.org/x', 'a=1; Domain=example.com', 'https://example.com/x', false],
    ['a public suffix', 'https://a.co.uk/x', 'a=1; Domain=co.uk', 'https://b.co.uk/x', false],
    ['a shared suffix', 'https://a.github.io/x', 'a=1; Domain=github.io', 'https://b.github.io/x', false],
    ['part of a name', 'https://a.example.org/x', 'a=1; Domain=example.org', 'https://badexample.org/x', false],
    ['a path', 'https://a.org/x/y', 'a=1; Path=/x', 'https://a.org/x/z', true],
    ['part of a path', 'https://a.org/x/y', 'a=1; Path=/x', 'https://a.org/xy', false],
    ['the default path', 'https://a.org/x/y', 'a=1', 'https://a.org/z', false],
    ['https only', 'https://a.org/', 'a=1; Secure', 'http://a.org/', false],
    ['https, set over http', 'http://a.org/', 'a=1; Secure', 'https://a.org/', false],
    ['the past', 'https://a.org/', 'a=1; Expires=Mon, 23 Nov 2020 09:00:00 GMT', 'https://a.org/', false],
    ['the future', 'https://a.org/', 'a=1; Expires=Mon, 23 Nov 2030 09:00:00 GMT', 'https://a.org/', true],
    ['no time', 'https://a.org/', 'a=1; Max-Age=0', 'https://a.org/', false],
    ['an hour', 'https://a.org/', 'a=1; Max-Age=3600; Expires=Mon, 23 Nov 2020 09:00:00 GMT', 'https://a.org/', true],
    ['a host by name', 'https://a.org/', '__Host-a=1; Secure; Path=/', 'https://a.org/', true],
    [
      'a host by name, with a domain',
      'https://a.org/',
      '__Host-a=1; Secure; Path=/; Domain=a.org',
      'https://a.org/',
      false,
    ],
  ])('keeps a cookie for %s', async (_title, from, setCookie, to, isSent) => {
    const jar = createCookieJar(() => NOW);
    await jar.take([setCookie], new URL(from));
    expect(jar.headerFor(new URL(to)) !== undefined).toBe(isSent);
  });

  it('forgets a cookie that is set to a time in the past, and keeps at most twenty short ones', async () => {
    const jar = createCookieJar(() => NOW);
    const url = new URL('https://a.org/');
    await jar.take(['a=1', 'a=; Max-Age=0', `long=${'x'.repeat(5000)}`], url);
    expect(jar.headerFor(url)).toBeUndefined();
    await jar.take(
      Array.from({ length: 100 }, (_, index) => `n${index}=1`),
      url,
    );
    expect(jar.headerFor(url)?.split('; ')).toHaveLength(20);
  });
});

const PAGE = (head: string): string => `<!DOCTYPE html><html><head>${head}</head><body>moved</body></html>`;

describe('a refresh', () => {
  it.each([
    ['of a header, without a body', { headers: { Refresh: '0; url=/feed' } }],
    ['of a header, with a page', { headers: { Refresh: "3;URL='/feed'" }, body: PAGE('') }],
    ['of a page', { body: PAGE('<meta http-equiv="refresh" content="0; url=/feed">') }],
    ['of a page, written otherwise', { body: PAGE(`<META CONTENT='1;url="feed"' HTTP-EQUIV=Refresh />`) }],
  ])('%s is followed', async (_title, reply) => {
    origin.on('/', reply);
    origin.on('/feed', { body: FEED });
    expect(await get(fetcher, origin.url)).toMatchObject({
      kind: 'body',
      url: `${origin.url}/feed`,
      redirects: [{ status: 200, from: `${origin.url}/`, to: `${origin.url}/feed` }],
    });
  });

  it('is followed once', async () => {
    origin.on('/', { headers: { Refresh: '0; url=/b' }, body: PAGE('b') });
    origin.on('/b', { headers: { Refresh: '0; url=/c' }, body: PAGE('c') });
    expect(textOf(await get(fetcher, origin.url))).toBe(PAGE('c'));
    expect(origin.paths()).toEqual(['/', '/b']);
  });

  it.each([
    ['a feed', { headers: { Refresh: '0; url=/b' }, body: FEED }],
    ['a page that reloads itself', { headers: { Refresh: '5' }, body: PAGE('') }],
    ['a page that reloads its address', { headers: { Refresh: '5; url=/' }, body: PAGE('') }],
    ['a page that goes on after minutes', { headers: { Refresh: '300; url=/b' }, body: PAGE('') }],
    [
      'a page that names its feed',
      {
        body: PAGE(
          '<meta http-equiv="refresh" content="0; url=/b"><link rel="alternate" type="application/rss+xml" href="/f">',
        ),
      },
    ],
    ['a page with a comment', { body: PAGE('<!-- <meta http-equiv="refresh" content="0; url=/b"> -->') }],
    [
      'a page for browsers without scripts',
      { body: PAGE('<noscript><meta http-equiv="refresh" content="0; url=/b"></noscript>') },
    ],
    [
      'the page of a bot guard',
      { body: PAGE('<script id="anubis_challenge"></script><meta http-equiv="refresh" content="1; url=/b">') },
    ],
    ['a page that runs a script', { headers: { Refresh: '0; url=javascript:alert(1)' }, body: PAGE('') }],
  ])('of %s is not followed', async (_title, reply) => {
    origin.on('/', reply);
    await get(fetcher, origin.url);
    expect(origin.paths()).toEqual(['/']);
  });

  it('into a private network is refused', async () => {
    origin.on('/', { headers: { Refresh: '0; url=http://169.254.169.254/' } });
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('forbidden-address');
  });

  it.each([
    ['0; url=/a', { delayMs: 0, target: '/a' }],
    ['0;URL=/a', { delayMs: 0, target: '/a' }],
    ['1, /a', { delayMs: 1000, target: '/a' }],
    ['2 url = "/a b" x', { delayMs: 2000, target: '/a b' }],
    ["0.5;url='/a", { delayMs: 0, target: '/a' }],
    ['.5;/a', { delayMs: 0, target: '/a' }],
    ['5', undefined],
    ['5; url=', undefined],
    ['; url=/a', undefined],
    ['soon; url=/a', undefined],
  ])('%j is read', (value, refresh) => {
    expect(parseRefresh(value)).toEqual(refresh);
  });
});

describe('300 Multiple Choices', () => {
  it('with one Location is followed', async () => {
    origin.on('/', { status: 300, headers: { Location: '/feed' } });
    origin.on('/feed', { body: FEED });
    expect(textOf(await get(fetcher, origin.url))).toBe(FEED);
  });
});
