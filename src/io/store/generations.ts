/** If several processes run one site, whose config is the latest? */
import { lua } from './lua.ts';
import { defineScript, failed, listOf, numberOf, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   generation          HASH  n number of the latest generation, h hash of its config
 *   generation:hashes   ZSET  hash of a config -> its generation, the latest 50
 *   generation:members  ZSET  process that runs the latest generation -> time of its last report, by the clock of Redis
 */

export interface GenerationClaim {
  /** Hash of the config. */
  readonly hash: string;
  /** Id of the process; absent for a command that ends soon. */
  readonly member?: string;
  /**
   * Whether the files were changed while the process ran: then the change is the latest, even if it reverts an earlier
   * one.
   */
  readonly isChange: boolean;
}

export interface Generation {
  readonly number: number;
  /** False for a config that ran before the latest one, while that one still runs. */
  readonly isLatest: boolean;
}

export interface Generations {
  /**
   * Joins the latest generation, or starts the next one. Atomic; repeat it at least every `SAY_EVERY_MS` to be counted
   * as running.
   */
  claim(claim: GenerationClaim): Promise<Generation>;
  /** Number of processes that run the latest config. */
  running(): Promise<number>;
  leave(member: string): Promise<void>;
}

/** Interval at which a process reports that it runs. */
export const SAY_EVERY_MS = 10_000;
const SILENT_MS = 35_000;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createGenerations(client: RedisClient, prefix: string, silentMs = SILENT_MS): Generations {
  const claimScript = defineScript(client, 'recording the running config', prefix, lua('store/generations/claim.lua'));
  const runningScript = defineScript(client, 'counting processes', prefix, lua('store/generations/running.lua'));
  return {
    claim: async ({ hash, member = '', isChange }) => {
      const [number, isLatest] = listOf(await claimScript(hash, member, isChange ? 1 : 0, silentMs));
      return { number: numberOf(number), isLatest: numberOf(isLatest) === 1 };
    },
    running: async () => numberOf(await runningScript(silentMs)),
    leave: async (member) => {
      await client
        .zrem(`${prefix}generation:members`, member)
        .catch((error: unknown) => Promise.reject(failed('recording the end of a process', error)));
    },
  };
}
