/** Which entries are forgotten because their sources no longer list them? */
import type { Settings } from '../../model/settings.ts';
import { type EntryMemory, type ForgottenEntries, MEMORY_PARTS } from '../../ports/entry-memory.ts';

/** Runs per day, one each ten minutes: each entry is looked at once a day. */
const RUNS = 144;
/** Parts per step; empty ones cost little. */
const PARTS_AT_ONCE = 64;

/**
 * Looks at the next part of the records, so that all of them are looked at within a day. Bounded work; may be repeated.
 */
export async function forgetEntries(
  { keep }: Pick<Settings, 'keep'>,
  memory: EntryMemory,
  now: number,
): Promise<ForgottenEntries> {
  const sum = { parts: 0, looked: 0, entries: 0, keys: 0 };
  const most = Math.ceil(MEMORY_PARTS / RUNS);
  while (sum.parts < most) {
    const { parts, looked, entries, keys } = await memory.forget(
      now - keep.memoryMs,
      Math.min(PARTS_AT_ONCE, most - sum.parts),
    );
    sum.parts += parts;
    sum.looked += looked;
    sum.entries += entries;
    sum.keys += keys;
  }
  return sum;
}
