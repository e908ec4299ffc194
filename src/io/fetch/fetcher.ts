/** How does one visit to a source end, redirects included? */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  FetchFailure,
  FetchOutcome,
  HeaderLinks,
  HttpHints,
  NotModified,
  RedirectHop,
} from '../../model/outcome.ts';
import type { FetchRequest, Fetcher } from '../../ports.ts';
import { freshForMs } from '../../syntax/cache-control.ts';
import { parseHttpDate } from '../../syntax/http-date.ts';
import { parseLinkHeader } from '../../syntax/link-header.ts';
import type { ProxyEnvironment } from '../../syntax/no-proxy.ts';
import { isConditionalHeader, isPersonalHeader, sharesCredentials } from '../../syntax/request-headers.ts';
import { parseRetryAfter } from '../../syntax/retry-after.ts';
import { createAgents, type Agents, type Route } from './agents.ts';
import { challengeOf } from './challenge.ts';
import { exchange, one, type Head, type Headers, type Reply, type Visit } from './exchange.ts';
import { bodyTooLarge, failure, failureOf, statusFailure, totalTimeout, type Asked } from './failures.ts';
import { ACCEPT_ENCODING, type Inflated } from './inflate.ts';
import { ForbiddenAddressError, judgeHost } from './judged-connect.ts';
import { nextHop, parseAddress } from './redirect.ts';
import { createResolve, type Resolve } from './resolve.ts';

export interface FetcherOptions {
  /** How names are looked up; the system's way if absent. */
  readonly resolve?: Resolve;
  /** Where HTTP_PROXY and its kin are read from; `process.env` if absent. */
  readonly environment?: ProxyEnvironment;
  /** Epoch ms, for dates in headers without a Date beside them. */
  readonly now?: () => number;
}

/** More than a host can ask for in earnest; also keeps nonsense such as year 9999 out. */
const MAX_RETRY_AFTER_MS = 31 * 24 * 60 * 60 * 1000;

