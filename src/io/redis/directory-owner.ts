/**
 * Which process may use a directory? Only one at a time.
 *
 * The owner listens on a unix socket in it. The kernel closes the socket with the process, however that ends, so there
 * is no stale lock and no process id that another process may have by now. Each process first listens under a name of
 * its own and then looks at the other names: of two that start together at least one sees the other. A socket without
 * a listener is left over from a dead process and is removed.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../model/errors.ts';
import { inlineCommand } from './inline-command.ts';

const socketName = /^owner-[0-9a-f]{8}\.sock$/;

/** Longest name that is made here or beside it, for the limit on the length of socket paths. */
export const LONGEST_SOCKET_NAME = 'owner-00000000.sock';

/** Another living process owns the directory. */
export class DirectoryInUseError extends StoreError {
  /** The directory with the sockets. */
  readonly directory: string;

  constructor(who: string, directory: string) {
    super(`another feedmill process (${who}) is using ${directory}; stop it first`);
    this.directory = directory;
  }
}

export interface Ownership {
  /** May be called twice. */
  release(): Promise<void>;
}

interface Claim {
  readonly name: string;
  state: 'claiming' | 'owner';
  readonly server: Server;
}

/** Attempts of two processes that start at the same moment and make way for each other. */
const maxTries = 50;

/**
 * Makes this process the owner of a directory.
 *
 * @throws DirectoryInUseError when another living process is the owner, with its process id.
 */
export async function ownDirectory(directory: string): Promise<Ownership> {
  for (let tries = 0; tries < maxTries; tries++) {
    const claim = await listen(directory);
    const other = await strongestOther(directory, claim.name);
    if (other === undefined) {
      claim.state = 'owner';
      return { release: () => close(claim.server) };
    }
    await close(claim.server);
    if (other.state === 'owner') {
      throw new DirectoryInUseError(other.who, directory);
    }
    await sleep(randomInt(20, 200));
  }
  throw new StoreError(`too many feedmill processes start on ${directory} at the same time`);
}

async function listen(directory: string): Promise<Claim> {
  const name = `owner-${randomBytes(4).toString('hex')}.sock`;
  const server = createServer((socket) => {
    socket.on('error', () => {
      // The client has closed the connection without waiting for the answer.
      socket.destroy();
    });
    socket.end(`${claim.state} ${process.pid}\n`);
  });
  const claim: Claim = { name, state: 'claiming', server };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(join(directory, name), () => {
      server.off('error', reject);
      resolve();
    });
  });
  // The process is kept alive by its work, not by its lock.
  server.unref();
  return claim;
}

async function strongestOther(
  directory: string,
  ownName: string,
): Promise<{ readonly state: 'claiming' | 'owner'; readonly who: string } | undefined> {
  const others = (await readdir(directory)).filter((name) => socketName.test(name) && name !== ownName);
  const answers = await Promise.all(
    others.map(async (name) => {
      const path = join(directory, name);
      const answer = await inlineCommand(path, undefined, 2000);
      if (answer.kind === 'refused') {
        await rm(path, { force: true });
        return undefined;
      }
      const [state, pid] = answer.kind === 'line' ? answer.line.split(' ') : [];
      if (answer.kind === 'closed' || state === 'claiming') return { state: 'claiming' as const, who: 'starting' };
      // Too busy to answer, or stopped by a signal, but alive.
      return { state: 'owner' as const, who: pid === undefined ? 'which does not answer' : `process ${pid}` };
    }),
  );
  return answers.find((answer) => answer?.state === 'owner') ?? answers.find((answer) => answer !== undefined);
}

/** Also removes the socket's file. */
async function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
