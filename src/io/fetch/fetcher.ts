/** How is a source fetched, redirects included? */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FetchOutcome, HttpHints, RedirectHop } from '../../model/fetch-outcome.ts';
import type { FetchSettings } from '../../model/settings.ts';
import type { FetchRequest, Fetcher } from '../../ports/fetch.ts';
import type { ProxyEnvironment } from '../../syntax/http/proxy-environment.ts';
import { isConditionalHeader, isPersonalHeader, sharesCredentials } from '../../syntax/http/request-headers.ts';
import { createAgents, type Agents, type Route } from './agents.ts';
import { createCookieJar } from './cookie-jar.ts';
import { exchangeLeniently, type LenientOrder } from './lenient-exchange.ts';
import { exchange, one, type Head, type Reply, type Visit } from './request.ts';
import { refreshTarget } from './refresh.ts';
import { failure, type Asked } from './failure-messages.ts';
import { ACCEPT_ENCODING } from './inflate.ts';
import { ForbiddenAddressError, assertAllowedHost } from './guarded-connect.ts';
import { failed, hintsOf, outcomeOf } from './outcome.ts';
import { createOpenNetworks, type OpenNetworks } from './private-networks.ts';
import { nextHop, parseAddress } from './redirect.ts';
import { createResolve, type Resolve } from './resolve.ts';
import { codeOf } from '../../model/errors.ts';

export interface FetcherOptions {
  /** Resolver of host names; the system's if absent. */
  readonly resolve?: Resolve;
  /** Environment with HTTP_PROXY and similar; `process.env` if absent. */
  readonly environment?: ProxyEnvironment;
  /** Epoch ms, for dates in headers if the response has no Date. */
  readonly now?: () => number;
}

/** Must be closed: idle connections are kept until then. */
export function createFetcher(options: FetcherOptions = {}): Fetcher {
  const openNetworks = createOpenNetworks(options.resolve ?? createResolve());
  const { resolve } = openNetworks;
  const now = options.now ?? Date.now;
  const agents = createAgents(resolve, options.environment ?? process.env);
  const visits = new Set<Visit>();
  const visitsOf = createAbortWatch();
  let closed = false;
  const throwIfClosed = (): void => {
    if (closed) throw new Error('the fetcher was closed');
  };
  return {
    async fetch(request, signal) {
      signal.throwIfAborted();
      throwIfClosed();
      let isTimeUp = false;
      const timer = startTimer(request.settings.timeoutMs, () => {
        isTimeUp = true;
        visit.stop?.();
      });
      const visit: Visit = { stop: undefined, makeRoom: (bytes) => timer.pausedFor(request.room?.grow(bytes)) };
      const waiting = visitsOf(signal).add(visit);
      visits.add(visit);
      try {
        const isOver = (): boolean => isTimeUp || closed || signal.aborted;
        const outcome = await travel({ agents, resolve, openNetworks, now, request, visit, isOver });
        signal.throwIfAborted();
        throwIfClosed();
        return outcome;
      } finally {
        timer.stop();
        waiting.delete(visit);
        visits.delete(visit);
      }
    },
    async close() {
      closed = true;
      for (const visit of visits) visit.stop?.();
      await agents.close();
    },
  };
}

interface Timer {
  /** What the host is not to blame for does not count. */
  pausedFor(waiting: Promise<void> | undefined): Promise<void> | undefined;
  stop(): void;
}

