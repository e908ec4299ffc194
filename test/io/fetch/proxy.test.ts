import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFetcher } from '../../../src/io/fetch/fetcher.ts';
import { startLeakCheck } from '../../support/leaks.ts';
import { type Origin, startOrigin, TEST_CA } from '../../support/origin.ts';
import { failureOf, get, textOf } from './support.ts';

interface Proxy {
  readonly url: string;
  /** Request lines, with the credentials in brackets. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** @param sockets  of the clients and to the targets, to be closed with the proxy */
async function serving(
  server: Server,
  scheme: string,
  lines: readonly string[],
  sockets: ReadonlySet<Socket>,
): Promise<Proxy> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://user:pass%20word@127.0.0.1:${port}`,
    lines,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A forward proxy: plain http by its full address, https by a tunnel. Every host leads to loopback. */
async function startProxy(): Promise<Proxy> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    lines.push(`${method} ${url} [${headers['proxy-authorization'] ?? ''}]`);
    const target = new URL(url);
    forward({ host: '127.0.0.1', port: target.port, path: target.pathname, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
  });
  server.on('connect', (request, client: Socket) => {
    lines.push(`CONNECT ${request.url ?? ''} [${request.headers['proxy-authorization'] ?? ''}]`);
    const port = Number((request.url ?? '').split(':').at(-1));
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  return serving(server, 'http', lines, sockets);
}

/** A SOCKS5 proxy with a password (RFC 1928, RFC 1929); every host leads to loopback, except those that it refuses. */
async function startSocksProxy(refused: readonly string[] = []): Promise<Proxy> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    void (async () => {
      const read = reader(client);
      const [, methods = 0] = await read(2);
      await read(methods);
      client.write(Buffer.from([5, 2]));
      const [, userLength = 0] = await read(2);
      const user = (await read(userLength)).toString();
      const password = (await read((await read(1))[0] ?? 0)).toString();
      client.write(Buffer.from([1, 0]));
      const [, , , type = 0] = await read(4);
      const host =
        type === 3
          ? (await read((await read(1))[0] ?? 0)).toString()
          : [...(await read(type === 1 ? 4 : 16))].join('.');
      const port = (await read(2)).readUInt16BE();
      lines.push(`${host}:${port} [${user}:${password}]`);
      if (refused.includes(host)) {
        client.end(Buffer.from([5, 4, 0, 1, 0, 0, 0, 0, 0, 0]));
        return;
      }
      const upstream = connect(port, '127.0.0.1', () => {
        client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        upstream.pipe(client).pipe(upstream);
      });
      sockets.add(upstream);
      upstream.on('error', () => client.destroy());
    })();
  });
  return serving(server, 'socks5h', lines, sockets);
}

/** Reads exactly this many bytes of a stream. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  return async (length) => {
    for (;;) {
      // A stream of bytes gives buffers.
      const bytes = length === 0 ? Buffer.alloc(0) : (socket.read(length) as Buffer | null);
      if (bytes !== null) return bytes;
      await once(socket, 'readable');
    }
  };
}

const CREDENTIALS = `Basic ${Buffer.from('user:pass word').toString('base64')}`;
/** The names are the proxy's business; here they are unknown. */
const resolve = (): Promise<readonly string[]> =>
  Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));

let proxy: Proxy;
let origin: Origin;
let expectNoLeaks: () => Promise<void>;

beforeEach(async () => {
  expectNoLeaks = startLeakCheck();
  proxy = await startProxy();
});

afterEach(async () => {
  await origin.close();
  await proxy.close();
  await expectNoLeaks();
});

describe('a proxy', () => {
  it('of the source carries plain http by its full address', async () => {
    origin = await startOrigin();
    origin.on('/feed', { body: 'by proxy' }, { body: 'again' });
    const fetcher = createFetcher({ environment: {}, resolve });
    const url = `http://feeds.example.org:${origin.port}/feed`;
    const settings = { proxy: proxy.url };
    expect(textOf(await get(fetcher, url, { settings }))).toBe('by proxy');
    expect(textOf(await get(fetcher, url, { settings }))).toBe('again');
    expect(proxy.lines).toEqual([`GET ${url} [${CREDENTIALS}]`, `GET ${url} [${CREDENTIALS}]`]);
    expect(origin.requests[0]?.headers['host']).toBe(`feeds.example.org:${origin.port}`);
    await fetcher.close();
  });

  it('of the source tunnels https, verified by us', async () => {
    origin = await startOrigin({ certificate: 'localhost' });
    origin.on('/', { body: 'by tunnel' });
    const fetcher = createFetcher({ environment: {}, resolve });
    const url = `https://feeds.example.org:${origin.port}/`;
    expect(textOf(await get(fetcher, url, { settings: { proxy: proxy.url, ca: TEST_CA } }))).toBe('by tunnel');
    expect(failureOf(await get(fetcher, url, { settings: { proxy: proxy.url } })).kind).toBe('tls');
    expect(proxy.lines[0]).toBe(`CONNECT feeds.example.org:${origin.port} [${CREDENTIALS}]`);
    await fetcher.close();
  });

  it('of the environment is used as is the custom, and not for what NO_PROXY names', async () => {
    origin = await startOrigin();
    origin.on('/', { body: 'by proxy' }, { body: 'straight' });
    const environment = { HTTP_PROXY: proxy.url, NO_PROXY: 'localhost, 127.0.0.1' };
    const fetcher = createFetcher({ environment, resolve });
    expect(textOf(await get(fetcher, `http://feeds.example.org:${origin.port}/`))).toBe('by proxy');
    expect(textOf(await get(fetcher, origin.url))).toBe('straight');
    expect(proxy.lines).toHaveLength(1);
    await fetcher.close();
  });

  it.each([['http://127.0.0.1/'], ['http://169.254.169.254/'], ['https://[::1]/'], ['http://private.example.org/']])(
    'is not asked for %s',
    async (url) => {
      origin = await startOrigin();
      const fetcher = createFetcher({ environment: {}, resolve: () => Promise.resolve(['10.0.0.1']) });
      const outcome = await get(fetcher, url, { settings: { proxy: proxy.url, allow: [] } });
      expect(failureOf(outcome).kind).toBe('forbidden-address');
      expect(proxy.lines).toEqual([]);
      await fetcher.close();
    },
  );

  it('that refuses connections is named, without its password', async () => {
    origin = await startOrigin();
    const gone = await startProxy();
    await gone.close();
    const fetcher = createFetcher({ environment: {}, resolve });
    const failure = failureOf(await get(fetcher, 'http://feeds.example.org/', { settings: { proxy: gone.url } }));
    expect(failure.kind).toBe('connect');
    expect(failure.message).toContain(`through the proxy 127.0.0.1:`);
    expect(failure.message).not.toContain('pass');
    await fetcher.close();
  });
});

