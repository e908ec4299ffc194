/** How is Redis connected to (one server, cluster, sentinels or embedded), and can it be used? */
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { StoreError } from '../../model/errors.ts';
import type { RedisSettings } from '../../model/settings.ts';
import {
  connectionOptions,
  credentials,
  describeRedisAddress,
  parseRedisAddress,
  type RedisAddress,
} from './address.ts';
import { shareEmbeddedRedis, startEmbeddedRedis, type RedisLog } from './embedded.ts';
import { isRecentRedis, OLDEST_REDIS } from './server-binary.ts';

export { NoDataError, type RedisLog } from './embedded.ts';

export type RedisClient = Redis | Cluster;

/** Replies have the forms of RESP2, even if the client offers RESP3. */
type Options = Omit<RedisOptions, 'replyMapping'>;

export interface RedisHandle {
  /** Commands wait for Redis as long as it takes, as BullMQ asks for; reconnects by itself. */
  readonly client: RedisClient;
  /**
   * What every key starts with, a hash tag: all keys live in one slot of a cluster, so that scripts may touch several.
   * BullMQ takes it as its `prefix`; our own keys are `${prefix}:name`.
   */
  readonly prefix: string;
  /** Address of Redis, without secrets. */
  readonly address: string;
  /** A further connection, closed with the handle. With `commandTimeoutMs` its commands fail instead of waiting. */
  duplicate(options?: DuplicateOptions): RedisClient;
  /** Closes every connection, then the embedded server if there is one. May be called twice. */
  close(): Promise<void>;
}

export interface DuplicateOptions {
  readonly name?: string;
  readonly commandTimeoutMs?: number;
}

export interface ConnectOptions {
  /** A hash tag instead of the configured one; the tests have one for each file. */
  readonly prefix?: string;
  /** Whether the embedded server of another process may be used. */
  readonly shared?: boolean;
  /** Whether new data may be created for a shared embedded server; true if left out. */
  readonly mayCreate?: boolean;
  /** How long to wait for a Redis that cannot be reached yet. */
  readonly startTimeoutMs?: number;
  /** Ends the wait for Redis; `connectRedis` then throws its reason. */
  readonly signal?: AbortSignal;
}

/** Shortest time between two reconnections because a server is read-only. */
const REPLICA_RECONNECT_MS = 5_000;

const NEVER = new AbortController().signal;

/** Longest pause between two attempts to restore a lost connection. */
const maxReconnectMs = 2000;

/**
 * Connects to the configured Redis, or starts the embedded one, and checks its version and settings.
 *
 * @throws StoreError if it cannot be reached in time, refuses the connection, or is too old.
 */
