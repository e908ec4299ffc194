/** How are requests of the hubs of our sources received (WebSub §5.3, §7)? */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { SAFE_HEADERS } from '../../model/security-headers.ts';
import type { ArrivedNotification, CallbackAnswer } from '../../model/source-subscription.ts';
import { inflate, parseCodings } from '../fetch/inflate.ts';

export interface CallbackEndpoint {
  readonly question: (callbackId: string, query: URLSearchParams) => Promise<CallbackAnswer>;
  /** Bytes; undefined for an unknown callback. */
  readonly limitBytes: (callbackId: string) => Promise<number | undefined>;
  readonly push: (callbackId: string, push: ArrivedNotification) => Promise<CallbackAnswer>;
}

const PATH = '/websub/callback/:id';

const UNKNOWN: CallbackAnswer = { status: 410, text: 'There is no such subscription (any more).\n' };
const TOO_LARGE: CallbackAnswer = { status: 413, text: 'The document is too large.\n' };

/** `/websub/callback/…` on a web server that is not yet listening. */
export function registerHubCallback(app: FastifyInstance, { question, limitBytes, push }: CallbackEndpoint): void {
  // In a scope of its own: here a body may have any type, and is read only after its callback is known.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => {
      done(null);
    });
    scope.get<{ Params: { id: string } }>(PATH, { exposeHeadRoute: false }, async (request, reply) => {
      const query = new URLSearchParams(request.raw.url?.split('?')[1] ?? '');
      await reply.headers(HEADERS).send(answered(reply, await question(request.params.id, query)));
    });
    scope.post<{ Params: { id: string } }>(PATH, async (request, reply) => {
      const { id } = request.params;
      const limit = await limitBytes(id);
      const body = limit === undefined ? undefined : await bodyOf(request.raw, limit);
      if (limit === undefined || body === undefined) {
        // The rest of the body is not needed: the connection ends with the response.
        const answer = limit === undefined ? UNKNOWN : TOO_LARGE;
        await reply.headers({ ...HEADERS, Connection: 'close' }).send(answered(reply, answer));
        return;
      }
      const answer = await push(id, {
        body,
        signature: one(request.headers['x-hub-signature']),
        contentType: request.headers['content-type'],
        plain: () => decoded(body, request.headers['content-encoding'], limit),
      });
      await reply.headers(HEADERS).send(answered(reply, answer));
    });
    await Promise.resolve();
  });
}

const HEADERS = { ...SAFE_HEADERS, 'Cache-Control': 'no-store', 'Content-Type': 'text/plain; charset=utf-8' };

interface Reply {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
}

function answered(reply: Reply, { status, text, retryAfterSeconds }: CallbackAnswer): string {
  reply.code(status);
  if (retryAfterSeconds !== undefined) reply.header('Retry-After', String(retryAfterSeconds));
  return text;
}

/** The whole body; undefined for one that is larger than the limit. */
async function bodyOf(request: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let received = 0;
  // A request yields its body in buffers, as no encoding is set.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, received);
}

/** The signature covers the bytes as sent, so the content coding is removed after the check. */
async function decoded(body: Uint8Array, coding: string | undefined, limit: number): Promise<Uint8Array | undefined> {
  const codings = parseCodings(coding);
  if (codings === undefined) return undefined;
  const inflated = await inflate(Buffer.from(body.buffer, body.byteOffset, body.byteLength), codings, limit);
  return inflated.kind === 'body' ? inflated.body : undefined;
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
