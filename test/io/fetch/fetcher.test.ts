import { randomBytes } from 'node:crypto';
import { constants, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFetcher } from '../../../src/io/fetch/fetcher.ts';
import type { Fetcher } from '../../../src/ports/fetch.ts';
import { startLeakCheck } from '../../support/leaks.ts';
import { type Act, type Origin, startOrigin, TEST_CA } from '../../support/origin.ts';
import { failureOf, get, SETTINGS, textOf } from './support.ts';

const FEED = '<rss version="2.0"><channel><title>财经</title></channel></rss>';
const NOW = Date.UTC(2026, 10, 23, 9);

/** Text that does not compress well. */
function randomText(length: number): string {
  return randomBytes(length).toString('base64').slice(0, length);
}

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

describe('a fetched document', () => {
  it('comes with what its headers say, validators byte for byte', async () => {
    origin.on('/feed', {
      headers: {
        'Content-Type': 'application/rss+xml; charset=utf-8',
        ETag: 'W/"\u00e9 \\"--gzip"',
        'Last-Modified': 'mon, 23 nov 2026 8:00 gmt',
        'Content-Location': '/feed.xml',
        'Cache-Control': 'public, max-age=600',
        Age: '60',
        Link: ['<https://hub.example.org/>; rel="hub", </self>; rel=self', '<https://two.example.org/>; rel=hub'],
      },
      body: FEED,
    });
    const outcome = await get(fetcher, `${origin.url}/feed#part`);
    expect(textOf(outcome)).toBe(FEED);
    expect({ ...outcome, body: undefined, again: undefined }).toEqual({
      kind: 'body',
      status: 200,
      url: `${origin.url}/feed`,
      redirects: [],
      hints: { freshForMs: 540_000 },
      etag: 'W/"\u00e9 \\"--gzip"',
      lastModified: 'mon, 23 nov 2026 8:00 gmt',
      body: undefined,
      again: undefined,
      contentType: 'application/rss+xml; charset=utf-8',
      contentLocation: `${origin.url}/feed.xml`,
      links: { hubs: ['https://hub.example.org/', 'https://two.example.org/'], self: `${origin.url}/self` },
      delta: false,
    });
  });

  it('is asked for with the given headers and no others: no cookie, no referrer, no query added', async () => {
    origin.on('/a?b=c', { headers: { 'Set-Cookie': 'id=1' }, body: FEED }, { body: FEED });
    const headers = { 'User-Agent': 'Feedmill/1', Accept: '*/*', Authorization: 'Basic eDp5' };
    await get(fetcher, `${origin.url}/a?b=c`, { headers });
    await get(fetcher, `${origin.url}/a?b=c`, { headers });
    expect(origin.requests.map((request) => request.headers)).toEqual(
      Array.from({ length: 2 }, () => ({
        host: `127.0.0.1:${origin.port}`,
        connection: 'keep-alive',
        'user-agent': 'Feedmill/1',
        accept: '*/*',
        authorization: 'Basic eDp5',
        'accept-encoding': expect.stringMatching(/^gzip, deflate, br(?:, zstd)?$/) as string,
      })),
    );
  });

  it.each([
    ['of 0 bytes', ''],
    ['in HTML', '<!doctype html><title>Home</title>'],
    ['in binary', Buffer.from([0, 1, 2, 0xff, 0xfe])],
  ])('%s is a body: what it is worth is not for the fetcher to say', async (_title, body) => {
    origin.on('/', { body });
    const outcome = await get(fetcher, origin.url);
    expect(outcome).toMatchObject({ kind: 'body', status: 200, body: Buffer.from(body) });
  });

  it('may be only what is new (226)', async () => {
    origin.on('/', { status: 226, headers: { IM: 'feed', ETag: '"2"' }, body: FEED });
    expect(await get(fetcher, origin.url)).toMatchObject({ kind: 'body', status: 226, delta: true, etag: '"2"' });
  });

  it.each([
    ['gzip', gzipSync(FEED)],
    ['x-gzip', gzipSync(FEED)],
    ['deflate', deflateSync(FEED)],
    ['deflate', deflateRawSync(FEED)],
    ['br', brotliCompressSync(FEED)],
    ['gzip, br', brotliCompressSync(gzipSync(FEED))],
    ['identity', Buffer.from(FEED)],
    ['gzip', Buffer.from(FEED)],
    ['', gzipSync(FEED)],
    ['gzip', Buffer.concat([gzipSync(FEED), Buffer.from('\n')])],
    ['gzip', Buffer.concat([gzipSync(FEED), Buffer.from('<!-- 3 ms -->')])],
    ['gzip', Buffer.concat([gzipSync(FEED.slice(0, 9)), gzipSync(FEED.slice(9))])],
    ['gzip', gzipSync(FEED).subarray(0, -8)],
    ['gzip', Buffer.alloc(0)],
  ])('labelled "%s" is inflated as what it really is', async (coding, body) => {
    origin.on('/', { ...(coding !== '' && { headers: { 'Content-Encoding': coding } }), body });
    expect(textOf(await get(fetcher, origin.url))).toBe(body.length === 0 ? '' : FEED);
  });

  it('is inflated as a stream where it is large', async () => {
    // Hardly compressible, so that the compressed form is large as well.
    const large = Buffer.from(
      Array.from({ length: 400_000 }, (_, index) => (index * 2_654_435_761) % 4_294_967_291).join(),
    );
    const compressed = gzipSync(large);
    expect(compressed.length).toBeGreaterThan(1024 * 1024);
    origin.on('/', { headers: { 'Content-Encoding': 'gzip' }, body: compressed });
    origin.on('/unlabelled', { body: compressed });
    const settings = { maxBodyBytes: large.length };
    expect(await get(fetcher, origin.url, { settings })).toMatchObject({ kind: 'body' });
    const unlabelled = await get(fetcher, `${origin.url}/unlabelled`, { settings });
    expect(unlabelled.kind === 'body' && large.equals(unlabelled.body)).toBe(true);
  });

  it.each([
    ['as it is', {}, Buffer.from(FEED), undefined],
    ['as a gzip file', { 'Content-Encoding': 'gzip' }, gzipSync(FEED), gzipSync(FEED)],
    ['otherwise compressed', { 'Content-Encoding': 'br' }, brotliCompressSync(FEED), undefined],
  ])('sent %s, is to be had again', async (_title, headers, body, gzip) => {
    origin.on('/', { headers, body });
    const outcome = await get(fetcher, origin.url);
    expect(outcome).toMatchObject({ kind: 'body', ...(gzip !== undefined && { gzip }) });
    expect(outcome.kind === 'body' && Buffer.from(outcome.again()).toString()).toBe(FEED);
  });

  it('may fill the limit to the last byte', async () => {
    origin.on('/', { body: 'x'.repeat(5000) });
    origin.on('/gz', { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync('x'.repeat(5000)) });
    const settings = { maxBodyBytes: 5000 };
    expect(textOf(await get(fetcher, origin.url, { settings }))).toHaveLength(5000);
    expect(textOf(await get(fetcher, `${origin.url}/gz`, { settings }))).toHaveLength(5000);
    expect(failureOf(await get(fetcher, `${origin.url}/gz`, { settings: { maxBodyBytes: 4999 } })).kind).toBe(
      'too-large',
    );
  });
});

