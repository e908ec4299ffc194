/** A WebSub subscriber on loopback that does what the test tells it to. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly method: string;
  /** Path and query, as it came. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Subscriber {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly heard: readonly Heard[];
  /** Questions whether a request was meant, and denials. */
  questions(): readonly Heard[];
  deliveries(): readonly Heard[];
  /** How verifications are answered from now on; at first with their challenge. */
  confirm(answer: (heard: Heard) => Answer): void;
  /** How deliveries are answered from now on; at first with 204. */
  receive(answer: (heard: Heard) => Answer): void;
  forget(): void;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const challengeOf = (heard: Heard): Answer => ({ status: 200, body: heard.query.get('hub.challenge') ?? '' });

export async function startSubscriber(): Promise<Subscriber> {
  const heard: Heard[] = [];
  const answers = { confirm: challengeOf, receive: (_heard: Heard): Answer => ({ status: 204 }) };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    // Without an encoding, a request gives buffers.
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = request;
    const query = new URL(path, 'http://subscriber.example').searchParams;
    const said = { method, path, query, headers, body: Buffer.concat(chunks) };
    heard.push(said);
    const answer = method === 'GET' ? answers.confirm(said) : answers.receive(said);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const server = createServer((request, response) => {
    void serve(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    questions: () => heard.filter(({ method }) => method === 'GET'),
    deliveries: () => heard.filter(({ method }) => method === 'POST'),
    confirm: (answer) => {
      answers.confirm = answer;
    },
    receive: (answer) => {
      answers.receive = answer;
    },
    forget: () => {
      heard.length = 0;
      answers.confirm = challengeOf;
      answers.receive = () => ({ status: 204 });
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
