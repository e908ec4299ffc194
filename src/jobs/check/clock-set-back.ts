/** After the clock was set back, how do sources avoid waiting until it catches up? */
import { sourceAddress } from '../../model/source-address.ts';
import type { Checks, SetBack } from '../../ports/checks.ts';
import { budgetKey } from '../../stages/request/request.ts';
import { dueAfterSetBack } from '../../stages/schedule/clock-set-back.ts';
import type { RunningConfig } from '../running-config.ts';
import { CHECK_LEASE_MS } from './sweep.ts';

const BATCH = 500;

/**
 * Moves every source whose times are in the future to the present clock: the wait that was decided at its last check
 * starts now. May be called twice.
 *
 * @returns the number of sources that were moved
 * @throws  StoreError
 */
export async function setClockBack(config: RunningConfig, checks: Checks, now: number): Promise<number> {
  const all = [...config.sources.values()].map(({ source }) => source);
  let moved = 0;
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH);
    const ids = batch.map(({ id }) => id);
    const [states, dueTimes] = await Promise.all([checks.read(ids), checks.dueTimes(ids)]);
    const late = batch.flatMap((source, index): readonly SetBack[] => {
      const [state, dueAt] = [states[index], dueTimes[index]];
      if (dueAt === undefined) return [];
      const at = dueAfterSetBack(state, dueAt, source.schedule, CHECK_LEASE_MS, now);
      if (at === undefined) return [];
      const key = budgetKey(sourceAddress(source, state ?? {}), source.fetch.host.scope);
      return [{ sourceId: source.id, budgetKey: key, nextCheckAt: at }];
    });
    await checks.setBack(late, now, CHECK_LEASE_MS);
    moved += late.length;
  }
  return moved;
}