describe('an answer without a document', () => {
  it('304 is "not modified", with hints and validators', async () => {
    origin.on('/', { status: 304, headers: { ETag: '"b"', 'Cache-Control': 'max-age=60' } });
    const outcome = await get(fetcher, origin.url, { headers: { 'If-None-Match': '"a"' } });
    expect(outcome).toEqual({
      kind: 'not-modified',
      status: 304,
      url: `${origin.url}/`,
      redirects: [],
      hints: { freshForMs: 60_000 },
      etag: '"b"',
    });
    expect(origin.requests[0]?.headers['if-none-match']).toBe('"a"');
  });

  it('304 to an unconditional request is a fault', async () => {
    origin.on('/', { status: 304 });
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({ kind: 'protocol', status: 304 });
  });

  it('410 is "gone"', async () => {
    origin.on('/', { status: 410 });
    expect(await get(fetcher, origin.url)).toEqual({ kind: 'gone', url: `${origin.url}/`, redirects: [] });
  });

  it.each([
    [401, {}, /asks for a user name and password/],
    [403, {}, /refuses access/],
    [404, {}, /no document at this address/],
    [429, {}, /too many requests/],
    [418, {}, /418 I'm a Teapot/],
    [500, {}, /internal error/],
    [503, {}, /overloaded/],
    [204, {}, /no document/],
    [206, {}, /206 Partial Content/],
    [300, {}, /300 Multiple Choices/],
  ])('%i is reported in plain words', async (status, headers, message) => {
    origin.on('/', { status, headers });
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({
      kind: 'http-status',
      status,
      message: expect.stringMatching(message) as string,
    });
  });

  it('401 despite credentials says so', async () => {
    origin.on('/', { status: 401 });
    const outcome = await get(fetcher, origin.url, { headers: { authorization: 'Basic eDp5' } });
    expect(failureOf(outcome).message).toMatch(/does not accept the credentials/);
  });

  it.each([
    [429, '120', 120_000],
    [503, 'Mon, 23 Nov 2026 10:00:00 GMT', 3_600_000],
    [503, 'Mon, 23 Nov 2020 10:00:00 GMT', 0],
    [429, 'Fri, 31 Dec 9999 23:59:59 GMT', 31 * 86_400_000],
    [429, 'soon', undefined],
  ])('%i with Retry-After: %s asks for a wait', async (status, retryAfter, retryAfterMs) => {
    origin.on('/', (_request, response) => {
      response.sendDate = false;
      response.writeHead(status, { 'Retry-After': retryAfter }).end();
    });
    expect(await get(fetcher, origin.url)).toMatchObject({
      kind: 'failed',
      hints: retryAfterMs === undefined ? {} : { retryAfterMs },
    });
  });

  it.each([
    ['Cloudflare', 403, { 'cf-mitigated': 'challenge' }, ''],
    ['Cloudflare', 503, { server: 'cloudflare' }, '<title>Just a moment...</title>'],
    ['AWS WAF', 202, { 'x-amzn-waf-action': 'challenge' }, ''],
    ['DataDome', 403, { 'x-datadome': 'protected' }, ''],
    ['加速乐 (Jiasule)', 521, {}, '<script>document.cookie=("__jsl_clearance=1")</script>'],
    ['阿里云 (Alibaba Cloud) WAF', 200, {}, '<html><script>var arg1="0";setCookie("acw_sc__v2", x)</script>'],
    ['Anubis', 200, {}, '<!doctype html><script id="anubis_challenge"></script>'],
  ])('a challenge by %s (%i) is named', async (name, status, headers, body) => {
    origin.on('/', { status, headers, body });
    const failure = failureOf(await get(fetcher, origin.url));
    expect(failure).toMatchObject({ kind: 'challenge', status });
    expect(failure.message).toContain(name);
  });

  it('a compressed challenge page is named as well', async () => {
    const body = gzipSync('<script src="/cdn-cgi/challenge-platform/x"></script>');
    origin.on('/', { status: 403, headers: { server: 'cloudflare', 'Content-Encoding': 'gzip' }, body });
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('challenge');
  });

  it('a feed that writes about challenges is a feed', async () => {
    const body = '<?xml version="1.0"?><rss><channel><title>acw_sc__v2, __jsl_clearance, anubis_challenge</title>';
    origin.on('/', { headers: { server: 'cloudflare' }, body });
    expect(await get(fetcher, origin.url)).toMatchObject({ kind: 'body' });
  });

  it('an error page without end is not read to the end', async () => {
    origin.on('/', (_request, response) => {
      response.writeHead(500);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16 * 1024))) continue;
      };
      response.on('drain', more);
      more();
    });
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({ kind: 'http-status', status: 500 });
  });
});

