/** What is done to an installation, and how does it end? */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../fuzz/random.ts';
import type { Installation, Role } from './installation.ts';

export interface Fault {
  readonly name: string;
  /** Readers may get errors: the web server itself is down, or all that was published is gone. */
  readonly hitsReaders: boolean;
  /** The store has lost its data: what origins list is published again. */
  readonly losesData: boolean;
  /** Does it, keeps it for a while and ends it. */
  readonly strike: (at: Installation, random: Random) => Promise<void>;
}

const OTHER = { hitsReaders: false, losesData: false };

const between = (random: Random, low: number, high: number): number => low + random.int(high - low);

function killed(role: Role | 'redis'): Fault {
  return {
    ...OTHER,
    name: `kill -9 ${role}`,
    hitsReaders: role !== 'worker',
    strike: async (at, random) => {
      await at.signal(role, 'SIGKILL');
      await sleep(random.int(2_000));
      await at.ensure(role);
    },
  };
}

function stopped(role: Role | 'redis'): Fault {
  return {
    ...OTHER,
    name: `SIGSTOP ${role}`,
    hitsReaders: role !== 'worker',
    strike: async (at, random) => {
      await at.signal(role, 'SIGSTOP');
      await sleep(between(random, 500, 6_000));
      await at.signal(role, 'SIGCONT');
    },
  };
}

/** Redis refuses writes for a while. */
function refusing(name: string, set: readonly string[], unset: readonly string[]): Fault {
  return {
    ...OTHER,
    name,
    strike: async ({ redis }, random) => {
      await redis.call(...(set as [string, ...string[]]));
      await sleep(between(random, 500, 5_000));
      await redis.call(...(unset as [string, ...string[]]));
    },
  };
}

/** The worker's clock jumps, and is right again after a while. */
function clockJump(name: string, seconds: number): Fault {
  return {
    ...OTHER,
    name,
    strike: async (at, random) => {
      at.setClock(seconds);
      await sleep(between(random, 1_000, 4_000));
      at.setClock(0);
    },
  };
}

const PUBLIC = 'public';

export function faultsOf({ hasFaketime, hasSmallDisk }: Installation): readonly Fault[] {
  return [
    ...[killed('worker'), killed('worker'), killed('web'), killed('redis')],
    ...[stopped('worker'), stopped('web'), stopped('redis')],
    refusing('out of memory', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']),
    // A replica of a server that is not there takes no writes.
    refusing('read-only Redis', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']),
    {
      name: 'FLUSHALL',
      hitsReaders: true,
      losesData: true,
      strike: async ({ redis }) => {
        await redis.flushall();
      },
    },
    {
      ...OTHER,
      name: 'replaced publish directory',
      strike: async ({ disk }) => {
        if (existsSync(join(disk, PUBLIC))) await rename(join(disk, PUBLIC), join(disk, 'former'));
        await mkdir(join(disk, PUBLIC), { recursive: true });
        await rm(join(disk, 'former'), { recursive: true, force: true });
      },
    },
    ...(hasSmallDisk
      ? [
          {
            ...OTHER,
            name: 'full disk',
            strike: async ({ disk }: Installation, random: Random) => {
              const filler = join(disk, 'filler');
              // Until the disk is full.
              await writeFile(filler, Buffer.alloc(64 * 1024 * 1024)).catch(() => undefined);
              await sleep(between(random, 1_000, 4_000));
              await rm(filler, { force: true });
            },
          },
        ]
      : []),
    ...(hasFaketime ? [clockJump('clock two hours ahead', 7_200), clockJump('clock ten minutes back', -600)] : []),
  ];
}
