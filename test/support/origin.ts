/** A real origin on loopback: the test sets its responses, and it records its requests. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Issued } from './certificates.ts';

export interface Received {
  readonly method: string;
  /** Path and query, as it came. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly httpVersion: string;
  readonly at: number;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** HTTP/1.1 only: what cannot be said as a reply, down to single bytes by `response.socket`. */
export type Act = (request: IncomingMessage, response: ServerResponse) => void;

export interface Origin {
  /** `http://127.0.0.1:PORT`, or https on localhost. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly Received[];
  /** PEM of its certificate, if it has one. */
  readonly certificate?: string;
  /** Answers for a path (query included), one after the other; the last one stays. */
  on(path: string, ...answers: readonly (Reply | Act)[]): void;
  /** Paths asked so far, in order. */
  paths(): readonly string[];
  /** @throws if an answer was never asked for, or something was asked for that has no answer. */
  close(): Promise<void>;
}

export interface OriginOptions {
  /** Name of a certificate in `tls/`; absent: plain HTTP. */
  readonly certificate?: 'localhost' | 'other-name' | 'expired' | 'self-signed';
  /** A certificate made by the test, instead of one in `tls/`. */
  readonly issued?: Issued;
  /** Offer HTTP/2 beside HTTP/1.1; with a certificate only. */
  readonly http2?: boolean;
  readonly host?: string;
}

/** PEM of the CA that signed the certificates. */
export const TEST_CA = readFileSync(new URL('tls/ca.pem', import.meta.url), 'utf8');

export async function startOrigin(options: OriginOptions = {}): Promise<Origin> {
  const answers = new Map<string, { readonly list: readonly (Reply | Act)[]; used: number }>();
  const requests: Received[] = [];
  const unexpected: string[] = [];

  function serve(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void {
    const { method = '', url: path = '', headers, httpVersion } = request;
    requests.push({ method, path, headers, httpVersion, at: Date.now() });
    const known = answers.get(path);
    const answer = known?.list[Math.min(known.used, known.list.length - 1)];
    if (known === undefined || answer === undefined) {
      unexpected.push(`${method} ${path}`);
      response.writeHead(404).end();
      return;
    }
    known.used += 1;
    if (typeof answer === 'function') {
      // An Act is for HTTP/1.1, as its type says.
      answer(request as IncomingMessage, response as ServerResponse);
      return;
    }
    response.statusCode = answer.status ?? 200;
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
    // As bytes: together with a string, Node would write the headers as UTF-8 too.
    response.end(Buffer.from(answer.body ?? ''));
  }

  const issued = issuedFor(options);
  const server = createAny(issued, options.http2 === true, serve);
  const host = options.host ?? '127.0.0.1';
  server.listen(0, host);
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket: { destroy(): unknown; once(event: 'close', then: () => void): unknown }) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  return {
    url: issued === undefined ? `http://${host}:${port}` : `https://localhost:${port}`,
    port,
    ...(issued !== undefined && { certificate: issued.cert }),
    requests,
    on(path, ...list) {
      answers.set(path, { list, used: 0 });
    },
    paths: () => requests.map(({ path }) => path),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      const unasked = [...answers].flatMap(([path, { list, used }]) =>
        used < list.length ? [`${path}: ${used} of ${list.length} answers were asked for`] : [],
      );
      const faults = [...unasked, ...unexpected.map((what) => `${what} was not expected`)];
      if (faults.length > 0) throw new Error(`origin: ${faults.join('; ')}`);
    },
  };
}

type Serve = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => void;

function issuedFor({ certificate, issued }: OriginOptions): Issued | undefined {
  const read = (name: string): string => readFileSync(new URL(`tls/${name}.pem`, import.meta.url), 'utf8');
  return issued ?? (certificate === undefined ? undefined : { key: read('key'), cert: read(certificate) });
}

function createAny(issued: Issued | undefined, http2: boolean, serve: Serve): Server {
  if (issued === undefined) return createServer(serve);
  // All three kinds listen, close and tell of connections alike.
  return http2
    ? (createSecureServer({ ...issued, allowHTTP1: true }, serve) as unknown as Server)
    : createTlsServer(issued, serve);
}