export async function connectRedis(
  settings: RedisSettings,
  log: RedisLog,
  {
    prefix = `{${settings.prefix ?? 'feedmill'}}`,
    startTimeoutMs = 30_000,
    shared = false,
    mayCreate = true,
    signal = NEVER,
  }: ConnectOptions = {},
): Promise<RedisHandle> {
  const addresses = settings.urls.map(parseRedisAddress);
  const options = { directory: settings.directory, log, signal };
  const embed = () => (shared ? shareEmbeddedRedis(options, mayCreate) : startEmbeddedRedis(options));
  const embedded = addresses.length === 0 ? await embed() : undefined;
  if (embedded !== undefined) addresses.push(parseRedisAddress(embedded.socketPath));
  const address = addresses.map(describeRedisAddress).join(', ');

  const open: RedisClient[] = [];
  const opened = <Client extends RedisClient>(client: Client): Client => {
    open.push(client);
    logOutages(client, address, log);
    return client;
  };
  async function closeAll(): Promise<void> {
    await Promise.all(open.map(closeClient));
    await embedded?.stop();
  }

  try {
    let kind: ServerKind =
      settings.sentinelName !== undefined ? 'sentinels' : addresses.length > 1 ? 'cluster' : 'single';
    let client = opened(makeClient(kind, addresses, settings.sentinelName));
    await untilReady(client, address, startTimeoutMs, signal);
    let facts = await readFacts(client);
    if (kind === 'single' && facts.get('redis_mode') === 'cluster') {
      // The config names one node, and it belongs to a cluster.
      await closeClient(client);
      kind = 'cluster';
      client = opened(makeClient(kind, addresses));
      await untilReady(client, address, startTimeoutMs, signal);
      facts = await readFacts(client);
    }
    judge(facts, address, log);
    let closed: Promise<void> | undefined;
    return {
      client,
      prefix,
      address,
      duplicate: (options) => opened(makeClient(kind, addresses, settings.sentinelName, options)),
      close: () => (closed ??= closeAll()),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type ServerKind = 'single' | 'sentinels' | 'cluster';

function makeClient(
  kind: ServerKind,
  addresses: readonly RedisAddress[],
  sentinelName?: string,
  { name, commandTimeoutMs }: DuplicateOptions = {},
): RedisClient {
  const [first] = addresses;
  if (first === undefined) throw new StoreError('no address of Redis is configured');
  const common: Options = {
    connectionName: name === undefined ? 'feedmill' : `feedmill:${name}`,
    ...(commandTimeoutMs !== undefined && { commandTimeout: commandTimeoutMs }),
    // BullMQ requires null: a blocking command outlives any number of reconnections. Commands with a timeout are dropped
    // after a few, so that they do not pile up while Redis is away.
    maxRetriesPerRequest: commandTimeoutMs === undefined ? null : 2,
    protocol: 2,
    keepAlive: 10_000,
    disconnectTimeout: 500,
  };
  let reconnectedAt = Number.NEGATIVE_INFINITY;
  const reconnecting: Options = {
    retryStrategy: (times) => Math.min(2 ** times * 25, maxReconnectMs),
    // A master that has become a replica: connect again, to the present master, and repeat the command. A server that
    // is read-only for good would be connected to without end; in between, the command fails.
    reconnectOnError: (error) => {
      if (!error.message.startsWith('READONLY') || performance.now() - reconnectedAt < REPLICA_RECONNECT_MS)
        return false;
      reconnectedAt = performance.now();
      return 2;
    },
  };
  if (kind === 'sentinels' && sentinelName !== undefined) {
    const tls = addresses.some(({ at }) => at.kind === 'host' && at.tls);
    return new Redis({
      ...common,
      ...reconnecting,
      ...credentials(first),
      db: first.db,
      name: sentinelName,
      sentinels: addresses.map(hostAndPort),
      ...(first.username !== undefined && { sentinelUsername: first.username }),
      ...(first.password !== undefined && { sentinelPassword: first.password }),
      ...(tls && { enableTLSForSentinelMode: true, tls: {}, sentinelTLS: {} }),
    });
  }
  if (kind === 'cluster') {
    const tls = addresses.some(({ at }) => at.kind === 'host' && at.tls);
    return new Cluster(addresses.map(hostAndPort), {
      clusterRetryStrategy: (times) => Math.min(2 ** times * 25, maxReconnectMs),
      // With TLS, certificates of nodes are issued for names, so names are kept instead of addresses.
      ...(tls && {
        dnsLookup: (name, done) => {
          done(null, name);
        },
      }),
      redisOptions: { ...common, ...credentials(first), ...(tls && { tls: {} }) },
    });
  }
  return new Redis({ ...common, ...reconnecting, ...connectionOptions(first) });
}

function hostAndPort({ at }: RedisAddress): { readonly host: string; readonly port: number } {
  if (at.kind === 'host') return { host: at.host, port: at.port };
  throw new StoreError('cluster nodes and sentinels are named by host and port, not by a socket');
}

/** One line when the connection is lost, one when it is back; no error event stays without a listener. */
function logOutages(client: RedisClient, address: string, log: RedisLog): void {
  let isOut = false;
  let wasReady = false;
  client.on('error', (error: Error) => {
    if (!isOut && wasReady) log.warn({ err: plain(error), address }, 'Redis cannot be reached; trying again');
    else log.debug({ err: plain(error), address }, 'Redis connection');
    isOut = wasReady;
  });
  client.on('close', () => {
    if (!isOut && wasReady) log.debug({ address }, 'connection to Redis closed');
  });
  client.on('ready', () => {
    if (isOut) log.info({ address }, 'Redis can be reached again');
    isOut = false;
    wasReady = true;
  });
}

/** Reply errors carry the command with its arguments, AUTH's password included; only the message is passed on. */
function plain(error: Error): { readonly type: string; readonly message: string } {
  return { type: error.name, message: error.message };
}

/** @throws StoreError after the timeout, or immediately if Redis refuses us: waiting does not help then. */
async function untilReady(client: RedisClient, address: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (client.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    let lastWords = 'no answer';
    const end = (outcome: () => void): void => {
      clearTimeout(timer);
      client.off('ready', onReady);
      client.off('error', onError);
      signal.removeEventListener('abort', onAbort);
      outcome();
    };
    const fail = (words: string): void => {
      end(() => {
        reject(new StoreError(`cannot use Redis at ${address}: ${words}`));
      });
    };
    const onReady = (): void => {
      end(resolve);
    };
    const onAbort = (): void => {
      end(() => {
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
      });
    };
    const onError = (error: Error & { readonly lastNodeError?: Error }): void => {
      lastWords = wordsOf(error.lastNodeError ?? error);
      if (/^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH)/.test(lastWords)) fail(lastWords);
    };
    const timer = setTimeout(() => {
      fail(`${lastWords}, after ${timeoutMs / 1000} s of trying`);
    }, timeoutMs);
    client.on('ready', onReady);
    client.on('error', onError);
    signal.addEventListener('abort', onAbort);
  });
}

function wordsOf(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message;
  return error.message === '' ? error.name : error.message;
}

/** The output of INFO, one `name:value` per line. In a cluster, that of one master. */
async function readFacts(client: RedisClient): Promise<ReadonlyMap<string, string>> {
  const node = client instanceof Cluster ? client.nodes('master')[0] : client;
  if (node === undefined) throw new StoreError('the Redis cluster has no master');
  const text = await node.info();
  return new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );
}

