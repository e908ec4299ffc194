/** Which redis-server can be run on this machine? */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { StoreError } from '../../model/errors.ts';

const names = ['redis-server', 'valkey-server'] as const;

/** Where packages put servers although the PATH of a user may not contain it. */
const furtherDirectories = ['/usr/bin', '/usr/local/bin', '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** The version that the scripts of BullMQ and our own commands need. */
export const OLDEST_REDIS = { major: 6, minor: 2 } as const;

export interface RedisServerBinary {
  readonly path: string;
  /** As reported by the server, `7.0.15`. */
  readonly version: string;
}

/** Whether `major.minor` of a version string is at least the oldest supported version. */
export function isRecentRedis(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return major > OLDEST_REDIS.major || (major === OLDEST_REDIS.major && minor >= OLDEST_REDIS.minor);
}

/**
 * The first `redis-server` or `valkey-server` on the search path that is recent enough.
 *
 * @param searchPath  as the PATH variable
 * @param further     directories to look in after these
 * @throws StoreError when there is none, with what to install.
 */
export async function findRedisServer(
  searchPath: string,
  further: readonly string[] = furtherDirectories,
): Promise<RedisServerBinary> {
  const tooOld: RedisServerBinary[] = [];
  for (const path of await executables(searchPath, further)) {
    const version = await versionOf(path);
    if (version === undefined) continue;
    if (isRecentRedis(version)) return { path, version };
    tooOld.push({ path, version });
  }
  const oldest = `${OLDEST_REDIS.major}.${OLDEST_REDIS.minor}`;
  const found =
    tooOld.length === 0
      ? 'neither redis-server nor valkey-server was found on the PATH'
      : `${tooOld.map((binary) => `${binary.path} is version ${binary.version}`).join(', ')}, older than ${oldest}`;
  throw new StoreError(
    `cannot start the embedded Redis: ${found}. Install Redis ${oldest} or newer (Debian, Ubuntu: apt-get install ` +
      'redis-server; Alpine: apk add redis; Fedora: dnf install valkey; macOS: brew install redis), or set REDIS_URL ' +
      'to a server that is already running.',
  );
}

async function executables(searchPath: string, further: readonly string[]): Promise<string[]> {
  const directories = new Set([...searchPath.split(delimiter).filter((part) => part !== ''), ...further]);
  const candidates = names.flatMap((name) => [...directories].map((directory) => join(directory, name)));
  const runnable = await Promise.all(candidates.map(isExecutable));
  return candidates.filter((_path, index) => runnable[index]);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** `Redis server v=7.0.15 sha=…` and `Valkey server v=8.0.1 sha=…`; undefined if it does not run here. */
async function versionOf(path: string): Promise<string | undefined> {
  return promisify(execFile)(path, ['--version'], { timeout: 10_000, env: { LC_ALL: 'C' } }).then(
    ({ stdout }) => /\bv=(\d+(?:\.\d+)*)/.exec(stdout)?.[1],
    () => undefined,
  );
}
