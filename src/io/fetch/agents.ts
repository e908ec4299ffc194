/** Which connections does a request use? */
import type { Socket } from 'node:net';
import { rootCertificates, createSecureContext, type SecureContext } from 'node:tls';
import tls from 'node:tls';
import { Agent, errors, ProxyAgent, type buildConnector, type Dispatcher } from 'undici';
import { LRUCache } from 'lru-cache';
import { millisecondsInMinute } from 'date-fns/constants';
import type { FetchSettings } from '../../model/settings.ts';
import { parseNetworks, type Networks } from '../../syntax/http/ip-address.ts';
import { environmentProxy, type ProxyEnvironment } from '../../syntax/http/proxy-environment.ts';
import { guardedConnector } from './guarded-connect.ts';
import type { Resolve } from './resolve.ts';

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
}

export interface Agents {
  route(url: URL, settings: FetchSettings): Route;
  /** From now on HTTP/1.1 is used for this origin. */
  avoidHttp2(origin: string): void;
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
  const bySettings = new WeakMap<FetchSettings, Network>();
  const contexts = new Map<string, SecureContext>();
  const uses = new Map<string, Set<Use>>();
  const avoided = new LRUCache<string, true>({ max: MOST_AVOIDED });

  const originOf = ({ protocol, host, hostname }: buildConnector.Options): string => `${protocol}//${host ?? hostname}`;

  function onOpen(options: buildConnector.Options): void {
    for (const use of uses.get(originOf(options)) ?? []) use.fresh = true;
  }

  function onHttp2(options: buildConnector.Options, socket: Socket): void {
    const origin = originOf(options);
    let idle = 0;
    const sweep = setInterval(() => {
      idle = uses.has(origin) ? 0 : idle + 1;
      // With an error of this kind undici knows that no request is to blame; without one it fails itself.
      if (idle > 1) socket.destroy(new errors.InformationalError('idle'));
    }, HTTP2_SWEEP_MS).unref();
    socket.once('close', () => {
      clearInterval(sweep);
    });
  }

  function secureContext(ca: string | undefined): SecureContext {
    const key = ca ?? '';
    const known = contexts.get(key);
    if (known) return known;
    const context = createSecureContext(ca === undefined ? {} : { ca: [...systemCertificates(), ca] });
    contexts.set(key, context);
    return context;
  }

  function networkOf(settings: FetchSettings): Network {
    const known = bySettings.get(settings);
    if (known) return known;
    const network = {
      key: JSON.stringify([settings.allow, settings.ca, settings.connectTimeoutMs]),
      allow: parseNetworks(settings.allow),
    };
    bySettings.set(settings, network);
    return network;
  }

  function agentFor(key: string, make: () => Dispatcher): Dispatcher {
    const known = agents.get(key);
    if (known) return known;
    const agent = make();
    agents.set(key, agent);
    return agent;
  }

  return {
    route(url, settings) {
      const { key, allow } = networkOf(settings);
      const proxy = settings.proxy ?? environmentProxy(url, environment);
      const shared = {
        allowH2: !avoided.has(url.origin),
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      };
      const timeoutMs = settings.connectTimeoutMs;
      if (proxy === undefined) {
        const { allowH2 } = shared;
        const dispatcher = agentFor(allowH2 ? key : `${key} HTTP/1.1`, () => {
          const context = secureContext(settings.ca);
          const connect = guardedConnector({
            allow,
            resolve,
            allowH2,
            secureContext: context,
            timeoutMs,
            onOpen,
            onHttp2,
          });
          return new Agent({ ...shared, connect });
        });
        return { dispatcher, allow };
      }
      const dispatcher = agentFor(`${key} ${proxy}`, () => {
        const toward = { secureContext: secureContext(settings.ca), timeout: timeoutMs };
        // https uses a tunnel; plain http is requested from the proxy, because many proxies refuse tunnels to port 80.
        return new ProxyAgent({ ...shared, uri: proxy, proxyTunnel: false, requestTls: toward, proxyTls: toward });
      });
      return { dispatcher, allow, proxy: withoutCredentials(proxy) };
    },
    avoidHttp2(origin) {
      avoided.set(origin, true);
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
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

interface Network {
  readonly key: string;
  readonly allow: Networks;
}

/** Certificates trusted by default; newer Node versions return them, including those of NODE_EXTRA_CA_CERTS. */
function systemCertificates(): readonly string[] {
  const newer = tls as typeof tls & { readonly getCACertificates?: (type: 'default') => string[] };
  return newer.getCACertificates?.('default') ?? rootCertificates;
}

function withoutCredentials(proxy: string): string {
  return URL.canParse(proxy) ? new URL(proxy).host : proxy;
}
