/** Which entries does the flood guard hold back? */
import type { HeldEntries, HeldEntry } from '../model/held-entry.ts';
import type { HeldState } from '../model/source-state.ts';

/** Entries that the flood guard holds back until the operator decides. */
export interface HeldStore {
  /**
   * Stores unknown entries with a tombstone each, so that they are not offered as new again, in one step. Twice the
   * same changes nothing; what was kept before takes its new form.
   */
  hold(sourceId: string, reason: string, entries: readonly HeldEntry[], now: number): Promise<void>;
  /** By source: since when, why, how many. One round trip. */
  summaries(): Promise<ReadonlyMap<string, HeldState>>;
  entries(sourceId: string): Promise<HeldEntries>;
  /** Gives entries that are still held a new form, in one step for each portion. */
  replace(sourceId: string, entries: readonly HeldEntry[]): Promise<void>;
  /** They are unknown again, those apart that became posts. They are still held. */
  forgetTombstones(ids: readonly string[]): Promise<void>;
  /** They are held no more. */
  drop(sourceId: string, ids: readonly string[]): Promise<void>;
}
