/**
 * How does Feedmill run its private Redis server?
 *
 * A private server is started on a unix socket and lives exactly as long as this process. Between the two stands a
 * small shell script that holds one end of a pipe: when this process ends, however it ends, the kernel closes the other
 * end, and the script stops the server. The server has a session of its own, so that Ctrl-C reaches only us and we
 * stop it last, after running jobs have ended. A server that ends by itself is started again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, constants, lstat, mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, StoreError } from '../../model/errors.ts';
import type { Log } from '../../ports/log.ts';
import { accessHint } from '../access-hint.ts';
import { DirectoryInUseError, LONGEST_SOCKET_NAME, ownDirectory, type Ownership } from './directory-owner.ts';
import { inlineCommand } from './inline-command.ts';
import { commandLineOf } from './process-table.ts';
import { findRedisServer } from './server-binary.ts';

export type RedisLog = Log;

export interface EmbeddedRedisOptions {
  /** Directory of its data; created if missing. */
  readonly directory: string;
  readonly log: RedisLog;
  /** How long a server gets to save its data before it is killed. */
  readonly shutdownMs?: number;
  /** Ends the wait for the server to come up; `startEmbeddedRedis` then throws its reason. */
  readonly signal?: AbortSignal;
}

export interface EmbeddedRedis {
  readonly socketPath: string;
  /** When it resolves, everything is on disk and the server has ended. May be called twice. */
  stop(): Promise<void>;
}

/** macOS has 104 bytes for a socket's path, Linux 108, the closing zero included. */
const maxSocketPathBytes = 103;

const SOCKET_NAME = 'redis.sock';

/**
 * How long a server may take to start without an answer (loading data is an answer), to shut down, and to obey a
 * signal.
 */
const silentStartMs = 30_000;
const defaultShutdownMs = 10_000;
const signalledMs = 3000;

/** `$1` takes the server's process id; the rest is its command line. Standard input is the pipe from our process. */
const supervisor = `
trap '' HUP INT TERM
pid_file=$1
shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
echo "$server" >"$pid_file"
(
  exec >/dev/null 2>&1
  while read -r _ <&3; do :; done
  kill -TERM "$server"
  seconds=0
  while kill -0 "$server" && [ "$seconds" -lt 30 ]; do
    sleep 1
    seconds=$((seconds + 1))
  done
  kill -KILL "$server"
) &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
`;

/** Data that every start of the server on one directory shares. */
interface Place {
  readonly binaryPath: string;
  readonly directory: string;
  readonly socketPath: string;
  readonly pidFile: string;
  readonly shutdownMs: number;
  readonly log: RedisLog;
}

/**
 * Starts the private server and waits until its data is loaded.
 *
 * @throws StoreError when there is no server to run, another living process owns the directory, or it does not come up.
 */
export async function startEmbeddedRedis({
  directory,
  log,
  shutdownMs = defaultShutdownMs,
  signal = new AbortController().signal,
}: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const binary = await findRedisServer(process.env['PATH'] ?? '');
  const taken = await take(directory);
  const { ownership } = taken;
  const place: Place = {
    binaryPath: binary.path,
    directory: taken.directory,
    socketPath: join(taken.sockets, SOCKET_NAME),
    pidFile: join(taken.directory, 'server.pid'),
    shutdownMs,
    log,
  };
  try {
    await endPredecessor(place);
    const server = await launch(place, signal);
    log.info({ socketPath: place.socketPath, version: binary.version }, 'embedded Redis is ready');
    return keep(place, ownership, server);
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

/**
 * The server of the process that runs on this directory; if none does, one of our own. For commands that look at a
 * running Feedmill, or do its work if none is running.
 *
 * @throws StoreError as `startEmbeddedRedis`
 */
export async function shareEmbeddedRedis(options: EmbeddedRedisOptions, mayCreate = true): Promise<EmbeddedRedis> {
  if (!mayCreate && !(await holdsData(options.directory))) {
    throw new NoDataError(
      `there are no data in ${options.directory} (redis.directory); feedmill start or feedmill once creates them`,
    );
  }
  try {
    return await startEmbeddedRedis(options);
  } catch (error) {
    if (!(error instanceof DirectoryInUseError)) throw error;
    // The owner stops its server itself.
    return { socketPath: join(error.directory, SOCKET_NAME), stop: () => Promise.resolve() };
  }
}

/** A command that only reads found no data of a private server. */
export class NoDataError extends StoreError {}

/** Files of `redis-server`, including those of old versions. */
const DATA = ['appendonlydir', 'appendonly.aof', 'dump.rdb'];

async function holdsData(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw new StoreError(`cannot read ${directory} (redis.directory): ${String(error)}`, { cause: error });
  });
  return names.some((name) => DATA.includes(name));
}

