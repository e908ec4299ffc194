/** How does the store forget entries that are no longer listed? */

/** The result of one step. */
export interface ForgottenEntries {
  /** Number of the 65,536 parts of the memory that the step looked at; at least one. */
  readonly parts: number;
  /** Number of entries and keys that it looked at. */
  readonly looked: number;
  readonly entries: number;
  /** Number of keys that led to forgotten entries. */
  readonly keys: number;
}

export interface EntryMemory {
  /**
   * Forgets, in the next parts of the memory, entries that were listed last before a day and have no post, neither
   * their own nor their story's; and keys that lead to no entry. After the last part it starts again with the first,
   * also if several workers take turns. One short script.
   *
   * @param listedBefore  epoch ms; its day counts
   * @param mostParts     of 65,536
   */
  forget(listedBefore: number, mostParts: number): Promise<ForgottenEntries>;
}

/** Number of parts of the memory. */
export const MEMORY_PARTS = 65_536;