describe('a body that goes wrong', () => {
  it.each([
    ['a promised length over the limit', { headers: { 'Content-Length': '2000000' } }],
    ['more bytes than the limit', { body: 'x'.repeat(1024 * 1024 + 1) }],
    ['a gzip bomb', { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50 * 1024 * 1024)) }],
    [
      'a brotli bomb',
      { headers: { 'Content-Encoding': 'br' }, body: brotliCompressSync(Buffer.alloc(50 * 1024 * 1024)) },
    ],
    [
      'a bomb in a bomb',
      { headers: { 'Content-Encoding': 'gzip, gzip' }, body: gzipSync(gzipSync(Buffer.alloc(50 * 1024 * 1024))) },
    ],
  ])('%s is too large', async (_title, reply) => {
    origin.on('/', reply);
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({
      kind: 'too-large',
      limitBytes: 1024 * 1024,
      message: 'the document is larger than 1 MB (fetch.maxBytes)',
    });
  });

  it.each([[''], ['gzip']])('an endless one (%s) is cut at the limit', async (coding) => {
    // Each gzip member is complete, so the stream could go on for ever.
    const chunk = coding === 'gzip' ? gzipSync('x'.repeat(300_000)) : 'x'.repeat(16 * 1024);
    origin.on('/', (_request, response) => {
      response.writeHead(200, coding === '' ? {} : { 'Content-Encoding': coding });
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) continue;
      };
      response.on('drain', more);
      more();
    });
    const outcome = await get(fetcher, origin.url, { settings: { maxBodyBytes: 3 * 1024 * 1024 } });
    expect(failureOf(outcome).kind).toBe('too-large');
  });

  it.each([
    [
      'fewer bytes than promised',
      (write: (bytes: string) => void) => {
        write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this');
      },
    ],
    [
      'an end between two chunks',
      (write: (bytes: string) => void) => {
        write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
      },
    ],
  ])('%s is cut off', async (_title, act) => {
    origin.on('/', (_request, { socket }) => {
      act((bytes) => {
        socket?.end(bytes);
      });
    });
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('cut-off');
  });

  it('a reset in the middle is cut off', async () => {
    origin.on('/', (_request, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write('x'.repeat(100), () => setImmediate(() => response.socket?.resetAndDestroy()));
    });
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({
      kind: 'cut-off',
      message: expect.stringContaining('100 bytes') as string,
    });
  });

  it.each([
    ['gzip', gzipSync(FEED).subarray(0, 40)],
    ['br', brotliCompressSync(FEED.repeat(20)).subarray(0, 40)],
    ['deflate', deflateSync(FEED).subarray(0, 40)],
  ])('a %s body without its end is cut off', async (coding, body) => {
    origin.on('/', { headers: { 'Content-Encoding': coding }, body });
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({
      kind: 'cut-off',
      message: expect.stringContaining('is incomplete') as string,
    });
  });

  it.each([
    ['damaged', 'gzip', Buffer.concat([gzipSync(FEED).subarray(0, 12), Buffer.alloc(60, 7)])],
    ['unknown', 'sdch', Buffer.alloc(60, 7)],
    ['piled up', 'gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(gzipSync(FEED))))],
  ])('a %s coding is a bad encoding', async (_title, coding, body) => {
    origin.on('/', { headers: { 'Content-Encoding': coding }, body });
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('bad-encoding');
  });
});

