/** How does the web server answer requests for published documents? */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { InvariantError } from '../../model/errors.ts';
import { currentPath } from '../../model/former-categories.ts';
import { feedPath, parsePosition, postIdFromPath, scopeFromPath } from '../../model/paths.ts';
import { contentSecurityPolicy, SAFE_HEADERS } from '../../model/security-headers.ts';
import type { RenderedDocument, StoredDocument } from '../../model/output.ts';
import type { Settings } from '../../model/settings.ts';
import type { Log } from '../../ports/log.ts';
import type { Documents } from '../../ports/publisher.ts';
import { packageDocument, packing } from '../publish/package.ts';
import { createDocumentCache } from './cache.ts';
import { addressOf } from './client-address.ts';
import { CONNECTION_LIMITS, type ConnectionLimits, createLimitedServer } from './connections.ts';
import { formerAddresses } from './former-address.ts';
import { createVersions } from './delta.ts';
import { movedAddresses } from './moved-addresses.ts';
import { baseOf, withoutBase } from './site-base.ts';
import { createUnconditionalLimit } from './rate-limit.ts';
import { formatFor } from './negotiate.ts';
import type { CacheResult } from '../metrics/requests.ts';
import type { Prepared, RawHeaders } from './prepared-response.ts';
import { createRenderLimit, TooManyRendersError } from './render-limit.ts';
import { respond, type ResponseFacts } from './respond.ts';

const CACHE_BYTES = 256 * 1024 * 1024;
const RECHECK_MS = 30_000;
const RETRY_AFTER_SECONDS = 30;
const LONGEST_REST_MS = 2_000;

/** A health check without an answer within this time has failed. */
const READY_WITHIN_MS = 2_000;

/** Paths that people and browsers try. */
const MOVED: Readonly<Record<string, string>> = { '/index.html': '/', '/favicon.ico': '/favicon.svg' };

export interface WebOptions {
  readonly settings: () => Settings;
  readonly documents: Pick<Documents, 'get'>;
  /** Renders a document on request: a post, a tag, an archive page. `before` is the requested position. */
  readonly render: (path: string, before: string | undefined) => Promise<RenderedDocument | undefined>;
  /** Whether the operator removed the post permanently. */
  readonly isRemoved: (postId: string) => Promise<boolean>;
  readonly health: { readonly ready: () => Promise<readonly HealthCheck[]> };
  readonly now: () => number;
  readonly log: Log;
  /** Called for each response to a request for a document; for metrics. */
  readonly onResponse?: (path: string, facts: ResponseFacts, cache: CacheResult) => void;
  /** `CONNECTION_LIMITS` if not given. */
  readonly connections?: Partial<ConnectionLimits>;
  /** A health check without an answer within this time has failed; 2 s if not given. */
  readonly readyWithinMs?: number;
}

/** One part that must work for the site to be useful. */
export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly message?: string;
}

export interface Web {
  /** For further routes; not yet listening. */
  readonly app: FastifyInstance;
  /** Listens at the configured address; returns the address. */
  listen(): Promise<string>;
  /** Where it listens. @throws InvariantError before it does */
  at(): AddressInfo;
  /** The document at this path was written or removed: drops its cached form. */
  invalidate(path: string): void;
  close(): Promise<void>;
}

