/** An origin with a path for each thing that can be wrong with a feed, and any number of healthy ones. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface Fault {
  /** Its path begins with this. */
  readonly name: string;
  /** What a check comes to: `last.kind` of the source. */
  readonly outcome: string;
  /** Part of the message for the operator. */
  readonly says?: RegExp;
  readonly answer: Answer;
}

/** Inflated, of a few kilobytes; and what an endless body would come to if nobody ended it. */
const BOMB_BYTES = 100 * 2 ** 20;
const ENDLESS_BYTES = 200 * 2 ** 20;
const DRIP_EVERY_MS = 50;

export function feedOf(name: string): string {
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>${name}</title><link>http://news.example/${name}</link>
<item><title>Story of ${name}</title><guid isPermaLink="false">${name}-1</guid><description>${`Text of ${name}. `.repeat(40)}</description></item>
</channel></rss>`;
}

/** Made once, before anybody waits for an answer. */
const BOMB = gzipSync(
  Buffer.concat([
    Buffer.from('<rss version="2.0"><channel><title>Bomb</title><item><description>'),
    Buffer.alloc(BOMB_BYTES, 32),
  ]),
);

const send =
  (status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array = ''): Answer =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

const RSS = { 'Content-Type': 'application/rss+xml' };

/** `/chain/3/x` leads to `/chain/2/x`; the end of it to a feed. */
const chain: Answer = (request, response) => {
  const { url = '' } = request;
  const left = Number(/\/(\d+)$/.exec(url)?.[1] ?? 0);
  if (left === 0) send(200, RSS, feedOf('chain'))(request, response);
  else response.writeHead(302, { Location: url.replace(/\d+$/, String(left - 1)) }).end();
};

const endless: Answer = (_request, response) => {
  const item = Buffer.from(`<item><title>More</title><description>${'and more '.repeat(2_000)}</description></item>`);
  response.writeHead(200, RSS).write('<rss version="2.0"><channel><title>Endless</title>');
  let sent = 0;
  const go = (): void => {
    while (!response.destroyed && sent < ENDLESS_BYTES) {
      sent += item.length;
      if (!response.write(item)) {
        response.once('drain', go);
        return;
      }
    }
    response.end();
  };
  go();
};

const drip: Answer = (_request, response) => {
  response.writeHead(200, RSS);
  const timer = setInterval(() => response.write(' '), DRIP_EVERY_MS);
  response.once('close', () => {
    clearInterval(timer);
  });
};

/** The end of the document is never sent: one that is whole would be used, whatever its length says. */
const reset: Answer = (_request, response) => {
  response.writeHead(200, { ...RSS, 'Content-Length': '100000' });
  response.write(feedOf('reset').slice(0, -10), () => response.socket?.resetAndDestroy());
};

const zipped = gzipSync(feedOf('zipped'));

/** GBK: 财经要闻. */
const GBK_TITLE = Buffer.from([0xb2, 0xc6, 0xbe, 0xad, 0xd2, 0xaa, 0xce, 0xc5]);

export const FAULTS: readonly Fault[] = [
  { name: '500', outcome: 'http-status', says: /500/, answer: send(500, {}, 'boom') },
  { name: '429', outcome: 'http-status', says: /429/, answer: send(429, { 'Retry-After': '7200' }) },
  { name: 'chain/3', outcome: 'feed', answer: chain },
  { name: 'chain/9', outcome: 'too-many-redirects', says: /5 are followed/, answer: chain },
  {
    name: 'loop',
    outcome: 'redirect-loop',
    says: /back to/,
    answer: ({ url = '' }, response) => {
      response.writeHead(301, { Location: url.endsWith('?b') ? url.slice(0, -2) : `${url}?b` }).end();
    },
  },
  { name: 'drip', outcome: 'timeout', says: /second|s\b/, answer: drip },
  { name: 'reset', outcome: 'cut-off', answer: reset },
  {
    name: 'truncated-gzip',
    outcome: 'cut-off',
    says: /compressed/,
    answer: send(200, { ...RSS, 'Content-Encoding': 'gzip' }, zipped.subarray(0, zipped.length >> 1)),
  },
  {
    name: 'bomb',
    outcome: 'too-large',
    answer: send(200, { ...RSS, 'Content-Encoding': 'gzip' }, BOMB),
  },
  { name: 'endless', outcome: 'too-large', answer: endless },
  {
    name: 'wrong-type',
    outcome: 'feed',
    answer: send(200, { 'Content-Type': 'application/octet-stream' }, feedOf('wrong-type')),
  },
  {
    name: 'wrong-charset',
    outcome: 'feed',
    answer: send(
      200,
      { 'Content-Type': 'application/rss+xml; charset=utf-8' },
      Buffer.concat([
        Buffer.from('<rss version="2.0"><channel><title>'),
        GBK_TITLE,
        Buffer.from('</title><item><title>'),
        GBK_TITLE,
        Buffer.from('</title><guid>1</guid></item></channel></rss>'),
      ]),
    ),
  },
  {
    name: 'malformed',
    outcome: 'feed',
    answer: send(200, RSS, '<rss><channel><title>A & B<item><title>Never <b>closed</title><guid>1</guid>'),
  },
  { name: 'garbage', outcome: 'not-a-feed', answer: send(200, RSS, Buffer.from('nothing that is a feed at all')) },
  {
    name: 'html',
    outcome: 'html',
    answer: send(
      200,
      { 'Content-Type': 'text/html; charset=utf-8' },
      '<!doctype html><html><head><title>Home</title></head><body><p>Welcome.</p></body></html>',
    ),
  },
];

export interface FaultyOrigin {
  readonly url: string;
  /** When each path was asked, epoch ms. */
  readonly asked: ReadonlyMap<string, readonly number[]>;
  close(): void;
}

/** Healthy feeds answer at `/healthy/NUMBER` with a validator; each fault at `/NAME`, or `/NAME/ANYTHING`. */
export async function startFaultyOrigin(): Promise<FaultyOrigin> {
  const asked = new Map<string, number[]>();
  const server: Server = createServer((request, response) => {
    const { url = '' } = request;
    const times = asked.get(url);
    if (times === undefined) asked.set(url, [Date.now()]);
    else times.push(Date.now());
    const path = url.slice(1);
    const fault = FAULTS.find(({ name, answer }) =>
      answer === chain ? path.startsWith('chain/') : path.startsWith(name),
    );
    if (fault !== undefined) fault.answer(request, response);
    else if (request.headers['if-none-match'] === `"${path}"`) response.writeHead(304).end();
    else response.writeHead(200, { ...RSS, ETag: `"${path}"` }).end(feedOf(path.replace('/', '-')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