describe('a connection that goes wrong', () => {
  it('headers that do not come are a timeout', async () => {
    origin.on('/', () => undefined);
    const outcome = await get(fetcher, origin.url, { settings: { headersTimeoutMs: 200 } });
    expect(failureOf(outcome)).toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('did not answer within 0.2 s') as string,
    });
  });

  it('a body that stops is a timeout', async () => {
    origin.on('/', (_request, response) => {
      response.writeHead(200).write('x');
    });
    const outcome = await get(fetcher, origin.url, { settings: { bodyTimeoutMs: 200 } });
    expect(failureOf(outcome)).toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('stopped sending') as string,
    });
  });

  it('a slow drip is ended by the total time', async () => {
    origin.on('/', (_request, response) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    const outcome = await get(fetcher, origin.url, { settings: { timeoutMs: 400 } });
    expect(failureOf(outcome)).toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('body had not ended') as string,
    });
  });

  it('the total time spans all redirects', async () => {
    origin.on('/', { status: 302, headers: { Location: '/slow' } });
    origin.on('/slow', () => undefined);
    const outcome = await get(fetcher, origin.url, { settings: { timeoutMs: 300 } });
    expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'timeout' }, redirects: [{ status: 302 }] });
  });

  const large = randomText(400_000);
  it.each([
    ['with a length', large, { 'Content-Length': String(large.length) }],
    ['in chunks', large, { 'Transfer-Encoding': 'chunked' }],
    ['that is compressed', gzipSync(large), { 'Content-Encoding': 'gzip' }],
  ])('a large document %s waits for room, which no timeout of the host counts', async (_title, body, headers) => {
    let granted = 0;
    const grow = (bytes: number): Promise<void> | undefined => {
      if (bytes <= granted) return undefined;
      granted = bytes;
      // Longer than any timeout of this request.
      return new Promise((resolve) => setTimeout(resolve, 400));
    };
    origin.on('/feed', { body, headers: { ...headers } });
    const settings = { timeoutMs: 350, bodyTimeoutMs: 350 };
    const outcome = await get(fetcher, `${origin.url}/feed`, { settings, room: { grow, settle: () => undefined } });
    expect(textOf(outcome)).toBe(large);
    expect(granted).toBeGreaterThanOrEqual(large.length);
  });

  it('an ordinary document asks for no room', async () => {
    origin.on('/feed', { body: FEED });
    const grow = vi.fn(() => undefined);
    await get(fetcher, `${origin.url}/feed`, { room: { grow, settle: () => undefined } });
    expect(grow).not.toHaveBeenCalled();
  });

  it('a name server that does not answer is a connect timeout', async () => {
    const waiting = createFetcher({ environment: {}, resolve: () => new Promise(() => undefined) });
    const outcome = await get(waiting, 'http://feeds.example.org/', { settings: { connectTimeoutMs: 200 } });
    expect(failureOf(outcome)).toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('did not accept') as string,
    });
    await waiting.close();
  });

  it.each([
    ['ENOTFOUND', /there is no host feeds\.example\.org/],
    ['EAI_AGAIN', /the name server did not answer/],
    ['ETIMEOUT', /the name server did not answer/],
  ])('a failed look-up (%s) is reported in plain words', async (code, message) => {
    const lost = createFetcher({
      environment: {},
      resolve: () => Promise.reject(Object.assign(new Error('look-up'), { code })),
    });
    expect(failureOf(await get(lost, 'http://feeds.example.org/'))).toMatchObject({
      kind: 'dns',
      message: expect.stringMatching(message) as string,
    });
    await lost.close();
  });

  it('a closed port refuses connections', async () => {
    const closed = await startOrigin();
    await closed.close();
    expect(failureOf(await get(fetcher, closed.url))).toMatchObject({
      kind: 'connect',
      message: expect.stringContaining('refuses connections') as string,
    });
  });

  it('a new connection that is closed without an answer is a failure, asked once only', async () => {
    origin.on('/', (_request, response) => response.socket?.destroy());
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('connect');
    expect(origin.paths()).toEqual(['/']);
  });

  it('a kept connection that its host has closed meanwhile is replaced', async () => {
    origin.on('/', { body: FEED });
    origin.on('/next', (_request, response) => response.socket?.destroy(), { body: FEED });
    await get(fetcher, origin.url);
    await nextTurn();
    expect(textOf(await get(fetcher, `${origin.url}/next`))).toBe(FEED);
    expect(origin.paths()).toEqual(['/', '/next', '/next']);
  });

  it('what is not HTTP is a protocol fault', async () => {
    origin.on('/', (_request, { socket }) => socket?.end('220 smtp.example.org ESMTP\r\n'));
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({
      kind: 'protocol',
      message: expect.stringContaining('is not HTTP') as string,
    });
  });

  it('huge headers are too large', async () => {
    origin.on('/', { headers: { 'X-Large': 'x'.repeat(70_000) } });
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({ kind: 'too-large', limitBytes: 32 * 1024 });
  });

  it.each([['ftp://example.org/feed'], ['feeds.example.org'], ['file:///etc/passwd'], ['javascript:alert(1)']])(
    '%s is no address to fetch',
    async (url) => {
      expect(failureOf(await get(fetcher, url)).kind).toBe('protocol');
    },
  );

  it('a header that cannot be written is a failure, not an exception', async () => {
    const outcome = await get(fetcher, origin.url, { headers: { 'X-Bad': 'a\r\nb' } });
    expect(failureOf(outcome).kind).toBe('protocol');
  });
});

