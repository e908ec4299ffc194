/**
 * An origin that costs next to nothing: feeds on many loopback addresses, rendered before the first request.
 *
 * Forked by the benches; says `{ port }` when it listens. HTTP/1.1 is spoken by hand, so that a request costs it some 10 µs;
 * over TLS `http2` offers HTTP/2 beside it. Answers `{ ask: 'count' }` with what it was asked so far.
 */
import { createHash } from 'node:crypto';
import { createSecureServer } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { randomFrom } from '../publishing-times.ts';

export interface OriginOrder {
  readonly feeds: number;
  readonly hosts: number;
  readonly entries: number;
  /** Length of an entry's text, characters. */
  readonly textLength?: number;
  readonly tls?: { readonly key: string; readonly cert: string; readonly http2: boolean };
}

export interface OriginCount {
  readonly requests: number;
  readonly notModified: number;
  readonly connections: number;
}

/** Address of the host of a feed; hosts have as many feeds each. */
export function hostOf(feed: number, hosts: number): string {
  const host = feed % hosts;
  return `127.0.${1 + Math.floor(host / 250)}.${1 + (host % 250)}`;
}

interface Prepared {
  readonly etag: string;
  readonly modified: string;
  readonly whole: Buffer;
  readonly notModified: Buffer;
  readonly gzipped: Buffer;
}

const WORDS =
  'market harbour ministry river storm budget election science court railway museum festival school hospital company union bridge island forest weather price record team match season report village minister science satellite engine ocean'.split(
    ' ',
  );

function prepare(feed: number, { entries, textLength = 200 }: OriginOrder): Prepared {
  const random = randomFrom(feed + 1);
  const words = (length: number): string => {
    let text = '';
    while (text.length < length) text += `${WORDS[Math.floor(random() * WORDS.length)] ?? ''} `;
    return text.trim();
  };
  const newest = Date.now() - Math.floor(random() * 3_600_000);
  const items = Array.from({ length: entries }, (_, place) => {
    const at = new Date(newest - place * 3_600_000 * (1 + Math.floor(random() * 6))).toUTCString();
    const link = `http://news.example/${feed}/${place}`;
    return `<item><title>${words(40)} ${feed}-${place}</title><link>${link}</link><guid>${link}</guid><pubDate>${at}</pubDate><description>${words(textLength)}</description></item>\n`;
  });
  const body = Buffer.from(
    `<?xml version="1.0"?><rss version="2.0"><channel><title>Feed ${feed}</title><link>http://news.example/${feed}</link><description>Feed ${feed}</description>\n${items.join('')}</channel></rss>`,
  );
  const gzipped = gzipSync(body);
  const etag = `"${createHash('sha1').update(body).digest('hex').slice(0, 20)}"`;
  const modified = new Date(newest).toUTCString();
  const common = `ETag: ${etag}\r\nLast-Modified: ${modified}\r\nVary: Accept-Encoding\r\nServer: bench\r\nDate: ${new Date().toUTCString()}\r\n`;
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\nContent-Length: ${gzipped.length}\r\n${common}\r\n`;
  return {
    etag,
    modified,
    gzipped,
    whole: Buffer.concat([Buffer.from(head), gzipped]),
    notModified: Buffer.from(`HTTP/1.1 304 Not Modified\r\n${common}\r\n`),
  };
}

function serve(order: OriginOrder): void {
  const feeds = Array.from({ length: order.feeds }, (_, feed) => prepare(feed, order));
  const count = { requests: 0, notModified: 0, connections: 0 };
  const missing = Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');

  const feedAt = (path: string): Prepared | undefined => feeds[Number(/^\/feed\/(\d+)/.exec(path)?.[1] ?? -1)];
  const isKnown = (feed: Prepared, etag: string | undefined): boolean => {
    count.requests += 1;
    if (etag !== feed.etag) return false;
    count.notModified += 1;
    return true;
  };

  function byHand(socket: Socket): void {
    count.connections += 1;
    let rest = '';
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
        const request = rest.slice(0, end);
        rest = rest.slice(end + 4);
        const feed = feedAt(request.slice(4, request.indexOf(' ', 4)));
        const etag = /\r\nif-none-match: *([^\r]+)/i.exec(request)?.[1];
        socket.write(feed === undefined ? missing : isKnown(feed, etag) ? feed.notModified : feed.whole);
      }
    });
  }

  function bothVersions(secure: { key: string; cert: string }): Server {
    const server = createSecureServer({ ...secure, allowHTTP1: true }, (request, response) => {
      const feed = feedAt(request.url);
      if (feed === undefined) {
        response.writeHead(404).end();
      } else {
        const known = isKnown(feed, request.headers['if-none-match']);
        const headers = { etag: feed.etag, 'last-modified': feed.modified };
        if (known) response.writeHead(304, headers).end();
        else {
          response.writeHead(200, { ...headers, 'content-type': 'application/rss+xml', 'content-encoding': 'gzip' });
          response.end(feed.gzipped);
        }
      }
    });
    server.on('secureConnection', () => (count.connections += 1));
    server.on('sessionError', () => undefined);
    return server;
  }

  const { tls } = order;
  const make = (): Server =>
    tls === undefined ? createServer(byHand) : tls.http2 ? bothVersions(tls) : createTlsServer(tls, byHand);
  const hosts = Array.from({ length: order.hosts }, (_, host) => hostOf(host, order.hosts));
  let port = 0;
  let listening = 0;
  // Every host is an address of its own, and all have the port of the first.
  const listenNext = (): void => {
    const host = hosts[listening];
    if (host === undefined) {
      process.send?.({ port });
      return;
    }
    const server = make().listen(port, host, 1024, () => {
      // A server that listens on TCP has an address of this kind.
      port = (server.address() as { port: number }).port;
      listening += 1;
      listenNext();
    });
  };
  listenNext();
  process.on('message', () => process.send?.({ ...count }));
}

if (process.send !== undefined) {
  process.once('message', (order: OriginOrder) => {
    serve(order);
  });
  process.on('disconnect', () => process.exit());
}
