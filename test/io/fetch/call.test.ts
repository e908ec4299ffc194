/** Are addresses that strangers name called as they may be, and no others? */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../src/io/fetch/call.ts';
import type { CallOutcome } from '../../../src/model/call-outcome.ts';
import type { HttpClient, HttpRequest } from '../../../src/ports/fetch.ts';
import { sampleSettings } from '../../stages/render/samples.ts';
import { startLeakCheck } from '../../support/leaks.ts';

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

let server: Server;
let url: string;
let httpClient: HttpClient;
const seen: Seen[] = [];
const fetch = { ...sampleSettings().fetch, allow: ['127.0.0.0/8'], timeoutMs: 2_000 };

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const body = await textOf(request);
      seen.push({ method: request.method, path: request.url, type: request.headers['content-type'], body });
      if (request.url === '/silent') return;
      if (request.url === '/moved') response.writeHead(302, { Location: '/elsewhere' }).end();
      else if (request.url === '/busy') response.writeHead(503, { 'Retry-After': '120' }).end();
      else if (request.url === '/endless') response.write('x'.repeat(10_000));
      else response.end('hello');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
  httpClient = createHttpClient({ environment: {} });
});
afterEach(() => httpClient.close());

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  // Without an encoding, a request gives buffers.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function call(path: string, changes: Partial<HttpRequest> = {}, signal = new AbortController().signal) {
  return httpClient.call(
    { method: 'GET', url: url + path, headers: {}, settings: fetch, maxAnswerBytes: 100, ...changes },
    signal,
  );
}

const textIn = (outcome: CallOutcome): string =>
  outcome.kind === 'answered' ? Buffer.from(outcome.body).toString() : '';

describe('createCaller', () => {
  it('sends method, path, headers and body as they are, and gives back status and body', async () => {
    const body = Buffer.from('<rss>新闻</rss>');
    const outcome = await call('/cb?a=%20b', { method: 'POST', headers: { 'Content-Type': 'text/xml' }, body });
    expect(outcome).toMatchObject({ kind: 'answered', status: 200 });
    expect(textIn(outcome)).toBe('hello');
    expect(seen).toEqual([{ method: 'POST', path: '/cb?a=%20b', type: 'text/xml', body: '<rss>新闻</rss>' }]);
  });

  it('tells of a redirect and does not follow it', async () => {
    expect(await call('/moved')).toMatchObject({ status: 302, location: `${url}/elsewhere` });
    expect(seen).toHaveLength(1);
  });

  it('tells how long it is asked to wait', async () => {
    expect(await call('/busy')).toMatchObject({ status: 503, retryAfterMs: 120_000 });
  });

  it('reads no more of a response than requested', async () => {
    expect(textIn(await call('/endless'))).toBe('x'.repeat(100));
  });

  it.each([
    ['an address on this machine', () => url, '127.0.0.1 is not a public address'],
    ['a name that has one', () => url.replace('127.0.0.1', 'localhost'), 'which is not a public address'],
    ['IPv6 that hides one', () => url.replace('127.0.0.1', '[::ffff:127.0.0.1]'), 'is not a public address'],
  ])('does not call %s unless the settings open it', async (_what, address, message) => {
    const outcome = await call('', { url: address(), settings: { ...fetch, allow: [] } });
    expect(outcome.kind === 'failed' ? outcome.message : '').toContain(message);
    expect(seen).toEqual([]);
  });

  it.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'nothing', 'http://'])('does not call %s', async (address) => {
    expect(await call('', { url: address })).toEqual({ kind: 'failed', message: 'not an http or https address' });
  });

  it('gives up on silence, and on a host that is not there', async () => {
    const silent = await call('/silent', { settings: { ...fetch, timeoutMs: 100 } });
    expect(silent).toEqual({ kind: 'failed', message: 'no answer within 100 ms' });
    const nobody = await call('', { url: 'http://127.0.0.1:1/' });
    expect(nobody.kind === 'failed' ? nobody.message : '').toContain('ECONNREFUSED');
  });

  it('stops when aborted, with the reason of the signal', async () => {
    const stopping = new AbortController();
    const asked = call('/silent', {}, stopping.signal);
    stopping.abort(new Error('the worker is stopping'));
    await expect(asked).rejects.toThrow('the worker is stopping');
  });

  it('leaves nothing behind', async () => {
    const expectNoLeaks = startLeakCheck();
    const own = createHttpClient({ environment: {} });
    await own.call(
      { method: 'GET', url, headers: {}, settings: fetch, maxAnswerBytes: 100 },
      new AbortController().signal,
    );
    await own.close();
    await expectNoLeaks();
  });
});