function startTimer(timeoutMs: number, onTimeUp: () => void): Timer {
  let leftMs = timeoutMs;
  let startedAt = performance.now();
  let timer = setTimeout(onTimeUp, leftMs);
  let isOver = false;
  return {
    pausedFor: (waiting) => {
      if (waiting === undefined || isOver) return waiting;
      clearTimeout(timer);
      leftMs -= performance.now() - startedAt;
      return waiting.then(() => {
        startedAt = performance.now();
        if (!isOver) timer = setTimeout(onTimeUp, leftMs);
      });
    },
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** One listener for each signal, however many requests use it. */
function createAbortWatch(): (signal: AbortSignal) => Set<Visit> {
  const bySignal = new WeakMap<AbortSignal, Set<Visit>>();
  return (signal) => {
    const known = bySignal.get(signal);
    if (known) return known;
    const waiting = new Set<Visit>();
    bySignal.set(signal, waiting);
    signal.addEventListener('abort', () => {
      for (const visit of waiting) visit.stop?.();
    });
    return waiting;
  };
}

interface Journey {
  readonly agents: Agents;
  readonly resolve: Resolve;
  readonly openNetworks: OpenNetworks;
  readonly now: () => number;
  readonly request: FetchRequest;
  readonly visit: Visit;
  /** True after the timeout, or if the caller does not wait any more. */
  readonly isOver: () => boolean;
}

/** Follows redirects until another response arrives. */
async function travel(journey: Journey): Promise<FetchOutcome> {
  const { request } = journey;
  const redirects: RedirectHop[] = [];
  const cookies = createCookieJar(journey.now);
  const seen = new Set<string>();
  /** A cookie makes another request of the same address. */
  const requestKey = (to: URL): string => `${to.href} ${cookies.headerFor(to) ?? ''}`;
  let isRefreshed = false;
  let retryAfterMs: number | undefined;
  let credentials = true;
  let url = parseAddress(request.url);
  if (url === undefined) return failed(failure('protocol', `${request.url} is not an http or https address`), {}, []);
  const owner = ownerOf(request, url);
  for (;;) {
    seen.add(requestKey(url));
    const headers = withCookies(headersFor(request, url.href === owner, credentials), cookies.headerFor(url));
    const settings = await settingsAt(url, journey);
    const { reply, route } = await ask({ ...journey, request: { ...request, settings } }, url, headers);
    const asked: Asked = { url, settings, ...(route.proxy !== undefined && { proxy: route.proxy }) };
    const head = 'head' in reply ? reply.head : undefined;
    const hints = head === undefined ? {} : hintsOf(head, journey.now());
    retryAfterMs = longest(retryAfterMs, hints.retryAfterMs);
    const all: HttpHints = { ...hints, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    if (head !== undefined) await cookies.take([head.headers['set-cookie'] ?? []].flat(), url);
    const refresh = isRefreshed ? undefined : refreshTarget(reply);
    const location = reply.kind === 'other' ? redirectTarget(reply.head) : refresh;
    const end = (): FetchOutcome => outcomeOf(reply, { asked, hints: all, redirects, sent: headers });
    if (head === undefined || location === undefined) return end();
    const hop = nextHop(url, head.status, location, (to) => seen.has(requestKey(to)), redirects.length);
    // A page whose refresh is not followed is still a page.
    if (!(hop instanceof URL)) return reply.kind === 'other' ? failed(hop, all, redirects) : end();
    isRefreshed ||= reply.kind === 'document';
    redirects.push({ status: head.status, from: url.href, to: hop.href });
    credentials &&= sharesCredentials(url, hop);
    url = hop;
    // undici takes a connection back in the next turn of the event loop; without this, a redirect on the same host
    // would open another one.
    await nextTurn();
  }
}

/** A DNS lookup may take longer than the whole request. */
async function settingsAt(url: URL, { request, visit, openNetworks }: Journey): Promise<FetchSettings> {
  const stopped = new Promise<FetchSettings>((settle) => {
    visit.stop = () => {
      settle(request.settings);
    };
  });
  const found = openNetworks.settingsFor(url, request.configuredUrl ?? request.url, request.settings);
  const settings = await Promise.race([found, stopped]);
  visit.stop = undefined;
  return settings;
}

/**
 * One request. It is repeated once over a new connection if the host had closed the kept one (RFC 9112 §9.3.1), and over
 * HTTP/1.1 if HTTP/2 failed; undici reports that also for a GOAWAY of the host (RFC 9113 §6.8).
 */
async function ask(
  { agents, resolve, request, visit, isOver }: Journey,
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<{ reply: Reply; route: Route }> {
  const { settings } = request;
  for (let attempt = 1; ; attempt += 1) {
    const route = agents.route(url, settings);
    if (route.proxy !== undefined) {
      const judged = await checkProxyTarget(url, route, resolve, visit);
      if (judged !== undefined) return { reply: judged, route };
    }
    if (isOver()) return { reply: { kind: 'stopped', progress: { answered: false, receivedBytes: 0 } }, route };
    if (agents.isLenient(url.origin))
      return { reply: await askLeniently(agents, { route, url, headers, settings, visit }), route };
    const use = agents.enter(url.origin);
    const reply = await exchange({ dispatcher: route.dispatcher, url, headers, settings, visit });
    agents.leave(url.origin, use);
    if (reply.kind === 'broken' && reply.isMalformed && !isOver()) {
      const lenient = await askLeniently(agents, { route, url, headers, settings, visit });
      // If no parser can read it, the error of the strict one is reported.
      return { reply: lenient.kind === 'broken' ? reply : lenient, route };
    }
    if (attempt > 1 || route.proxy !== undefined) return { reply, route };
    if (isHttp2Fault(reply)) agents.avoidHttp2(url.origin);
    else if (use.fresh || !isDropped(reply)) return { reply, route };
  }
}

/** The origin is remembered for a day as one that needs it, as long as it works. */
async function askLeniently(agents: Agents, order: LenientOrder): Promise<Reply> {
  const reply = await exchangeLeniently(order);
  if (reply.kind !== 'stopped') agents.setLenient(order.url.origin, reply.kind !== 'broken');
  return reply;
}

/** The proxy connects for us, so its target is checked as far as we can resolve it; the proxy decides on the rest. */
async function checkProxyTarget(url: URL, route: Route, resolve: Resolve, visit: Visit): Promise<Reply | undefined> {
  const progress = { answered: false, receivedBytes: 0 };
  const stopped = new Promise<Reply>((settle) => {
    visit.stop = () => {
      settle({ kind: 'stopped', progress });
    };
  });
  const judged = assertAllowedHost(url.hostname, route.allow, resolve).then(
    () => undefined,
    (error: unknown): Reply | undefined =>
      error instanceof ForbiddenAddressError ? { kind: 'broken', error, progress, isMalformed: false } : undefined,
  );
  const reply = await Promise.race([judged, stopped]);
  visit.stop = undefined;
  return reply;
}

/** The connection ended before a response. */
function isDropped(reply: Reply): boolean {
  if (reply.kind !== 'broken' || reply.progress.answered) return false;
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(reply.error));
}

/** Failures that concern only HTTP/2; a host that does not answer would not answer in any version. */
function isHttp2Fault(reply: Reply): boolean {
  if (reply.kind !== 'broken') return false;
  const text = reply.error instanceof Error ? reply.error.message : '';
  const isOfHttp2 = /HTTP\/2|NGHTTP2/.test(text) || codeOf(reply.error).startsWith('ERR_HTTP2_');
  return isOfHttp2 && !/timeout/i.test(text);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads, empty if it does not say; `undefined` for other responses. A 300 may name its best choice. */
function redirectTarget({ status, headers }: Head): string | undefined {
  const location = one(headers['location']);
  if (REDIRECTS.has(status)) return location ?? '';
  return status === 300 && typeof headers['location'] === 'string' ? location : undefined;
}

/** Cookies of the config and of earlier responses; of two with the same name, that of the response. */
function withCookies(headers: Record<string, string>, cookies: string | undefined): Record<string, string> {
  if (cookies === undefined) return headers;
  const names = new Set(cookies.split('; ').map(cookieName));
  const given = (headers['cookie'] ?? '')
    .split(/;\s*/)
    .filter((cookie) => cookie !== '' && !names.has(cookieName(cookie)));
  return { ...headers, cookie: [...given, cookies].join('; ') };
}

function cookieName(cookie: string): string {
  return cookie.split('=', 1)[0] ?? '';
}

/** The address to which the conditional headers belong. */
function ownerOf({ url, validatorsFor }: FetchRequest, first: URL): string | undefined {
  return validatorsFor === undefined || validatorsFor === url ? first.href : parseAddress(validatorsFor)?.href;
}

/** Headers for one address: conditional ones only for their own address, personal ones only for their origin. */
function headersFor(request: FetchRequest, isOwner: boolean, credentials: boolean): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [given, value] of Object.entries(request.headers)) {
    const name = given.toLowerCase();
    if (isConditionalHeader(name) ? isOwner : credentials || !isPersonalHeader(name)) headers[name] = value;
  }
  headers['accept-encoding'] ??= ACCEPT_ENCODING;
  return headers;
}

function longest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}
