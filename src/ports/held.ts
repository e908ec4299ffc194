/** Which entries does the flood guard hold back? */
import type { HeldEntries, HeldEntry } from '../model/held-entry.ts';
import type { HeldState } from '../model/source-state.ts';

/** Entries that the flood guard holds back until the operator decides. */
export interface HeldStore {
  /**
   * Stores unknown entries with a tombstone each, so that they are not offered as new again; atomic. Storing the same
   * entry again replaces it.
   */
  hold(sourceId: string, reason: string, entries: readonly HeldEntry[], now: number): Promise<void>;
  /** By source: since when, why and how many are held. One round trip. */
  summaries(): Promise<ReadonlyMap<string, HeldState>>;
  entries(sourceId: string): Promise<HeldEntries>;
  /** Gives entries that are still held a new form, in one step for each portion. */
  replace(sourceId: string, entries: readonly HeldEntry[]): Promise<void>;
  /** Forgets their tombstones, except of those that became posts. They are still held. */
  forgetTombstones(ids: readonly string[]): Promise<void>;
  /** Removes them from the held entries. */
  drop(sourceId: string, ids: readonly string[]): Promise<void>;
}
