/** Which connections does a request use? */
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import { LRUCache } from 'lru-cache';
import { millisecondsInDay, millisecondsInMinute } from 'date-fns/constants';
import type { FetchSettings } from '../../model/settings.ts';
import { parseNetworks, type Networks } from '../../syntax/http/ip-address.ts';
import { environmentProxy, type ProxyEnvironment } from '../../syntax/http/proxy-environment.ts';
import { createConnectAddresses } from './connect-addresses.ts';
import { openConnection, openToProxy, type Destination, type Line } from './connector.ts';
import { createIssuerFetcher } from './fetch-issuer.ts';
import { parseProxy, proxyAuthorization, type Proxy } from './proxy.ts';
import type { Resolve } from './resolve.ts';
import { createPinned, createSecure } from './secure.ts';
import { createTrust } from './trust.ts';

/** A running request. */
export interface Use {
  /** True if a connection to its origin was opened since it began; then it did not use a stale one. */
  fresh: boolean;
}

export interface Route {
  readonly dispatcher: Dispatcher;
  readonly allow: Networks;
  /** Address of the proxy, without credentials. */
  readonly proxy?: string;
  /** Opens a connection that is not shared. @throws as `openConnection` */
  open(url: URL): Promise<OpenedRoute>;
}

/** A connection for one request, and how the request is written on it. */
export interface OpenedRoute {
  readonly socket: Socket;
  /** The request target: a path, or the whole address for a proxy (RFC 9112 §3.2). */
  readonly target: string;
  /** Headers for the proxy. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Agents {
  route(url: URL, settings: FetchSettings): Route;
  /** From now on HTTP/1.1 is used for this origin. */
  avoidHttp2(origin: string): void;
  /** True if the last responses of this origin could be read only with a lenient parser. */
  isLenient(origin: string): boolean;
  setLenient(origin: string, isLenient: boolean): void;
  /** Registers a request; it must be ended with `leave`. */
  enter(origin: string): Use;
  leave(origin: string, use: Use): void;
  close(): Promise<void>;
}

/** How long an idle connection is kept: enough for spaced requests to a host with many sources. */
const KEEP_ALIVE_MS = 10_000;
const KEEP_ALIVE_MAX_MS = millisecondsInMinute;
/** undici would keep an idle HTTP/2 connection without a limit. */
const HTTP2_SWEEP_MS = 10_000;

/** Number of origins for which HTTP/2 is avoided; beyond it the list starts again. */
const MOST_AVOIDED = 10_000;

/** Larger response headers are refused. */
export const MAX_HEADER_BYTES = 32 * 1024;

/**
 * Connections are shared only by sources with the same network settings: a connection that one source may open into a
 * private network must not serve another. Normally there is one agent.
 */