/**
 * The sockets are beside the data. If that path is too long for a socket, or the file system has no sockets, they are
 * in a directory of this user below the temporary directory of the system, named after the real path of the data.
 */
async function take(wanted: string): Promise<{ directory: string; sockets: string; ownership: Ownership }> {
  await makeUsable(wanted);
  const directory = await realpath(wanted);
  if (Buffer.byteLength(join(directory, LONGEST_SOCKET_NAME)) <= maxSocketPathBytes) {
    try {
      return { directory, sockets: directory, ownership: await ownDirectory(directory) };
    } catch (error) {
      if (!isSocketRefusal(error)) throw error;
    }
  }
  const sockets = await shortDirectory(directory);
  return { directory, sockets, ownership: await ownDirectory(sockets) };
}

/** @throws StoreError if this user cannot keep files there, with what to do */
async function makeUsable(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const hint = accessHint(error, directory) || (error instanceof Error ? error.message : String(error));
    throw new StoreError(`the embedded Redis cannot keep its data in ${directory} (redis.directory): ${hint}`, {
      cause: error,
    });
  }
}

function isSocketRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'EINVAL' || code === 'EPERM';
}

async function shortDirectory(directory: string): Promise<string> {
  const userId = process.getuid?.() ?? 0;
  const name = `feedmill-${userId}-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`;
  const candidates = [join(await realpath(tmpdir()), name), join('/tmp', name)];
  const path = candidates.find((at) => Buffer.byteLength(join(at, LONGEST_SOCKET_NAME)) <= maxSocketPathBytes);
  if (path === undefined) throw new StoreError(`no directory with a path short enough for a socket, for ${directory}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== userId) {
    throw new StoreError(`${path} belongs to another user; it is needed for the sockets of the embedded Redis`);
  }
  await chmod(path, 0o700);
  return path;
}

/** A server whose Feedmill was killed is already shutting down; this waits for it, and ends it if needed. */
async function endPredecessor(place: Place): Promise<void> {
  const { socketPath, pidFile, shutdownMs, log } = place;
  const isGone = async (): Promise<boolean> =>
    (await inlineCommand(socketPath, 'PING', 1000)).kind === 'refused' && (await serverPid(place)) === undefined;

  if (!(await isGone())) {
    log.warn({ socketPath }, 'the Redis of a killed Feedmill is still running; ending it');
    const asked = inlineCommand(socketPath, 'SHUTDOWN', shutdownMs);
    if (!(await isTrueWithin(isGone, shutdownMs))) await killServer(place);
    await asked;
    if (!(await isTrueWithin(isGone, signalledMs))) {
      throw new StoreError(`a Redis that was not started from here listens on ${socketPath} and does not end`);
    }
  }
  await rm(socketPath, { force: true });
  await rm(pidFile, { force: true });
}

/**
 * The server that was started here last; undefined once it has ended, also if another process has its process id now.
 */
async function serverPid({ pidFile, socketPath }: Place): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  return pid > 1 && ((await commandLineOf(pid))?.includes(socketPath) ?? false) ? pid : undefined;
}

async function killServer(place: Place): Promise<void> {
  const pid = await serverPid(place);
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // No such process: it ended by itself in this moment.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

async function isTrueWithin(holds: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (await holds()) return true;
    await sleep(25);
  }
  return false;
}

interface Server {
  /** How the supervisor ended, in words, with the last lines of the server's log. */
  readonly exited: Promise<string>;
  /** SHUTDOWN, then SIGTERM, then SIGKILL; resolves when the server has ended. */
  end(): Promise<void>;
}

async function launch(place: Place, signal: AbortSignal): Promise<Server> {
  const server = spawnServer(place);
  try {
    await untilReady(server, place, signal);
    return server;
  } catch (error) {
    await server.end();
    throw error;
  }
}

function spawnServer(place: Place): Server {
  const { log, shutdownMs } = place;
  const child = spawn(
    'sh',
    ['-c', supervisor, 'feedmill-redis', place.pidFile, place.binaryPath, ...serverArguments(place)],
    {
      // A locale that this machine does not have would stop the server; it needs nothing else of our environment.
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > 12) lastLines.shift();
      log.debug({ line }, 'embedded Redis says');
    });
  }
  // The other end closes when the supervisor ends; its exit code says more.
  child.stdin.on('error', () => undefined);
  const exited = new Promise<string>((resolve) => {
    child.on('error', (error) => {
      resolve(`the embedded Redis could not be started: ${error.message}`);
    });
    child.on('close', (code, exitSignal) => {
      child.stdin.destroy();
      resolve([`the embedded Redis ended (${exitSignal ?? code ?? 'unknown'})`, ...lastLines].join('\n  '));
    });
  });
  return {
    exited,
    end: async () => {
      const asked = inlineCommand(place.socketPath, 'SHUTDOWN', shutdownMs);
      if (!(await isWithin(exited, shutdownMs))) {
        log.warn({}, 'the embedded Redis does not shut down; ending it by a signal');
        child.stdin.destroy();
        // The server alone: its supervisor then ends by itself, after it has taken the dead one off the process table.
        if (!(await isWithin(exited, signalledMs))) await killServer(place);
      }
      await Promise.all([asked, exited]);
    },
  };
}

/** Redis 6.2 knows all of these; it refuses to start on an unknown option. */
function serverArguments({ directory, socketPath }: Place): string[] {
  const options: readonly (readonly string[])[] = [
    ['port', '0'],
    ['unixsocket', socketPath],
    ['unixsocketperm', '700'],
    ['dir', directory],
    ['daemonize', 'no'],
    ['logfile', ''],
    ['save', ''],
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
    // A write cut off by a power failure costs that write, not the start.
    ['aof-load-truncated', 'yes'],
    ['maxmemory-policy', 'noeviction'],
  ];
  return options.flatMap(([name = '', ...values]) => [`--${name}`, ...values]);
}

async function untilReady(server: Server, { socketPath, log }: Place, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  let heardAt = startedAt;
  let toldAt = startedAt;
  const ended = server.exited.then((words) => ({ kind: 'ended' as const, words }));
  for (;;) {
    signal.throwIfAborted();
    const answer = await Promise.race([inlineCommand(socketPath, 'PING', 2000), ended]);
    if (answer.kind === 'ended') throw new StoreError(answer.words);
    if (answer.kind === 'line' && answer.line === '+PONG') return;
    const now = performance.now();
    if (answer.kind === 'line') heardAt = now;
    if (now - heardAt > silentStartMs) {
      throw new StoreError(`the embedded Redis did not answer on ${socketPath} within ${silentStartMs / 1000} s`);
    }
    if (now - toldAt > 5000) {
      log.info({ seconds: Math.round((now - startedAt) / 1000) }, 'embedded Redis is loading its data');
      toldAt = now;
    }
    await sleep(20);
  }
}

async function isWithin(event: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(timeoutMs, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([event.then(() => true), late]);
  } finally {
    timer.abort();
  }
}

function keep(place: Place, ownership: Ownership, first: Server): EmbeddedRedis {
  const { log } = place;
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopAsked = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });

  /** The server that replaces one that ended; undefined once stopping. */
  async function replacement(): Promise<Server | undefined> {
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      try {
        await sleep(pauseMs, undefined, { signal });
        await endPredecessor(place);
        return await launch(place, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        log.error({ err: error }, 'the embedded Redis could not be restarted; trying again');
      }
    }
  }

  async function keepUntilStopped(): Promise<void> {
    let server: Server | undefined = first;
    while (server !== undefined) {
      const words: string | undefined = await Promise.race([stopAsked, server.exited]);
      if (words === undefined) {
        await server.end();
        return;
      }
      log.error({}, `${words}\nstarting it again`);
      server = await replacement();
    }
  }

  const kept = keepUntilStopped();
  async function stop(): Promise<void> {
    stopping.abort();
    await kept;
    await rm(place.pidFile, { force: true });
    await ownership.release();
    log.debug({}, 'embedded Redis has ended');
  }
  let stopped: Promise<void> | undefined;
  return { socketPath: place.socketPath, stop: () => (stopped ??= stop()) };
}
