/** How is an address from outside (a callback, a hub) requested safely? */
import requestThrough from 'undici/lib/api/api-request.js';
import type { CallOutcome } from '../../model/call-outcome.ts';
import type { HttpClient, HttpRequest } from '../../ports/fetch.ts';
import type { ProxyEnvironment } from '../../syntax/http/proxy-environment.ts';
import { parseRetryAfter } from '../../syntax/http/retry-after.ts';
import { createAgents, type Agents } from './agents.ts';
import { readStart } from './read-start.ts';
import { one } from './request.ts';
import { ForbiddenAddressError, assertAllowedHost } from './guarded-connect.ts';
import { createOpenNetworks } from './private-networks.ts';
import { createResolve, type Resolve } from './resolve.ts';
import { codeOf } from '../../model/errors.ts';
import { isWebAddress } from '../../syntax/url/web-address.ts';

export interface CallerOptions {
  /** Resolver of host names; the system's if absent. */
  readonly resolve?: Resolve;
  /** Environment with HTTP_PROXY and similar; `process.env` if absent. */
  readonly environment?: ProxyEnvironment;
  /** Epoch ms, for a Retry-After that is a date. */
  readonly now?: () => number;
}

/** Error codes of a connection that the host closed while it was idle. */
const DROPPED = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Must be closed: idle connections are kept until then. Redirects are returned, not followed. */
export function createHttpClient(options: CallerOptions = {}): HttpClient {
  const openNetworks = createOpenNetworks(options.resolve ?? createResolve());
  const { resolve } = openNetworks;
  const now = options.now ?? Date.now;
  const agents = createAgents(resolve, options.environment ?? process.env);
  const stops = new Set<() => void>();

  async function call(request: HttpRequest, signal: AbortSignal): Promise<CallOutcome> {
    signal.throwIfAborted();
    if (!isWebAddress(request.url)) {
      return { kind: 'failed', message: 'not an http or https address' };
    }
    const url = new URL(request.url);
    const ending = new AbortController();
    const stop = (): void => {
      ending.abort();
    };
    const timer = setTimeout(stop, request.settings.timeoutMs);
    signal.addEventListener('abort', stop);
    stops.add(stop);
    try {
      // A DNS lookup cannot be stopped; its late result is ignored.
      const networks = openNetworks.settingsFor(url, request.configuredUrl ?? request.url, request.settings);
      const settings = await Promise.race([networks, aborted(ending.signal)]);
      return await attempt(url, { ...request, settings }, ending.signal);
    } catch (error) {
      signal.throwIfAborted();
      const message = ending.signal.aborted ? `no answer within ${request.settings.timeoutMs} ms` : describe(error);
      return { kind: 'failed', message };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      stops.delete(stop);
    }
  }

  async function attempt(url: URL, request: HttpRequest, signal: AbortSignal): Promise<CallOutcome> {
    for (let left = 1; ; left -= 1) {
      try {
        return await exchangeOnce(url, request, signal, { agents, resolve, now });
      } catch (error) {
        // A kept connection that the host has closed meanwhile is not an error of the host.
        if (left === 0 || signal.aborted || !DROPPED.has(codeOf(error))) throw error;
      }
    }
  }

  return {
    call,
    close: async () => {
      for (const stop of stops) stop();
      await agents.close();
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('aborted'));
    });
  });
}

interface Means {
  readonly agents: Agents;
  readonly resolve: Resolve;
  readonly now: () => number;
}

async function exchangeOnce(
  url: URL,
  { method, headers, body, settings, maxAnswerBytes }: HttpRequest,
  signal: AbortSignal,
  { agents, resolve, now }: Means,
): Promise<CallOutcome> {
  const route = agents.route(url, settings);
  // The proxy connects for us, so the address is checked before the request.
  if (route.proxy !== undefined) await assertAllowedHost(url.hostname, route.allow, resolve);
  const answer = await requestThrough.call(route.dispatcher, {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers },
    ...(body !== undefined && { body }),
    headersTimeout: settings.headersTimeoutMs,
    bodyTimeout: settings.bodyTimeoutMs,
    signal,
  });
  const start = await readStart(answer.body, maxAnswerBytes);
  const retryAfterMs = parseRetryAfter(one(answer.headers['retry-after']) ?? '', now());
  const location = one(answer.headers['location']);
  return {
    kind: 'answered',
    status: answer.statusCode,
    body: start,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(location !== undefined && URL.canParse(location, url.href) && { location: new URL(location, url.href).href }),
  };
}

function describe(error: unknown): string {
  if (error instanceof ForbiddenAddressError) return error.message;
  const cause = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error;
  return cause instanceof Error ? cause.message : String(cause);
}