describe('a redirect', () => {
  it('is followed, each hop recorded with its status and the longest Retry-After kept', async () => {
    origin.on('/a', { status: 301, headers: { Location: '/b', 'Retry-After': '90' } });
    origin.on('/b', { status: 302, headers: { Location: 'c?q=1#top', 'Retry-After': '30' } });
    origin.on('/c?q=1', { body: FEED });
    expect(await get(fetcher, `${origin.url}/a`)).toMatchObject({
      kind: 'body',
      url: `${origin.url}/c?q=1`,
      hints: { retryAfterMs: 90_000 },
      redirects: [
        { status: 301, from: `${origin.url}/a`, to: `${origin.url}/b` },
        { status: 302, from: `${origin.url}/b`, to: `${origin.url}/c?q=1` },
      ],
    });
  });

  it('carries the validators only to the address that they belong to', async () => {
    origin.on('/a', { status: 302, headers: { Location: '/b' } });
    origin.on('/b', { status: 304 });
    const headers = { 'If-None-Match': '"b"', 'If-Modified-Since': 'x', 'A-IM': 'feed', 'User-Agent': 'F' };
    const outcome = await get(fetcher, `${origin.url}/a`, { headers, validatorsFor: `${origin.url}/b` });
    expect(outcome).toMatchObject({ kind: 'not-modified', url: `${origin.url}/b` });
    const conditional = origin.requests.map((request) => [
      request.headers['if-none-match'],
      request.headers['if-modified-since'],
      request.headers['a-im'],
      request.headers['user-agent'],
    ]);
    expect(conditional).toEqual([
      [undefined, undefined, undefined, 'F'],
      ['"b"', 'x', 'feed', 'F'],
    ]);
  });

  it('takes credentials along within the origin, and never to another one or back', async () => {
    const other = await startOrigin();
    origin.on('/a', { status: 302, headers: { Location: '/b' } });
    origin.on('/b', { status: 302, headers: { Location: `${other.url}/c` } });
    other.on('/c', { status: 302, headers: { Location: `${origin.url}/d` } });
    origin.on('/d', { body: FEED });
    const headers = { Authorization: 'Bearer x', 'X-Api-Key': 'y', Cookie: 'z', 'User-Agent': 'F' };
    await get(fetcher, `${origin.url}/a`, { headers });
    const personal = [...origin.requests.slice(0, 2), ...other.requests, ...origin.requests.slice(2)].map(
      ({ path, headers: sent }) => [path, sent['authorization'], sent['x-api-key'], sent['cookie'], sent['user-agent']],
    );
    expect(personal).toEqual([
      ['/a', 'Bearer x', 'y', 'z', 'F'],
      ['/b', 'Bearer x', 'y', 'z', 'F'],
      ['/c', undefined, undefined, undefined, 'F'],
      ['/d', undefined, undefined, undefined, 'F'],
    ]);
    await other.close();
  });

  it.each([
    ['without Location', undefined],
    ['with an empty Location', ''],
    ['to another scheme', 'ftp://example.org/'],
    ['to a script', 'javascript:alert(1)'],
    ['to a file', 'file:///etc/passwd'],
    ['to nonsense', 'http://['],
  ])('%s is a bad redirect', async (_title, location) => {
    origin.on('/', { status: 301, ...(location !== undefined && { headers: { Location: location } }) });
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({ kind: 'bad-redirect', status: 301 });
  });

  it('that comes back is a loop', async () => {
    origin.on('/a', { status: 302, headers: { Location: '/b' } });
    origin.on('/b', { status: 302, headers: { Location: '/a' } });
    const outcome = await get(fetcher, `${origin.url}/a`);
    expect(failureOf(outcome)).toMatchObject({
      kind: 'redirect-loop',
      message: expect.stringContaining('/a') as string,
    });
    expect(origin.paths()).toEqual(['/a', '/b']);
  });

  it('to itself is a loop', async () => {
    origin.on('/', { status: 301, headers: { Location: '' } }, { status: 301, headers: { Location: '#x' } });
    await get(fetcher, origin.url);
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('redirect-loop');
  });

  it('is followed five times in a row and not six', async () => {
    for (const step of [1, 2, 3, 4, 5, 6]) {
      origin.on(`/${step}`, { status: 302, headers: { Location: `/${step + 1}` } });
    }
    origin.on('/7', { body: FEED });
    expect(textOf(await get(fetcher, `${origin.url}/2`))).toBe(FEED);
    const outcome = await get(fetcher, `${origin.url}/1`);
    expect(failureOf(outcome).kind).toBe('too-many-redirects');
  });

  it('into a private network is refused', async () => {
    origin.on('/', { status: 302, headers: { Location: 'http://169.254.169.254/latest/meta-data/' } });
    expect(await get(fetcher, origin.url)).toMatchObject({
      kind: 'failed',
      failure: { kind: 'forbidden-address', message: expect.stringContaining('169.254.169.254') as string },
      redirects: [{ status: 302 }],
    });
  });
});

