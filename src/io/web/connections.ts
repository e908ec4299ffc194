/** How long may a client keep a connection, and how many connections may there be? */
import { createServer, type RequestListener, type Server } from 'node:http';

/** All in ms except the number of connections. */
export interface ConnectionLimits {
  /** A client that sends nothing, or the headers of its request too slowly, gets 408. */
  readonly headMs: number;
  /** The whole request, with its body. */
  readonly requestMs: number;
  /** A connection without a byte in either direction ends. */
  readonly idleMs: number;
  /** Between two requests. */
  readonly keepAliveMs: number;
  readonly checkEveryMs: number;
  /** Further connections are closed at once. */
  readonly most: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  headMs: 20_000,
  requestMs: 30_000,
  idleMs: 120_000,
  // Longer than the idle time of common proxies, so that the proxy ends the connection.
  keepAliveMs: 75_000,
  checkEveryMs: 10_000,
  most: 10_000,
};

/** A web server, not yet listening, that slow clients cannot block. */
export function createLimitedServer(limits: ConnectionLimits, answer: RequestListener): Server {
  const server = createServer(
    {
      keepAliveTimeout: limits.keepAliveMs,
      requestTimeout: limits.requestMs,
      headersTimeout: limits.headMs,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
    answer,
  );
  server.maxConnections = limits.most;
  server.setTimeout(limits.idleMs);
  return server;
}
