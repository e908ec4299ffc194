/** How do subscribers reach our hub (WebSub §5.1)? */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { SAFE_HEADERS } from '../../model/security-headers.ts';

/** Longer than any valid request: a topic, a callback, a secret. */
const MOST_BYTES = 16_384;

const FORM = 'application/x-www-form-urlencoded';

export interface HubEndpoint {
  /** Whether there is a hub at all. */
  readonly isOpen: () => boolean;
  /** @param requester  address of the client */
  readonly take: (
    form: URLSearchParams,
    requester: string,
  ) => Promise<{ readonly status: number; readonly text: string; readonly retryAfterSeconds?: number }>;
  readonly requesterOf: (request: IncomingMessage) => string;
}

/** `/websub` on a web server that is not yet listening. */
export function registerHub(app: FastifyInstance, { isOpen, take, requesterOf }: HubEndpoint): void {
  // In a scope of its own: no other route accepts forms, and this one accepts nothing else.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(FORM, { parseAs: 'string', bodyLimit: MOST_BYTES }, (_request, body, done) => {
      done(null, body);
    });
    scope.post('/websub', async (request, reply) => {
      const form = typeof request.body === 'string' ? new URLSearchParams(request.body) : undefined;
      const answer: Awaited<ReturnType<HubEndpoint['take']>> =
        form === undefined
          ? { status: 415, text: `The hub accepts ${FORM}.` }
          : await take(form, requesterOf(request.raw));
      if (answer.retryAfterSeconds !== undefined) reply.header('Retry-After', String(answer.retryAfterSeconds));
      await reply
        .code(answer.status)
        .headers({ ...SAFE_HEADERS, 'Cache-Control': 'no-store' })
        .type('text/plain; charset=utf-8')
        .send(`${answer.text}\n`);
    });
    scope.get('/websub', async (_request, reply) => {
      await reply
        .code(isOpen() ? 200 : 404)
        .headers({ ...SAFE_HEADERS, 'Cache-Control': 'no-store' })
        .type('text/plain; charset=utf-8')
        .send(isOpen() ? 'This is a WebSub hub for the feeds of this site.\n' : 'There is no hub here.\n');
    });
    await Promise.resolve();
  });
}