describe('TLS', () => {
  it('trusts a further CA where a source names it', async () => {
    const secure = await startOrigin({ certificate: 'localhost' });
    secure.on('/', { body: FEED });
    expect(textOf(await get(fetcher, secure.url, { settings: { ca: TEST_CA } }))).toBe(FEED);
    expect(failureOf(await get(fetcher, secure.url)).kind).toBe('tls');
    await secure.close();
  });

  it.each([
    ['other-name', /does not match the host name/],
    ['expired', /has expired/],
    ['self-signed', /self-signed/],
  ] as const)('a certificate that is %s is refused in plain words', async (certificate, message) => {
    const secure = await startOrigin({ certificate });
    const failure = failureOf(await get(fetcher, secure.url, { settings: { ca: TEST_CA } }));
    expect(failure).toMatchObject({ kind: 'tls', message: expect.stringMatching(message) as string });
    expect(secure.requests).toEqual([]);
    await secure.close();
  });

  it('an unknown issuer is refused in plain words', async () => {
    const secure = await startOrigin({ certificate: 'localhost' });
    expect(failureOf(await get(fetcher, secure.url)).message).toMatch(/unknown issuer/);
    await secure.close();
  });

  it('a port that speaks plain HTTP is a TLS failure', async () => {
    expect(failureOf(await get(fetcher, origin.url.replace('http:', 'https:')))).toMatchObject({
      kind: 'tls',
      message: '127.0.0.1 does not speak https',
    });
  });

  it('is not left by a redirect', async () => {
    const secure = await startOrigin({ certificate: 'localhost' });
    secure.on('/', { status: 301, headers: { Location: `${origin.url}/` } });
    const outcome = await get(fetcher, secure.url, { settings: { ca: TEST_CA } });
    expect(failureOf(outcome)).toMatchObject({
      kind: 'bad-redirect',
      message: expect.stringContaining('down to http') as string,
    });
    expect(origin.requests).toEqual([]);
    await secure.close();
  });
});

