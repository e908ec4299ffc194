/** Responses that break the grammar of HTTP, and are read all the same. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFetcher } from '../../../src/io/fetch/fetcher.ts';
import type { Fetcher } from '../../../src/ports/fetch.ts';
import { startLeakCheck } from '../../support/leaks.ts';
import { type RawOrigin, startRawOrigin } from './raw-origin.ts';
import { failureOf, get, textOf } from './support.ts';

const FEED = '<rss version="2.0"><channel><title>A title that is long enough</title></channel></rss>\n';
const LENGTH = `Content-Length: ${FEED.length}\r\n`;

function answer(head: string, body = FEED): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n${head}\r\n${body}`;
}

function chunked(sizes: (size: string) => string = (size) => size, end = '0\r\n\r\n'): string {
  const parts = FEED.match(/.{1,20}/gs) ?? [];
  return parts.map((part) => `${sizes(part.length.toString(16))}\r\n${part}\r\n`).join('') + end;
}

const CHUNKED = 'Transfer-Encoding: chunked\r\n';

let origin: RawOrigin;
let fetcher: Fetcher;
let expectNoLeaks: () => Promise<void>;

beforeEach(() => {
  expectNoLeaks = startLeakCheck();
  fetcher = createFetcher({ environment: {} });
});

afterEach(async () => {
  await fetcher.close();
  await origin.close();
  await expectNoLeaks();
});

describe('a document is read', () => {
  it.each<[string, string]>([
    ['a folded header', answer(`${LENGTH}X-Policy: a;\r\n   b;\r\n\tc\r\n`)],
    ['a folded header at the start', `HTTP/1.1 200 OK\r\n folded\r\n${LENGTH}\r\n${FEED}`],
    ['chunks and a length', answer(`${LENGTH}${CHUNKED}`, chunked())],
    ['chunks and a wrong length', answer(`Content-Length: 7\r\n${CHUNKED}`, chunked())],
    ['the coding identity', answer(`Transfer-Encoding: identity\r\n${LENGTH}`)],
    ['chunks announced and not sent', answer(CHUNKED)],
    ['one length twice', answer(`${LENGTH}${LENGTH}`)],
    ['one length as a list', answer(`Content-Length: ${FEED.length}, ${FEED.length}\r\n`)],
    ['two lengths', answer(`${LENGTH}Content-Length: 3\r\n`)],
    ['a length that is no number', answer('Content-Length: unknown\r\n')],
    ['a blank before a colon', answer(`X-Powered-By : PHP\r\n${LENGTH}`)],
    ['a blank within a name', answer(`X Frame Options: DENY\r\n${LENGTH}`)],
    ['an empty name', answer(`: x\r\n${LENGTH}`)],
    ['a line that is no field', answer(`<!-- cached page -->\r\n${LENGTH}`)],
    ['a control character in a value', answer(`X-Title: a\x01b\x00c\r\n${LENGTH}`)],
    ['lines that end with LF alone', answer(LENGTH).replaceAll('\r\n', '\n')],
    ['some lines that end with LF alone', answer(`X-One: 1\n${LENGTH}`)],
    ['a carriage return too many', answer(`X-One: 1\r\r\n${LENGTH}`)],
    [
      'blanks behind sizes of chunks',
      answer(
        CHUNKED,
        chunked((size) => `${size}  `),
      ),
    ],
    [
      'blanks and zeros before sizes of chunks',
      answer(
        CHUNKED,
        chunked((size) => ` 00${size}`),
      ),
    ],
    [
      'extensions of chunks',
      answer(
        CHUNKED,
        chunked((size) => `${size} ; a="b"`),
      ),
    ],
    ['chunks with LF alone', answer(CHUNKED, chunked()).replaceAll('\r\n', '\n')],
    ['another name of the protocol', answer(LENGTH).replace('HTTP/1.1', 'ICY')],
    ['blank lines before it', `\r\n\r\n${answer(LENGTH)}`],
    [
      'an interim response and a folded header',
      `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answer(`${LENGTH}X: a\r\n b\r\n`)}`,
    ],
    ['a status without a reason, and a folded header', answer(`${LENGTH}X: a\r\n b\r\n`).replace('200 OK', '200')],
  ])('with %s', async (_title, bytes) => {
    origin = await startRawOrigin({ '/': bytes });
    expect(textOf(await get(fetcher, origin.url))).toBe(FEED);
  });

  it.each<[string, string]>([
    ['a length that promises more', answer(`Content-Length: ${FEED.length + 50}\r\n`)],
    ['no last chunk', answer(CHUNKED, chunked(undefined, ''))],
    ['half a last chunk', answer(CHUNKED, chunked(undefined, '0\r\n'))],
    ['something else instead of the last chunk', answer(CHUNKED, chunked(undefined, 'Fatal error\r\n'))],
    ['a folded header and no last chunk', answer(`X: a\r\n b\r\n${CHUNKED}`, chunked(undefined, ''))],
  ])('with %s, as it is whole by its own end, and that is an issue', async (_title, bytes) => {
    origin = await startRawOrigin({ '/': bytes });
    const outcome = await get(fetcher, origin.url);
    expect(textOf(outcome)).toBe(FEED);
    if (!_title.includes('half')) expect(outcome).toMatchObject({ issues: [{ code: 'wrong-length' }] });
  });

  it('with a length of the plain text on a gzip file', async () => {
    const body = gzipSync(FEED.repeat(3)).toString('latin1');
    origin = await startRawOrigin({
      '/': answer(`Content-Encoding: gzip\r\nContent-Length: ${FEED.length * 3}\r\n`, body),
    });
    expect(textOf(await get(fetcher, origin.url))).toBe(FEED.repeat(3));
  });

  it('where the connection stays open behind a whole document', async () => {
    origin = await startRawOrigin({ '/': answer(`Content-Length: ${FEED.length + 9}\r\n`) }, { keepOpen: true });
    const outcome = await get(fetcher, origin.url, { settings: { bodyTimeoutMs: 300 } });
    expect(textOf(outcome)).toBe(FEED);
    expect(outcome).toMatchObject({ issues: [{ code: 'wrong-length' }] });
  });

  it.each([
    ['JSON', '{"items": [{"title": "a } in a text"}]}', true],
    ['JSON that ends within', '{"items": [{"title": "a"}', false],
    ['Atom', '<feed xmlns="http://www.w3.org/2005/Atom"><title>a</title></feed><!-- 3 ms -->', true],
    ['RDF', '<rdf:RDF><channel><title>a</title></channel></rdf:RDF>', true],
    ['a feed that ends within', '<rss><channel><title>a</title><item><title>b</title>', false],
    ['a page', '<html><body>hello</body></html>', false],
  ])('if %s is cut off only where it is whole', async (_title, body, isWhole) => {
    origin = await startRawOrigin({ '/': answer(`Content-Length: ${body.length + 1000}\r\n`, body) });
    const outcome = await get(fetcher, origin.url);
    if (isWhole) expect(textOf(outcome)).toBe(body);
    else expect(failureOf(outcome).kind).toBe('cut-off');
  });
});

describe('the lenient parser', () => {
  it('is asked only after the strict one, and then first for that origin', async () => {
    origin = await startRawOrigin({ '/': answer(`${LENGTH}X: a\r\n b\r\n`), '/good': answer(LENGTH) });
    expect(textOf(await get(fetcher, origin.url))).toBe(FEED);
    expect(origin.requests).toHaveLength(2);
    expect(textOf(await get(fetcher, `${origin.url}/good`))).toBe(FEED);
    expect(origin.requests).toHaveLength(3);
    expect(origin.requests[2]).toMatch(/\r\nconnection: close\r\n/);
  });

  it('sends the same request, validators and credentials included', async () => {
    origin = await startRawOrigin({ '/a?b=c': answer(`${LENGTH}ETag: "\u00e9"\r\nX: a\r\n b\r\n`) });
    const headers = { 'If-None-Match': '"\u00e9"', Authorization: 'Bearer x' };
    expect(await get(fetcher, `${origin.url}/a?b=c`, { headers })).toMatchObject({ etag: '"\u00e9"' });
    const fields = (head: string): string[] =>
      head
        .split('\r\n')
        .filter((line) => !/^connection:/i.test(line))
        .map((line) => line.replace(/^[^:]*:/, (name) => name.toLowerCase()))
        .sort();
    expect(fields(origin.requests[1] ?? '')).toEqual(fields(origin.requests[0] ?? ''));
  });

  it('asks through a proxy as the strict one does', async () => {
    const target = 'http://feeds.example.org/feed';
    origin = await startRawOrigin({ [target]: answer(`${LENGTH}X: a\r\n b\r\n`) });
    const proxied = createFetcher({ environment: {}, resolve: () => Promise.reject(new Error('unknown here')) });
    const settings = { proxy: origin.url.replace('//', '//user:word@') };
    expect(textOf(await get(proxied, target, { settings }))).toBe(FEED);
    expect(origin.requests).toHaveLength(2);
    for (const head of origin.requests) {
      expect(head).toMatch(/^GET http:\/\/feeds\.example\.org\/feed HTTP\/1\.1\r\n/);
      expect(head).toMatch(/\r\nhost: feeds\.example\.org\r\n/i);
      expect(head).toContain(`Basic ${Buffer.from('user:word').toString('base64')}`);
    }
    await proxied.close();
  });

  it('knows 304', async () => {
    origin = await startRawOrigin({ '/': 'HTTP/1.1 304 Not Modified\nETag: "b"\n\n' });
    const outcome = await get(fetcher, origin.url, { headers: { 'If-None-Match': '"b"' } });
    expect(outcome).toMatchObject({ kind: 'not-modified', etag: '"b"' });
  });

  it.each([
    ['folded', 'Location:\r\n /elsewhere\r\n'],
    ['with a blank before the colon', 'Location : /elsewhere\r\n'],
    ['with a control character', 'Location: /else\x01where\r\n'],
    ['given twice', 'Location: /elsewhere\r\nLocation: /nowhere\r\nX: a\r\n b\r\n'],
    ['hidden in another name', 'X-A Location: /elsewhere\r\n'],
  ])('follows no redirect that is %s', async (_title, location) => {
    origin = await startRawOrigin({
      '/': `HTTP/1.1 302 Found\r\n${location}Content-Length: 0\r\n\r\n`,
      '/elsewhere': answer(LENGTH),
    });
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('bad-redirect');
    expect(origin.requests.every((head) => head.startsWith('GET / '))).toBe(true);
  });

  it('follows a redirect that a strict parser would, under the same guard', async () => {
    origin = await startRawOrigin({
      '/': 'HTTP/1.1 302 Found\nLocation: http://169.254.169.254/\nContent-Length: 0\n\n',
    });
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('forbidden-address');
  });

  it.each([
    ['of a body', answer('X: a\r\n b\r\n', 'x'.repeat(2_000_000)), 'too-large'],
    ['of a head', `HTTP/1.1 200 OK\r\n${'X Y: long\r\n'.repeat(5000)}\r\n${FEED}`, 'protocol'],
    [
      'of the size of a chunk',
      answer(`X: a\r\n b\r\n${CHUNKED}`, `14\r\n${'x'.repeat(20)}\r\n${'y'.repeat(9000)}`),
      'protocol',
    ],
  ])('keeps the limit %s', async (_title, bytes, kind) => {
    origin = await startRawOrigin({ '/': bytes });
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe(kind);
  });

  it.each([
    ['a head', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n', { headersTimeoutMs: 200 }],
    ['a body', answer('X: a\r\n b\r\nContent-Length: 10000\r\n', 'start'), { bodyTimeoutMs: 200 }],
    ['both, for the whole visit', answer('X: a\r\n b\r\nContent-Length: 10000\r\n', 'start'), { timeoutMs: 500 }],
  ])('does not wait for ever for %s', async (_title, bytes, settings) => {
    origin = await startRawOrigin({ '/': bytes }, { keepOpen: true });
    expect(['timeout', 'protocol']).toContain(failureOf(await get(fetcher, origin.url, { settings })).kind);
  });

  it('leaves what is not HTTP to the strict one', async () => {
    origin = await startRawOrigin({ '/': '220 smtp.example.org ESMTP\r\n' });
    expect(failureOf(await get(fetcher, origin.url))).toMatchObject({ kind: 'protocol' });
  });
});

describe('a label of a coding', () => {
  const binary = Buffer.from(Array.from({ length: 200 }, (_, index) => (index * 7) % 256));
  const label = (coding: string, body: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`),
      body,
    ]);

  it.each([
    ['aws-chunked', Buffer.from(FEED)],
    ['none', Buffer.from(FEED)],
    ['UTF-8', Buffer.from(FEED)],
    ['gzip,aws-chunked', gzipSync(FEED)],
    ['utf-8, gzip', gzipSync(FEED)],
    ['br', Buffer.from(FEED)],
    ['deflate', Buffer.from(FEED)],
    ['br', gzipSync(FEED)],
    ['deflate', gzipSync(FEED)],
    ['sdch', Buffer.from(FEED)],
    ['compress', gzipSync(FEED)],
    ['gzip', gzipSync(gzipSync(FEED))],
    ['gzip, gzip', gzipSync(FEED)],
    ['binary', gzipSync(FEED)],
    ['gzip, gzip, gzip, gzip', gzipSync(FEED)],
  ])('"%s" is judged by the bytes', async (coding, body) => {
    origin = await startRawOrigin({ '/': label(coding, body) });
    expect(textOf(await get(fetcher, origin.url))).toBe(FEED);
  });

  it.each([
    ['br', '  Warning: a text that no one would call markup, but that is no brotli either.\n'],
    ['br', '\n\n{"version": "https://jsonfeed.org/version/1.1", "items": []}'],
    ['deflate', '[]'],
    ['deflate', '\u00ff\u00fe<\0?\0x\0m\0l\0'],
  ])('"%s" on %j is ignored', async (coding, text) => {
    origin = await startRawOrigin({ '/': label(coding, Buffer.from(text, 'latin1')) });
    const outcome = await get(fetcher, origin.url);
    expect(outcome.kind === 'body' && Buffer.from(outcome.body).toString('latin1')).toBe(text);
  });

  it.each([
    ['compress', binary],
    ['br', binary],
    ['gzip', [1, 2, 3, 4].reduce((data) => gzipSync(data), Buffer.from(FEED))],
  ])('"%s" on what cannot be read is a bad encoding', async (coding, body) => {
    origin = await startRawOrigin({ '/': label(coding, body) });
    expect(failureOf(await get(fetcher, origin.url)).kind).toBe('bad-encoding');
  });
});