/** Close it when done: idle connections are kept until then. */
export function createFetcher(options: FetcherOptions = {}): Fetcher {
  const resolve = options.resolve ?? createResolve();
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
      const visit: Visit = { stop: undefined };
      let isTimeUp = false;
      const timer = setTimeout(() => {
        isTimeUp = true;
        visit.stop?.();
      }, request.settings.timeoutMs);
      const waiting = visitsOf(signal).add(visit);
      visits.add(visit);
      try {
        const isOver = (): boolean => isTimeUp || closed || signal.aborted;
        const outcome = await travel({ agents, resolve, now, request, visit, isOver });
        signal.throwIfAborted();
        throwIfClosed();
        return outcome;
      } finally {
        clearTimeout(timer);
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

/** One listener for each signal, however many visits wait for it at once. */
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
  readonly now: () => number;
  readonly request: FetchRequest;
  readonly visit: Visit;
  /** The time is up, or nobody waits any more. */
  readonly isOver: () => boolean;
}

/** From hop to hop until something other than a redirect comes. */
async function travel(journey: Journey): Promise<FetchOutcome> {
  const { request } = journey;
  const redirects: RedirectHop[] = [];
  const seen = new Set<string>();
  let retryAfterMs: number | undefined;
  let credentials = true;
  let url = parseAddress(request.url);
  if (url === undefined) return failed(failure('protocol', `${request.url} is no http or https address`), {}, []);
  const owner = ownerOf(request, url);
  for (;;) {
    seen.add(url.href);
    const headers = headersFor(request, url.href === owner, credentials);
    const { reply, route } = await ask(journey, url, headers);
    const asked: Asked = { url, settings: request.settings, ...(route.proxy !== undefined && { proxy: route.proxy }) };
    const head = 'head' in reply ? reply.head : undefined;
    const hints = head === undefined ? {} : hintsOf(head, journey.now());
    retryAfterMs = longest(retryAfterMs, hints.retryAfterMs);
    const all: HttpHints = { ...hints, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    if (reply.kind !== 'other' || !isRedirect(reply.head.status)) {
      return outcomeOf(reply, { asked, hints: all, redirects, sent: headers });
    }
    const hop = nextHop(url, reply.head.status, one(reply.head.headers['location']), seen, redirects.length);
    if (!(hop instanceof URL)) return failed(hop, all, redirects);
    redirects.push({ status: reply.head.status, from: url.href, to: hop.href });
    credentials &&= sharesCredentials(url, hop);
    url = hop;
    // undici takes a connection back in the next turn; without this, a hop on the same host would open another.
    await nextTurn();
  }
}

/**
 * One hop. It is asked once more, over a new connection, if it met a kept one that its host had closed meanwhile (RFC 9112 §9.3.1);
 * and over HTTP/1.1 if HTTP/2 broke, which undici also reports for a host that only says goodbye (RFC 9113 §6.8).
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
      const judged = await judgeForProxy(url, route, resolve, visit);
      if (judged !== undefined) return { reply: judged, route };
    }
    if (isOver()) return { reply: { kind: 'stopped', progress: { answered: false, receivedBytes: 0 } }, route };
    const use = agents.enter(url.origin);
    const reply = await exchange({ dispatcher: route.dispatcher, url, headers, settings, visit });
    agents.leave(url.origin, use);
    if (attempt > 1 || route.proxy !== undefined) return { reply, route };
    if (isHttp2Fault(reply)) agents.avoidHttp2(url.origin);
    else if (use.fresh || !isDropped(reply)) return { reply, route };
  }
}

/** A proxy connects in our stead, so its target is judged as far as we can look it up; what we cannot is left to it. */
async function judgeForProxy(url: URL, route: Route, resolve: Resolve, visit: Visit): Promise<Reply | undefined> {
  const progress = { answered: false, receivedBytes: 0 };
  const stopped = new Promise<Reply>((settle) => {
    visit.stop = () => {
      settle({ kind: 'stopped', progress });
    };
  });
  const judged = judgeHost(url.hostname, route.allow, resolve).then(
    () => undefined,
    (error: unknown): Reply | undefined =>
      error instanceof ForbiddenAddressError ? { kind: 'broken', error, progress } : undefined,
  );
  const reply = await Promise.race([judged, stopped]);
  visit.stop = undefined;
  return reply;
}

/** The connection ended before anything was answered. */
function isDropped(reply: Reply): boolean {
  if (reply.kind !== 'broken' || reply.progress.answered) return false;
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(errorCode(reply.error));
}

/** Of all that can break, what is about HTTP/2 alone; a host that keeps silent would do so in any version. */
function isHttp2Fault(reply: Reply): boolean {
  if (reply.kind !== 'broken') return false;
  const text = reply.error instanceof Error ? reply.error.message : '';
  const isOfHttp2 = /HTTP\/2|NGHTTP2/.test(text) || errorCode(reply.error).startsWith('ERR_HTTP2_');
  return isOfHttp2 && !/timeout/i.test(text);
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const isRedirect = (status: number): boolean =>
  status === 301 || status === 302 || status === 303 || status === 307 || status === 308;

interface Context {
  readonly asked: Asked;
  readonly hints: HttpHints;
  readonly redirects: readonly RedirectHop[];
  /** Names in lower case. */
  readonly sent: Readonly<Record<string, string>>;
}

function outcomeOf(reply: Reply, { asked, hints, redirects, sent }: Context): FetchOutcome {
  const { url, settings } = asked;
  const fail = (why: FetchFailure): FetchOutcome => failed(why, hints, redirects);
  switch (reply.kind) {
    case 'stopped':
      return fail(totalTimeout(asked, reply.progress));
    case 'broken':
      return fail(failureOf(reply.error, asked, reply.progress));
    case 'unknown-coding':
      return fail(failure('bad-encoding', `${url.host} sends the body as "${reply.coding}", which was not asked for`));
    case 'document': {
      if (reply.inflated.kind !== 'body') return fail(inflateFailure(reply.inflated, url, settings.maxBodyBytes));
      const { head } = reply;
      const { body } = reply.inflated;
      const guard = challengeOf({ ...head, text: startOf(body) });
      if (guard !== undefined) return fail(challenge(guard, head.status, url));
      const location = one(head.headers['content-location']);
      const type = one(head.headers['content-type']);
      return {
        kind: 'body',
        ...answered(head, url, redirects, hints),
        body,
        ...(type !== undefined && { contentType: type }),
        ...(location !== undefined &&
          URL.canParse(location, url.href) && { contentLocation: new URL(location, url).href }),
        links: linksOf(head.headers, url),
        delta: head.status === 226,
      };
    }
    case 'other': {
      const { head, start } = reply;
      if (head.status === 304) {
        return Object.keys(sent).some(isConditionalHeader)
          ? { kind: 'not-modified', ...answered(head, url, redirects, hints) }
          : fail(
              failure('protocol', `${url.host} says "not modified" (304) although we have nothing yet`, {
                status: 304,
              }),
            );
      }
      if (head.status === 410) return { kind: 'gone', url: url.href, redirects };
      const guard = challengeOf({ ...head, text: startOf(start) });
      if (guard !== undefined) return fail(challenge(guard, head.status, url));
      return fail(statusFailure(head.status, url, 'authorization' in sent));
    }
  }
}

function answered(
  head: Head,
  url: URL,
  redirects: readonly RedirectHop[],
  hints: HttpHints,
): Omit<NotModified, 'kind'> {
  const etag = one(head.headers['etag']);
  const lastModified = one(head.headers['last-modified']);
  return {
    status: head.status,
    url: url.href,
    redirects,
    hints,
    ...(etag !== undefined && etag !== '' && { etag }),
    ...(lastModified !== undefined && lastModified !== '' && { lastModified }),
  };
}

function failed(why: FetchFailure, hints: HttpHints, redirects: readonly RedirectHop[]): FetchOutcome {
  return { kind: 'failed', failure: why, hints, redirects };
}

function inflateFailure(inflated: Exclude<Inflated, { kind: 'body' }>, url: URL, limitBytes: number): FetchFailure {
  switch (inflated.kind) {
    case 'too-large':
      return bodyTooLarge(limitBytes);
    case 'cut-off':
      return failure('cut-off', `the compressed body of ${url.host} ends in the middle`);
    case 'corrupt':
      return failure('bad-encoding', `the compressed body of ${url.host} is damaged: ${inflated.detail}`);
  }
}

function challenge(guard: string, status: number, url: URL): FetchFailure {
  return failure(
    'challenge',
    `${url.host} lets only browsers pass: a check by ${guard} (${status}); its owner can let our User-Agent through`,
    { status },
  );
}

/** Only what stands in the first bytes matters, and that is ASCII. */
function startOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 32 * 1024)).toString('latin1');
}

