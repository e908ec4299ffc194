/** How many sources are due, late or paused? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { DueCounts } from '../../model/system-state.ts';
import { failed, type RedisClient } from '../store/script.ts';

/** A source that has been due for longer than this is late. */
const LATE_AFTER_MS = millisecondsInMinute;

/** Counted in the index of due times of `Checks`, without reading any source. */
export async function dueCounts(client: RedisClient, prefix: string, now: number): Promise<DueCounts> {
  const key = `${prefix}due`;
  const [total, due, late, paused, first] = await Promise.all([
    client.zcard(key),
    client.zcount(key, '-inf', now),
    client.zcount(key, '-inf', now - LATE_AFTER_MS),
    client.zcount(key, '+inf', '+inf'),
    client.zrange(key, '0', '0', 'WITHSCORES'),
  ]).catch((error: unknown) => Promise.reject(failed('counting due sources', error)));
  const dueAt = Number(first[1] ?? now);
  return { total, due, late, paused, latenessMs: Number.isFinite(dueAt) ? Math.max(0, now - dueAt) : 0 };
}