describe('a SOCKS5 proxy', () => {
  let socks: Proxy;

  afterEach(async () => {
    await socks.close();
  });

  it('carries plain http, by name where it looks names up', async () => {
    socks = await startSocksProxy();
    origin = await startOrigin();
    origin.on('/feed', { body: 'by proxy' }, { body: 'again' });
    const fetcher = createFetcher({ environment: {}, resolve });
    const url = `http://feeds.example.org:${origin.port}/feed`;
    expect(textOf(await get(fetcher, url, { settings: { proxy: socks.url } }))).toBe('by proxy');
    await nextTurn();
    expect(textOf(await get(fetcher, url, { settings: { proxy: socks.url } }))).toBe('again');
    expect(socks.lines).toEqual([`feeds.example.org:${origin.port} [user:pass word]`]);
    await fetcher.close();
  });

  it('carries https, verified by us', async () => {
    socks = await startSocksProxy();
    origin = await startOrigin({ certificate: 'localhost' });
    origin.on('/', { body: 'by proxy' });
    const fetcher = createFetcher({ environment: {}, resolve });
    const url = `https://feeds.example.org:${origin.port}/`;
    expect(textOf(await get(fetcher, url, { settings: { proxy: socks.url, ca: TEST_CA } }))).toBe('by proxy');
    expect(failureOf(await get(fetcher, url, { settings: { proxy: socks.url } })).kind).toBe('tls');
    await fetcher.close();
  });

  it('of ALL_PROXY gets checked addresses where we look names up, the next one if one fails', async () => {
    socks = await startSocksProxy(['93.184.216.34']);
    origin = await startOrigin();
    origin.on('/', { body: 'by proxy' });
    const environment = { ALL_PROXY: socks.url.replace('socks5h:', 'socks5:') };
    const fetcher = createFetcher({
      environment,
      resolve: () => Promise.resolve(['93.184.216.34', '93.184.216.35']),
    });
    expect(textOf(await get(fetcher, `http://feeds.example.org:${origin.port}/`))).toBe('by proxy');
    expect(socks.lines.map((line) => line.split(' ')[0])).toEqual([
      `93.184.216.34:${origin.port}`,
      `93.184.216.35:${origin.port}`,
    ]);
    await fetcher.close();
  });

  it('that does not reach the host is named with its reason, without its password', async () => {
    socks = await startSocksProxy(['feeds.example.org']);
    origin = await startOrigin();
    const fetcher = createFetcher({ environment: {}, resolve });
    const { kind, message } = failureOf(
      await get(fetcher, 'http://feeds.example.org/', { settings: { proxy: socks.url } }),
    );
    expect(kind).toBe('connect');
    expect(message).toMatch(
      /through the proxy 127\.0\.0\.1:\d+: it did not connect to feeds\.example\.org:80 \(.*HostUnreachable/,
    );
    expect(message).not.toContain('pass');
    await fetcher.close();
  });

  it.each([['http://127.0.0.1/'], ['http://private.example.org/']])('is not asked for %s', async (url) => {
    socks = await startSocksProxy();
    origin = await startOrigin();
    for (const scheme of ['socks5:', 'socks5h:']) {
      const fetcher = createFetcher({ environment: {}, resolve: () => Promise.resolve(['10.0.0.1']) });
      const settings = { proxy: socks.url.replace('socks5h:', scheme), allow: [] };
      expect(failureOf(await get(fetcher, url, { settings })).kind).toBe('forbidden-address');
      await fetcher.close();
    }
    expect(socks.lines).toEqual([]);
  });

  it('that never answers is a timeout', async () => {
    socks = await startSocksProxy();
    origin = await startOrigin();
    const silent = createTcpServer((client) => client.resume());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const fetcher = createFetcher({ environment: {}, resolve });
    const settings = { proxy: `socks5h://127.0.0.1:${port}`, connectTimeoutMs: 300 };
    expect(failureOf(await get(fetcher, 'http://feeds.example.org/', { settings })).kind).toBe('timeout');
    await fetcher.close();
    silent.close();
  });
});

describe('a proxy of another kind', () => {
  it.each([['socks4://127.0.0.1:1080'], ['ftp://127.0.0.1:21']])(
    '%s is refused with the kinds that work',
    async (url) => {
      origin = await startOrigin();
      const fetcher = createFetcher({ environment: { ALL_PROXY: url }, resolve });
      const { kind, message } = failureOf(await get(fetcher, 'https://feeds.example.org/'));
      expect(kind).toBe('connect');
      expect(message).toContain('is of a kind that is not supported');
      expect(message).toContain('use http, https, socks5 or socks5h');
      await fetcher.close();
    },
  );
});