/** The address that the conditional headers belong to. */
function ownerOf({ url, validatorsFor }: FetchRequest, first: URL): string | undefined {
  return validatorsFor === undefined || validatorsFor === url ? first.href : parseAddress(validatorsFor)?.href;
}

/** Headers for one address: conditions only for the one they belong to, personal ones only for the origin they were given for. */
function headersFor(request: FetchRequest, isOwner: boolean, credentials: boolean): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [given, value] of Object.entries(request.headers)) {
    const name = given.toLowerCase();
    if (isConditionalHeader(name) ? isOwner : credentials || !isPersonalHeader(name)) headers[name] = value;
  }
  headers['accept-encoding'] ??= ACCEPT_ENCODING;
  return headers;
}

function hintsOf({ headers }: Head, now: number): HttpHints {
  const date = one(headers['date']);
  const freshness = {
    cacheControl: joined(headers['cache-control']),
    expires: one(headers['expires']),
    date,
    age: one(headers['age']),
  };
  const freshFor = freshForMs(freshness, now);
  const retryAfter = one(headers['retry-after']);
  const wait =
    retryAfter === undefined
      ? undefined
      : parseRetryAfter(retryAfter, (date === undefined ? undefined : parseHttpDate(date)) ?? now);
  return {
    ...(freshFor !== undefined && { freshForMs: freshFor }),
    ...(wait !== undefined && { retryAfterMs: Math.min(wait, MAX_RETRY_AFTER_MS) }),
  };
}

function joined(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(', ');
}

function longest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

/** Hubs and self of the Link header (WebSub §4); links about another document do not count. */
function linksOf(headers: Headers, url: URL): HeaderLinks {
  const value = headers['link'];
  if (value === undefined) return { hubs: [] };
  const links = parseLinkHeader(value).filter(({ anchor }) => anchor === undefined || anchor === '');
  const targets = (relation: string): string[] =>
    links
      .filter(({ relations, target }) => relations.includes(relation) && URL.canParse(target, url.href))
      .map(({ target }) => new URL(target, url).href);
  const [self] = targets('self');
  return { hubs: targets('hub'), ...(self !== undefined && { self }) };
}