/** @throws StoreError when it is too old. */
function judge(facts: ReadonlyMap<string, string>, address: string, log: RedisLog): void {
  const version = facts.get('redis_version');
  if (version !== undefined && !isRecentRedis(version)) {
    throw new StoreError(
      `the Redis at ${address} is version ${version}; Feedmill needs ${OLDEST_REDIS.major}.${OLDEST_REDIS.minor} or newer`,
    );
  }
  const policy = facts.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    log.warn(
      { address, policy },
      `Redis may drop keys when its memory is full (maxmemory-policy is ${policy}): POSTS AND JOBS WILL BE LOST. ` +
        'Set maxmemory-policy to noeviction.',
    );
  }
  if (facts.get('aof_enabled') === '0') {
    log.info({ address }, 'Redis is not append-only: if it crashes, its latest writes are lost and fetched again');
  }
}

/** Longest wait for an answer to QUIT, and for the end of a connection whose other side is silent. */
const quitMs = 2000;

async function closeClient(client: RedisClient): Promise<void> {
  if (client.status === 'end') return;
  const ended = new Promise<void>((resolve) => {
    client.once('end', resolve);
  });
  const isPausing = client.status === 'reconnecting';
  if (client.status === 'ready') {
    // After QUIT, earlier commands are still answered.
    const impatience = setTimeout(() => {
      client.disconnect();
    }, quitMs);
    await client.quit().catch((error: unknown) => {
      client.disconnect();
      return error;
    });
    clearTimeout(impatience);
  } else {
    client.disconnect();
  }
  if (isPausing) {
    // Between two attempts there is no connection that could report its end, and commands would wait forever: another
    // attempt, aborted immediately, ends them.
    const givenUp = client.connect().catch((error: unknown) => error);
    client.disconnect();
    await givenUp;
  }
  const tooLong = new AbortController();
  await Promise.race([ended, sleep(2 * quitMs, undefined, { signal: tooLong.signal }).catch(() => undefined)]);
  tooLong.abort();
}
