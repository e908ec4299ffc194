/** A small WebSub hub on loopback: honest, unless the test tells it not to be. */
import { createHmac, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface HubOrder {
  readonly mode: string;
  readonly topic: string;
  readonly callback: string;
  readonly leaseSeconds: number | undefined;
  readonly secret: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}

/** What a callback answered. */
export interface CallbackReply {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

export interface Misbehaviour {
  /** Answer to a request instead of 202. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  /** Does not ask whether it was meant. */
  readonly silent?: boolean;
  /** Expects another answer than its challenge, so that nothing is ever confirmed. */
  readonly wrongChallenge?: boolean;
  /** Denies instead of asking, with this reason. */
  readonly deny?: string;
  readonly leaseSeconds?: number;
  readonly signature?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'none' | 'wrong' | 'unreadable';
  /** Keeps what is published to itself. */
  readonly forgetful?: boolean;
  readonly gzip?: boolean;
}

export type HubEvent = 'asked' | 'confirmed' | 'unconfirmed' | 'denied' | 'left';

export interface Hub {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** Requests as they came. */
  readonly orders: readonly HubOrder[];
  /** From now on, until changed. */
  misbehave(how: Misbehaviour): void;
  /** Confirmed subscriptions of a topic. */
  subscribers(topic: string): readonly HubOrder[];
  /** Resolves when this has happened so often altogether since the start. */
  until(event: HubEvent, times?: number): Promise<void>;
  /** Sends a document to everybody who subscribed; what they answered. */
  publish(topic: string, body: string | Uint8Array, contentType?: string): Promise<readonly CallbackReply[]>;
  /** A GET at a callback with these parameters. */
  question(callback: string, parameters: Readonly<Record<string, string>>): Promise<CallbackReply>;
  close(): Promise<void>;
}

export async function startHub(): Promise<Hub> {
  const orders: HubOrder[] = [];
  const subscriptions = new Map<string, HubOrder>();
  const happened = new Map<HubEvent, number>();
  const events = new EventEmitter();
  // Without a listener an error would end the process, also where no test waits.
  events.on('error', () => undefined);
  const work = new Set<Promise<void>>();
  let behaviour: Misbehaviour = {};

  function happen(event: HubEvent): void {
    happened.set(event, (happened.get(event) ?? 0) + 1);
    events.emit(event);
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    // Without an encoding, a request gives buffers.
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const lease = form.get('hub.lease_seconds');
    const order: HubOrder = {
      mode: form.get('hub.mode') ?? '',
      topic: form.get('hub.topic') ?? '',
      callback: form.get('hub.callback') ?? '',
      leaseSeconds: lease === null ? undefined : Number(lease),
      secret: form.get('hub.secret') ?? undefined,
      headers: request.headers,
      form,
    };
    orders.push(order);
    const { answer } = behaviour;
    response.writeHead(answer?.status ?? 202, answer?.headers).end(answer?.body ?? '');
    happen('asked');
    if (answer === undefined) await verify(order);
  }

  async function verify(order: HubOrder): Promise<void> {
    const { silent, deny, wrongChallenge, leaseSeconds } = behaviour;
    if (silent === true) return;
    if (deny !== undefined) {
      await question(order.callback, { 'hub.mode': 'denied', 'hub.topic': order.topic, 'hub.reason': deny });
      happen('denied');
      return;
    }
    const challenge = randomBytes(12).toString('hex');
    const { status, body } = await question(order.callback, {
      'hub.mode': order.mode,
      'hub.topic': order.topic,
      'hub.challenge': challenge,
      ...(order.mode === 'subscribe' && {
        'hub.lease_seconds': String(leaseSeconds ?? order.leaseSeconds ?? 86_400),
      }),
    });
    const expected = wrongChallenge === true ? `${challenge}!` : challenge;
    if (status < 200 || status > 299 || body !== expected) {
      happen('unconfirmed');
      return;
    }
    const key = `${order.topic} ${order.callback}`;
    if (order.mode === 'subscribe') subscriptions.set(key, order);
    else subscriptions.delete(key);
    happen(order.mode === 'subscribe' ? 'confirmed' : 'left');
  }

  async function question(callback: string, parameters: Readonly<Record<string, string>>): Promise<CallbackReply> {
    const query = new URLSearchParams(parameters).toString();
    return replied(await fetch(`${callback}${callback.includes('?') ? '&' : '?'}${query}`, { redirect: 'manual' }));
  }

  function subscribers(topic: string): readonly HubOrder[] {
    return [...subscriptions.values()].filter((order) => order.topic === topic);
  }

  async function publish(topic: string, content: string | Uint8Array, contentType = 'application/rss+xml') {
    if (behaviour.forgetful === true) return [];
    const plain = Buffer.from(content);
    const body = behaviour.gzip === true ? gzipSync(plain) : plain;
    return Promise.all(
      subscribers(topic).map(async ({ callback, secret }) =>
        replied(
          await fetch(callback, {
            method: 'POST',
            redirect: 'manual',
            headers: {
              'content-type': contentType,
              link: `<${hub.url}>; rel="hub", <${topic}>; rel="self"`,
              ...(behaviour.gzip === true && { 'content-encoding': 'gzip' }),
              ...signature(body, secret),
            },
            body,
          }),
        ),
      ),
    );
  }

  function signature(body: Uint8Array, secret: string | undefined): Readonly<Record<string, string>> {
    const how = behaviour.signature ?? 'sha256';
    if (secret === undefined || how === 'none') return {};
    if (how === 'unreadable') return { 'x-hub-signature': 'a signature' };
    const method = how === 'wrong' ? 'sha256' : how;
    const key = how === 'wrong' ? `not ${secret}` : secret;
    return { 'x-hub-signature': `${method}=${createHmac(method, key).update(body).digest('hex')}` };
  }

  const server = createServer((request, response) => {
    const done: Promise<void> = take(request, response)
      .catch((error: unknown) => {
        // The callback was not there any more; a test that waits for an event is rejected with it.
        events.emit('error', error);
      })
      .finally(() => work.delete(done));
    work.add(done);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;

  const hub: Hub = {
    url: `http://127.0.0.1:${port}/`,
    orders,
    misbehave: (how) => {
      behaviour = how;
    },
    subscribers,
    until: async (event, times = 1) => {
      while ((happened.get(event) ?? 0) < times) await once(events, event);
    },
    publish,
    question,
    close: async () => {
      await Promise.all(work);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return hub;
}

async function replied(response: Response): Promise<CallbackReply> {
  return { status: response.status, body: await response.text(), headers: response.headers };
}
