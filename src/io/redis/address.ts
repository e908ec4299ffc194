/** Which Redis does a URL name, and how is it shown without its secrets? */
import type { RedisOptions } from 'ioredis';
import { StoreError } from '../../model/errors.ts';

export interface RedisAddress {
  readonly at:
    | { readonly kind: 'host'; readonly host: string; readonly port: number; readonly tls: boolean }
    | { readonly kind: 'socket'; readonly path: string };
  readonly username?: string;
  readonly password?: string;
  /** Number of the logical database, 0 or more. */
  readonly db: number;
}

const schemes: Readonly<Record<string, { readonly tls: boolean }>> = {
  'redis:': { tls: false },
  'rediss:': { tls: true },
  'valkey:': { tls: false },
  'valkeys:': { tls: true },
};

const defaultPort = 6379;

/**
 * Reads `redis://user:password@host:port/db`, `rediss://…` for TLS, `unix:///path?db=1` or a plain absolute path.
 *
 * @throws StoreError for anything else; the message does not repeat the URL, which may hold a password.
 */
export function parseRedisAddress(text: string): RedisAddress {
  if (text.startsWith('/')) return { at: { kind: 'socket', path: text }, db: 0 };
  // A URL without a host has no credentials in the URL Standard; a socket's may have some nevertheless.
  const readable = text.replace(/^(unix:\/\/[^/]*@)\//, '$1localhost/');
  const url = URL.canParse(readable) ? new URL(readable) : undefined;
  const scheme = url === undefined ? undefined : schemes[url.protocol];
  if (url === undefined || (scheme === undefined && url.protocol !== 'unix:')) {
    throw new StoreError(
      'the address of Redis is not valid; write redis://host:6379, rediss://user:password@host:6379/0 ' +
        'or unix:///run/redis.sock',
    );
  }
  const db = Number(url.searchParams.get('db') ?? (scheme === undefined ? '' : url.pathname.slice(1)));
  if (!Number.isInteger(db) || db < 0) throw new StoreError('the database in the address of Redis is not a number');
  return {
    at:
      scheme === undefined
        ? { kind: 'socket', path: decodeURIComponent(url.pathname) }
        : {
            kind: 'host',
            host: url.hostname === '' ? '127.0.0.1' : url.hostname.replace(/^\[(.*)\]$/, '$1'),
            port: url.port === '' ? defaultPort : Number(url.port),
            tls: scheme.tls,
          },
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    db,
  };
}

/** For logs and messages: no user, no password. */
export function describeRedisAddress({ at, db }: RedisAddress): string {
  if (at.kind === 'socket') return `unix:${at.path}`;
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return `${at.tls ? 'rediss' : 'redis'}://${host}:${at.port}${db === 0 ? '' : `/${db}`}`;
}

/** The connection options of the client for this address, with credentials. */
export function connectionOptions(address: RedisAddress): Omit<RedisOptions, 'replyMapping'> {
  return {
    ...(address.at.kind === 'socket'
      ? { path: address.at.path }
      : { host: address.at.host, port: address.at.port, ...(address.at.tls && { tls: {} }) }),
    ...credentials(address),
    db: address.db,
  };
}

/** Only user and password, for nodes whose addresses come from the cluster or the sentinels. */
export function credentials({ username, password }: RedisAddress): Pick<RedisOptions, 'username' | 'password'> {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
}