export function createAgents(resolve: Resolve, environment: ProxyEnvironment): Agents {
  const agents = new Map<string, Dispatcher>();
  const lines = new Map<string, Line>();
  const bySettings = new WeakMap<FetchSettings, Network>();
  const uses = new Map<string, Set<Use>>();
  // Limited by size, because `max` would reserve the memory for all of them immediately.
  const most = { maxSize: MOST_AVOIDED, sizeCalculation: () => 1 };
  const avoided = new LRUCache<string, true>(most);
  const lenient = new LRUCache<string, true>({ ...most, ttl: millisecondsInDay });
  const connect = createConnectAddresses();
  const closing = new AbortController();
  // Every connection that is being opened adds a listener.
  setMaxListeners(0, closing.signal);

  function onOpen(options: buildConnector.Options): void {
    for (const use of uses.get(originOf(options)) ?? []) use.fresh = true;
  }

  function onHttp2(options: buildConnector.Options, socket: Socket): void {
    const origin = originOf(options);
    let idle = 0;
    const sweep = setInterval(() => {
      idle = uses.has(origin) ? 0 : idle + 1;
      // This kind of error tells undici that no request caused it; without it, undici itself fails.
      if (idle > 1) socket.destroy(new errors.InformationalError('idle'));
    }, HTTP2_SWEEP_MS).unref();
    socket.once('close', () => {
      clearInterval(sweep);
    });
  }

  function networkOf(settings: FetchSettings): Network {
    const known = bySettings.get(settings);
    if (known) return known;
    const network = {
      key: JSON.stringify([settings.allow, settings.ca, settings.connectTimeoutMs, settings.pin]),
      allow: parseNetworks(settings.allow),
    };
    bySettings.set(settings, network);
    return network;
  }

  function lineFor(key: string, settings: FetchSettings, allow: Networks, proxy: string | undefined): Line {
    const known = lines.get(key);
    if (known) return known;
    const trust = createTrust(
      settings.ca,
      createIssuerFetcher(resolve, (url) => route(url, settings)),
    );
    const verified = createSecure(trust);
    const line: Line = {
      connect,
      resolve,
      allow,
      secure: settings.pin === undefined ? verified : createPinned(settings.pin, trust.context()),
      secureProxy: verified,
      timeoutMs: settings.connectTimeoutMs,
      closing: closing.signal,
      ...(proxy !== undefined && { proxy: parseProxy(proxy) }),
    };
    lines.set(key, line);
    return line;
  }

  function agentFor(key: string, make: () => Dispatcher): Dispatcher {
    const known = agents.get(key);
    if (known) return known;
    const agent = make();
    agents.set(key, agent);
    return agent;
  }

  function route(url: URL, settings: FetchSettings): Route {
    const network = networkOf(settings);
    const proxy = settings.proxy ?? environmentProxy(url, environment);
    const key = proxy === undefined ? network.key : `${network.key} ${proxy}`;
    const line = lineFor(key, settings, network.allow, proxy);
    const shared = {
      allow: network.allow,
      ...(proxy !== undefined && { proxy: withoutCredentials(proxy) }),
      open: (to: URL) => openOnce(line, to),
    };
    const forward = forwardProxy(line, url);
    if (forward !== undefined) {
      const dispatcher = agentFor(`${key} forward`, () => forwarding(forward, line));
      return { ...shared, dispatcher };
    }
    const allowH2 = !avoided.has(url.origin);
    const dispatcher = agentFor(allowH2 ? key : `${key} HTTP/1.1`, () => {
      const protocols = allowH2 ? ['http/1.1', 'h2'] : ['http/1.1'];
      return new Agent({
        ...POOL,
        allowH2,
        connect: (options, callback) => {
          onOpen(options);
          openConnection(line, destinationOf(options), protocols).then(
            (socket) => {
              if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') onHttp2(options, socket);
              callback(null, socket);
            },
            (error: unknown) => {
              callback(asError(error), null);
            },
          );
        },
      });
    });
    return { ...shared, dispatcher };
  }

  return {
    route,
    avoidHttp2(origin) {
      avoided.set(origin, true);
    },
    isLenient: (origin) => lenient.has(origin),
    setLenient(origin, isLenient) {
      if (isLenient) lenient.set(origin, true);
      else lenient.delete(origin);
    },
    enter(origin) {
      const use: Use = { fresh: false };
      const others = uses.get(origin);
      if (others) others.add(use);
      else uses.set(origin, new Set([use]));
      return use;
    },
    leave(origin, use) {
      const others = uses.get(origin);
      others?.delete(use);
      if (others?.size === 0) uses.delete(origin);
    },
    async close() {
      closing.abort(new Error('the fetcher was closed'));
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

const POOL = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
  maxHeaderSize: MAX_HEADER_BYTES,
};

/** Plain http is requested from the proxy itself (RFC 9112 §3.2.2), because many proxies refuse tunnels to port 80. */
function forwardProxy({ proxy }: Line, { protocol }: URL): Proxy | undefined {
  return proxy !== undefined && 'kind' in proxy && proxy.kind === 'http' && protocol === 'http:' ? proxy : undefined;
}

async function openOnce(line: Line, url: URL): Promise<OpenedRoute> {
  const path = `${url.pathname}${url.search}`;
  const proxy = forwardProxy(line, url);
  if (proxy === undefined) {
    return { socket: await openConnection(line, destinationOf(url), ['http/1.1']), target: path, headers: {} };
  }
  return { socket: await openToProxy(line, proxy), target: `${url.origin}${path}`, headers: proxyHeaders(proxy) };
}

function proxyHeaders(proxy: Proxy): Readonly<Record<string, string>> {
  const authorization = proxyAuthorization(proxy);
  return authorization === undefined ? {} : { 'proxy-authorization': authorization };
}

function forwarding(proxy: Proxy, line: Line): Dispatcher {
  const { hostname, port, secure } = proxy;
  const address = `${secure ? 'https' : 'http'}://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  const own = proxyHeaders(proxy);
  const pool = new Pool(address, {
    ...POOL,
    allowH2: false,
    connect: (_options, callback) => {
      openToProxy(line, proxy).then(
        (socket) => {
          callback(null, socket);
        },
        (error: unknown) => {
          callback(asError(error), null);
        },
      );
    },
  });
  return pool.compose((dispatch) => (options, handler) => {
    const { host } = new URL(String(options.origin));
    const headers = { host, ...(options.headers as Record<string, string>), ...own };
    return dispatch(
      { ...options, origin: address, path: `${String(options.origin)}${options.path}`, headers },
      handler,
    );
  });
}

interface Network {
  readonly key: string;
  readonly allow: Networks;
}

function originOf({ protocol, host, hostname }: buildConnector.Options): string {
  return `${protocol}//${host ?? hostname}`;
}

function destinationOf({
  protocol,
  hostname,
  port,
}: Pick<buildConnector.Options, 'protocol' | 'hostname' | 'port'>): Destination {
  const secure = protocol === 'https:';
  return {
    protocol: secure ? 'https:' : 'http:',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function withoutCredentials(proxy: string): string {
  return URL.canParse(proxy) ? new URL(proxy).host : proxy;
}
