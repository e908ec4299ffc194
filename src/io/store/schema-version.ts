/** Which version do the data in Redis have, and can this Feedmill work with it? */
import { millisecondsInMinute } from 'date-fns/constants';
import { StoreError } from '../../model/errors.ts';
import { failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   schema     STRING  version of the data
 *   schema:by  STRING  process that migrates the data
 */

/** Migrates data from one version to the next. Each may be interrupted and repeated. */
export interface Migration {
  /** The version after it. */
  readonly to: number;
  /** What it changes, for the log. */
  readonly what: string;
  readonly run: () => Promise<void>;
}

/** The version before versions were recorded. */
const FIRST = 1;

/** Every store with data has at least one of these keys. */
const SIGNS = ['due', 'x:all', 'w:all', 'h:leases', 'paths'];

const LOCK_MS = millisecondsInMinute;

export interface SchemaVersions {
  /** Undefined for an empty store. */
  read(): Promise<number | undefined>;
  write(version: number): Promise<void>;
  /**
   * Migrates older data step by step, and records each step once it is done. An empty store gets the latest version.
   *
   * @param migrations  in order, from 2 to the latest
   * @param mayMigrate  false for a command that only reads: older data are refused then
   * @returns           the completed steps
   * @throws            StoreError naming both versions if a newer Feedmill wrote the data; nothing was written then
   */
  bringUpToDate(migrations: readonly Migration[], mayMigrate: boolean): Promise<readonly Migration[]>;
}

/** @param address  address of Redis, for messages */
export function createSchemaVersions(client: RedisClient, prefix: string, address: string): SchemaVersions {
  const key = `${prefix}schema`;
  const step = <Value>(reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed('reading the version of the data', error)));

  async function read(): Promise<number | undefined> {
    const found = await step(client.get(key));
    if (found !== null) return Number(found);
    const signs = await step(Promise.all(SIGNS.map((name) => client.exists(`${prefix}${name}`))));
    return signs.some((count) => count > 0) ? FIRST : undefined;
  }

  async function bringUpToDate(migrations: readonly Migration[], mayMigrate: boolean): Promise<readonly Migration[]> {
    const latest = migrations.at(-1)?.to ?? FIRST;
    const found = await read();
    if (found === undefined) {
      if (mayMigrate) await step(client.set(key, latest, 'NX'));
      return [];
    }
    if (found > latest) {
      throw new StoreError(
        `the data in Redis at ${address} have version ${found}, but this Feedmill works with ${latest}: ` +
          'install the Feedmill that wrote them or a newer one, or restore a backup from before the upgrade',
      );
    }
    const due = migrations.filter(({ to }) => to > found);
    if (due.length === 0) return [];
    if (!mayMigrate) {
      throw new StoreError(
        `the data in Redis at ${address} have version ${found}, but this Feedmill works with ${latest}: ` +
          'feedmill start or feedmill once brings them up to date',
      );
    }
    await lock();
    for (const { to, run } of due) {
      await run();
      await step(client.set(key, to));
    }
    await step(client.del(`${key}:by`));
    return due;
  }

  async function lock(): Promise<void> {
    const isMine = await step(client.set(`${key}:by`, process.pid, 'PX', LOCK_MS, 'NX'));
    if (isMine === null) {
      throw new StoreError(
        `another process brings the data in Redis at ${address} up to date: start again in a minute`,
      );
    }
  }

  return {
    read,
    write: async (version) => {
      await step(client.set(key, version));
    },
    bringUpToDate,
  };
}
