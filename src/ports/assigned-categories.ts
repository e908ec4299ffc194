/** By which part of the config did each post get its categories? */
import type { CategoryEntry } from '../model/settings.ts';

/** The `categories` of each source as they were applied to its posts last. */
export interface AssignedCategories {
  /** By source id; also of sources that left the config. */
  read(): Promise<ReadonlyMap<string, readonly string[]>>;
  write(assigned: ReadonlyMap<string, readonly string[]>): Promise<void>;
  /** How posts entered each category of themselves when that was applied last; by slug. Other categories are absent. */
  readEntries(): Promise<ReadonlyMap<string, CategoryEntry>>;
  /** Replaces all of them. */
  writeEntries(entries: ReadonlyMap<string, CategoryEntry>): Promise<void>;
  /**
   * Notes which of the sources are not configured now, and since when.
   *
   * @returns epoch ms by source id
   */
  noteUnlisted(ids: readonly string[], now: number): Promise<ReadonlyMap<string, number>>;
  /** Nothing of these sources is left. */
  forget(ids: readonly string[]): Promise<void>;
}