export function createWeb(options: WebOptions): Web {
  const { settings, documents, render, now, log, onResponse } = options;
  let seenSettings = settings();
  let pagePolicy = contentSecurityPolicy(seenSettings.html);
  let movedTo = formerAddresses(seenSettings.site);
  let redirectOf = movedAddresses(seenSettings.http.redirects);
  let base = baseOf(seenSettings.site.url);
  const versions = createVersions(() => pagePolicy);
  const cache = createDocumentCache({
    load,
    onLoaded: (key, prepared) => {
      // Archive pages do not change, and there are many.
      if (!key.includes('?')) versions.remember(key, prepared);
    },
    onError: (key, error) => {
      log.warn({ key, error: String(error) }, 'could not look up a document again; the cached one is sent');
    },
    pagePolicy: () => pagePolicy,
    now,
    maxBytes: CACHE_BYTES,
    recheckMs: RECHECK_MS,
  });
  const responder = {
    versions,
    limit: createUnconditionalLimit(),
    limitMs: () => settings().http.limitMs,
    addressOf: (request: IncomingMessage) => addressOf(request, settings().http.trustProxy),
    now,
  };

  const renders = createRenderLimit(
    (ms) => setTimeoutPromise(Math.min(ms, LONGEST_REST_MS)),
    () => performance.now(),
  );

  /** @param key  a path, for archive pages with the position behind it */
  async function load(key: string): Promise<StoredDocument | undefined> {
    const [path = '', query] = key.split('?before=');
    const published = query === undefined ? await documents.get(path) : undefined;
    // It is published in one compressed form; the others are made on request.
    if (published !== undefined) return packing.compress(published, ['gzip', 'br']);
    return renders.run(query === undefined, async () => {
      const made = await render(path, query);
      return made === undefined ? undefined : packageDocument(made);
    });
  }

  /** Almost every request: a cached document, at its plain path. */
  function answeredAtOnce(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const key = request.url ?? '';
    if (movedTo(request.headers.host, key) !== undefined || redirectOf(key, '') !== undefined) return false;
    const prepared = cache.peek(key);
    if (prepared === undefined) return false;
    send(key, request, response, prepared, [], 'hit');
    return true;
  }

  /**
   * Removes the path of `site.url` if the proxy left it, so that both kinds of proxy work.
   *
   * @returns false if the request was answered
   */
  function isBelowBase(request: IncomingMessage, response: ServerResponse): boolean {
    followSettings();
    const target = request.url ?? '/';
    const path = withoutBase(target, base);
    if (path !== undefined) {
      request.url = path;
      return true;
    }
    response
      .writeHead(301, { ...SAFE_HEADERS, Location: `${base}/${target.slice(base.length)}`, 'Content-Length': '0' })
      .end();
    return false;
  }

  /** Documents rendered under a former config are rendered again. */
  function followSettings(): void {
    const current = settings();
    if (current === seenSettings) return;
    seenSettings = current;
    pagePolicy = contentSecurityPolicy(current.html);
    movedTo = formerAddresses(current.site);
    redirectOf = movedAddresses(current.http.redirects);
    base = baseOf(current.site.url);
    cache.clear();
  }

  function note(path: string, facts: ResponseFacts, cache: CacheResult = 'miss'): void {
    onResponse?.(path, facts, cache);
  }

  /** Nothing else answers from here on: an error now ends the connection, so that the client does not wait. */
  function send(
    key: string,
    request: IncomingMessage,
    response: ServerResponse,
    prepared: Prepared,
    extra: RawHeaders,
    cached: CacheResult,
  ): void {
    try {
      note(key, respond(request, response, key, prepared, responder, extra), cached);
    } catch (error) {
      log.error({ key, error: String(error) }, 'a response could not be sent; its connection is closed');
      response.destroy();
    }
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, key: string, extra: RawHeaders): Promise<void> {
    const atHand = cache.peek(key);
    const prepared = atHand ?? (await cache.get(key));
    if (prepared === undefined) {
      await notFound(request, reply);
      return;
    }
    reply.hijack();
    send(key, request.raw, reply.raw, prepared, extra, atHand === undefined ? 'miss' : 'hit');
  }

  async function document(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const elsewhere = movedTo(request.headers.host, request.url);
    if (elsewhere !== undefined) {
      // Cached only for a short time: an address may be changed back.
      await reply
        .code(301)
        .headers(SAFE_HEADERS)
        .header('Cache-Control', 'public, max-age=3600')
        .redirect(elsewhere, 301);
      return;
    }
    const { path, before, query } = splitUrl(request.url);
    const renamed = currentPath(path, settings().categories);
    const moved = redirectOf(path, query) ?? MOVED[path] ?? (renamed === path ? undefined : renamed + query);
    if (moved !== undefined) {
      const location = moved.startsWith('/') ? base + moved : moved;
      await reply
        .code(301)
        .headers(SAFE_HEADERS)
        .header('Cache-Control', 'public, max-age=86400')
        .redirect(location, 301);
      return;
    }
    const found = scopeFromPath(path);
    if (found === undefined) return answer(request, reply, path, []);
    const { scope, format = formatFor(request.headers.accept) } = found;
    const position = found.before ?? before;
    // An invalid position never gets into a cache or a header.
    if (position !== undefined && parsePosition(position) === undefined) return notFound(request, reply);
    const key = feedPath(scope, format) + (position === undefined ? '' : `?before=${position}`);
    const own = base + feedPath(scope, format, position);
    return answer(request, reply, key, [
      ...(found.format === undefined || found.before !== position ? ['Content-Location', own] : []),
      ...(found.format === undefined ? ['Vary', 'Accept, Accept-Encoding'] : []),
    ]);
  }

  async function notFound(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const postId = postIdFromPath(splitUrl(request.url).path);
    const status = postId !== undefined && (await options.isRemoved(postId)) ? 410 : 404;
    const page = await cache.get('/404.html');
    reply.code(status).headers({ ...SAFE_HEADERS, 'Cache-Control': 'public, max-age=60' });
    note(request.url, { status, bytes: 0 });
    if (page === undefined || formatFor(request.headers.accept) !== 'html') {
      await reply
        .type('text/plain; charset=utf-8')
        .send(status === 410 ? 'This post was removed.\n' : 'Nothing is published under this address.\n');
      return;
    }
    await reply
      .header('Content-Security-Policy', pagePolicy)
      .type(page.document.mediaType)
      .send(Buffer.from(page.document.body));
  }

  const app = fastify({
    logger: false,
    exposeHeadRoutes: true,
    forceCloseConnections: 'idle',
    // Clients may send any address; it is looked up and found, or not.
    routerOptions: { maxParamLength: 2_000 },
    serverFactory: (handler) =>
      createLimitedServer({ ...CONNECTION_LIMITS, ...options.connections }, (request, response) => {
        if (isBelowBase(request, response) && !answeredAtOnce(request, response)) handler(request, response);
      }),
  });
  app.get('/healthz', async (_request, reply) => {
    await reply.header('Cache-Control', 'no-store').send({ status: 'ok' });
  });
  app.get('/readyz', async (_request, reply) => {
    const checks = await within(options.readyWithinMs ?? READY_WITHIN_MS, options.health.ready());
    const ok = checks.every((check) => check.ok);
    await reply
      .code(ok ? 200 : 503)
      .headers({ 'Cache-Control': 'no-store', ...(!ok && { 'Retry-After': RETRY_AFTER_SECONDS }) })
      .send({ status: ok ? 'ready' : 'not ready', checks });
  });
  app.get('/*', document);
  app.options('/*', async (_request, reply) => {
    await reply
      .code(204)
      .headers({
        Allow: 'GET, HEAD, OPTIONS',
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'GET, HEAD',
        'Access-Control-Allow-Headers': 'If-None-Match, If-Modified-Since, A-IM',
        'Access-Control-Max-Age': '86400',
      })
      .send();
  });
  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/*',
    handler: async (_request, reply) => {
      await reply
        .code(405)
        .header('Allow', 'GET, HEAD, OPTIONS')
        .type('text/plain; charset=utf-8')
        .send('This address can only be read.\n');
    },
  });
  app.setNotFoundHandler(notFound);
  app.setErrorHandler(async (error, request, reply) => {
    const status = statusOf(error);
    const isBusy = error instanceof TooManyRendersError;
    if (status >= 500 && !isBusy)
      log.error({ url: request.url, error: String(error) }, 'a request could not be answered');
    note(request.url, { status, bytes: 0 });
    await reply
      .code(status)
      .headers({
        ...SAFE_HEADERS,
        'Cache-Control': 'no-store',
        ...(status === 503 && { 'Retry-After': isBusy ? error.retryAfterSeconds : RETRY_AFTER_SECONDS }),
      })
      .type('text/plain; charset=utf-8')
      .send(isBusy ? 'The site is busy rendering pages. Try again soon.\n' : textOf(status));
  });

  return {
    app,
    at: () => {
      const at = app.server.address();
      if (at === null || typeof at === 'string') throw new InvariantError('the web server listens on no port');
      return at;
    },
    listen: () => app.listen({ host: settings().http.host, port: settings().http.port }),
    invalidate: (path) => {
      cache.invalidate(path);
    },
    close: () => app.close(),
  };
}

function textOf(status: number): string {
  return status === 503 ? 'The site cannot reach its store right now. Try again soon.\n' : 'Bad request.\n';
}

async function within(ms: number, checks: Promise<readonly HealthCheck[]>): Promise<readonly HealthCheck[]> {
  const late = new AbortController();
  const message = `no answer within ${ms / 1_000} s`;
  const timeout = setTimeoutPromise(ms, [{ name: 'redis', ok: false, message }], { signal: late.signal });
  // Rejects only when it is stopped, after the other one has resolved.
  timeout.catch(() => undefined);
  try {
    return await Promise.race([checks, timeout]);
  } finally {
    late.abort();
  }
}

/** The path, and the archive position if the query contains one; other queries are ignored. */
function splitUrl(url: string): {
  readonly path: string;
  readonly before: string | undefined;
  /** With its `?`; empty if there is none. */
  readonly query: string;
} {
  const mark = url.indexOf('?');
  const [path, query] = mark === -1 ? [url, undefined] : [url.slice(0, mark), url.slice(mark + 1)];
  const before = query === undefined ? undefined : new URLSearchParams(query).get('before');
  return { path, before: before ?? undefined, query: mark === -1 ? '' : url.slice(mark) };
}

/** A request that cannot be read is the client's fault; everything else means that a backend cannot be reached. */
function statusOf(error: unknown): number {
  const claimed =
    typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : Number.NaN;
  return claimed >= 400 && claimed < 500 ? claimed : 503;
}
