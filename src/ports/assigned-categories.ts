/** Which part of the config were the categories of each post assigned by? */
import type { CategoryEntry } from '../model/settings.ts';

/** The `categories` of each source as they were applied to its posts last. */
export interface AssignedCategories {
  /** By source id; includes sources that left the config. */
  read(): Promise<ReadonlyMap<string, readonly string[]>>;
  write(assigned: ReadonlyMap<string, readonly string[]>): Promise<void>;
  /** The `entries` of each category as they were applied last, by slug; categories without them are absent. */
  readEntries(): Promise<ReadonlyMap<string, CategoryEntry>>;
  /** Replaces all of them. */
  writeEntries(entries: ReadonlyMap<string, CategoryEntry>): Promise<void>;
  /**
   * Records which of the sources are not configured now, and since when.
   *
   * @returns epoch ms by source id
   */
  noteUnlisted(ids: readonly string[], now: number): Promise<ReadonlyMap<string, number>>;
  /** Forgets sources that have no posts any more. */
  forget(ids: readonly string[]): Promise<void>;
}
