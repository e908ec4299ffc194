/** Is the sweep still running, whichever worker does it? */
import { failed, type RedisClient } from './script.ts';

export interface SweepHeartbeat {
  /** Notes that a sweep was done at `now`, epoch ms. */
  swept(now: number): Promise<void>;
  /** When the last sweep was done, epoch ms; undefined before the first. */
  sweptAt(): Promise<number | undefined>;
}

export function createSweepHeartbeat(client: RedisClient, prefix: string): SweepHeartbeat {
  const key = `${prefix}swept`;
  return {
    swept: async (now) => {
      await client.set(key, now).catch((error: unknown) => Promise.reject(failed('noting the sweep', error)));
    },
    sweptAt: async () => {
      const at = await client.get(key).catch((error: unknown) => Promise.reject(failed('reading the sweep', error)));
      return at === null ? undefined : Number(at);
    },
  };
}