describe('HTTP/2', () => {
  it('is spoken where it is offered, over one connection for all', async () => {
    const secure = await startOrigin({ certificate: 'localhost', http2: true });
    secure.on('/', { headers: { ETag: '"h2"', 'Content-Encoding': 'gzip' }, body: gzipSync(FEED) }, { status: 304 });
    const settings = { ...SETTINGS, ca: TEST_CA };
    const outcome = await get(fetcher, secure.url, { settings });
    expect(textOf(outcome)).toBe(FEED);
    expect(outcome).toMatchObject({ etag: '"h2"', status: 200 });
    const again = await get(fetcher, secure.url, { settings, headers: { 'If-None-Match': '"h2"' } });
    expect(again.kind).toBe('not-modified');
    expect(secure.requests.map(({ httpVersion }) => httpVersion)).toEqual(['2.0', '2.0']);
    await secure.close();
  });

  it.each<[string, (stream: ServerHttp2Stream) => void]>([
    [
      'says goodbye instead of answering',
      ({ session }) => {
        session?.goaway(0);
        session?.destroy();
      },
    ],
    [
      'asks for HTTP/1.1',
      (stream) => {
        stream.close(constants.NGHTTP2_HTTP_1_1_REQUIRED);
      },
    ],
    [
      'fails inside',
      (stream) => {
        stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      },
    ],
    [
      'cancels the answer',
      (stream) => {
        stream.close(constants.NGHTTP2_CANCEL);
      },
    ],
    [
      'promises more than it sends',
      (stream) => {
        stream.respond({ ':status': 200, 'content-length': 1000 });
        stream.end('x');
      },
    ],
  ])('gives way to HTTP/1.1, from then on, where it %s', async (_title, act) => {
    const secure = await startOrigin({ certificate: 'localhost', http2: true });
    const twice = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
      if (request.httpVersion === '2.0') act(response.stream);
      else response.end(FEED);
    };
    // Over HTTP/2 an Act gets the compatible pair of that version.
    secure.on('/', twice as unknown as Act);
    const settings = { ...SETTINGS, ca: TEST_CA };
    expect(textOf(await get(fetcher, secure.url, { settings }))).toBe(FEED);
    expect(textOf(await get(fetcher, secure.url, { settings }))).toBe(FEED);
    expect(secure.requests.map(({ httpVersion }) => httpVersion)).toEqual(['2.0', '1.1', '1.1']);
    await secure.close();
  });

  it('lets go of a connection that nobody uses', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const secure = await startOrigin({ certificate: 'localhost', http2: true });
    const ports: (number | undefined)[] = [];
    const tell = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
      ports.push(request.stream.session?.socket.remotePort);
      response.end(FEED);
    };
    // Over HTTP/2 an Act gets the compatible pair of that version.
    secure.on('/', tell as unknown as Act);
    const settings = { ca: TEST_CA };
    await get(fetcher, secure.url, { settings });
    vi.advanceTimersByTime(10_000);
    await get(fetcher, secure.url, { settings });
    vi.advanceTimersByTime(20_000);
    await get(fetcher, secure.url, { settings });
    expect(ports[1]).toBe(ports[0]);
    expect(ports[2]).not.toBe(ports[0]);
    vi.useRealTimers();
    await secure.close();
  });

  it('that hangs is a timeout, and asked once only', async () => {
    const secure = await startOrigin({ certificate: 'localhost', http2: true });
    secure.on('/', () => undefined);
    const settings = { ca: TEST_CA, headersTimeoutMs: 200 };
    expect(failureOf(await get(fetcher, secure.url, { settings })).kind).toBe('timeout');
    expect(secure.requests).toHaveLength(1);
    await secure.close();
  });
});

describe('stopping', () => {
  it('an abort ends the fetch with its own reason', async () => {
    const stop = new AbortController();
    origin.on('/', () => {
      stop.abort(new Error('enough'));
    });
    const fetching = fetcher.fetch({ url: origin.url, headers: {}, settings: SETTINGS }, stop.signal);
    await expect(fetching).rejects.toThrow('enough');
  });

  it('an aborted signal asks nothing', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    await expect(fetcher.fetch({ url: origin.url, headers: {}, settings: SETTINGS }, signal)).rejects.toThrow('before');
    expect(origin.requests).toEqual([]);
  });

  it('closing ends what is under way', async () => {
    const closing: Promise<void>[] = [];
    origin.on('/', () => {
      closing.push(fetcher.close());
    });
    await expect(get(fetcher, origin.url)).rejects.toThrow('the fetcher was closed');
    await Promise.all(closing);
  });
});
