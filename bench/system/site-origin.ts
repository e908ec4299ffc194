/**
 * An origin whose documents the bench changes while it runs. Forked, so that its CPU time counts for nobody.
 *
 * HTTP/1.1 by hand, one server on each loopback address. A request for a path gets the document put there, or 304 where its
 * validators match. Without compression, as nginx serves XML when nothing else is configured.
 */
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { fork } from 'node:child_process';
import { ask } from '../poll/processes.ts';

export interface SiteDocument {
  readonly path: string;
  readonly body: Uint8Array;
}

export interface SiteCount {
  readonly requests: number;
  readonly bodies: number;
  readonly notModified: number;
}

export interface SiteOrigin {
  readonly port: number;
  readonly pid: number;
  put(documents: readonly SiteDocument[]): Promise<void>;
  count(): Promise<SiteCount>;
  stop(): void;
}

type Message =
  | { readonly kind: 'listen'; readonly addresses: readonly string[] }
  | { readonly kind: 'put'; readonly documents: readonly SiteDocument[] }
  | { readonly kind: 'count' };

/** Documents in one message to the origin; more would hold them twice in memory for no gain. */
const PUT_BATCH = 500;

export async function startSiteOrigin(addresses: readonly string[]): Promise<SiteOrigin> {
  const child = fork(new URL(import.meta.url), { serialization: 'advanced' });
  const send = (message: Message): Promise<unknown> => ask(child, message);
  const { port } = (await send({ kind: 'listen', addresses })) as { port: number };
  return {
    port,
    pid: child.pid ?? 0,
    put: async (documents) => {
      for (let from = 0; from < documents.length; from += PUT_BATCH) {
        await send({ kind: 'put', documents: documents.slice(from, from + PUT_BATCH) });
      }
    },
    count: async () => (await send({ kind: 'count' })) as SiteCount,
    stop: () => child.kill(),
  };
}

interface Prepared {
  readonly etag: string;
  readonly modified: string;
  readonly whole: Buffer;
  readonly notModified: Buffer;
}

function prepare({ body }: SiteDocument): Prepared {
  const etag = `"${createHash('sha1').update(body).digest('hex').slice(0, 20)}"`;
  const modified = new Date().toUTCString();
  const common = `ETag: ${etag}\r\nLast-Modified: ${modified}\r\nServer: bench\r\nDate: ${modified}\r\n`;
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n${common}\r\n`;
  return {
    etag,
    modified,
    whole: Buffer.concat([Buffer.from(head), body]),
    notModified: Buffer.from(`HTTP/1.1 304 Not Modified\r\n${common}\r\n`),
  };
}

function serve(): void {
  const documents = new Map<string, Prepared>();
  const count = { requests: 0, bodies: 0, notModified: 0 };
  const missing = Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');

  function answer(request: string): Buffer {
    count.requests += 1;
    const document = documents.get(request.slice(4, request.indexOf(' ', 4)));
    if (document === undefined) return missing;
    const etag = /\r\nif-none-match: *([^\r]+)/i.exec(request)?.[1];
    const since = /\r\nif-modified-since: *([^\r]+)/i.exec(request)?.[1];
    const isKnown = etag === undefined ? since === document.modified : etag === document.etag;
    count[isKnown ? 'notModified' : 'bodies'] += 1;
    return isKnown ? document.notModified : document.whole;
  }

  function speak(socket: Socket): void {
    let rest = '';
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
        const request = rest.slice(0, end);
        rest = rest.slice(end + 4);
        socket.write(answer(request));
        if (/\r\nconnection: *close/i.test(request)) socket.end();
      }
    });
  }

  /** All addresses have the port of the first. @returns the port */
  async function listen(addresses: readonly string[]): Promise<number> {
    let port = 0;
    for (const address of addresses) {
      port = await new Promise<number>((resolve, reject) => {
        const server = createServer(speak);
        server.once('error', reject);
        server.listen(port, address, 1024, () => {
          // A server that listens on TCP has an address of this kind.
          resolve((server.address() as { port: number }).port);
        });
      });
    }
    return port;
  }

  process.on('message', (message: Message) => {
    switch (message.kind) {
      case 'listen':
        void listen(message.addresses).then((port) => process.send?.({ port }));
        break;
      case 'put':
        for (const document of message.documents) documents.set(document.path, prepare(document));
        process.send?.({ documents: documents.size });
        break;
      case 'count':
        process.send?.({ ...count });
    }
  });
  process.on('disconnect', () => process.exit());
}

if (process.send !== undefined && process.argv[1]?.endsWith('site-origin.ts') === true) serve();
