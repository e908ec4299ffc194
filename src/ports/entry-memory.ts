/** How does the store forget entries that are listed no more? */

/** What one step of forgetting did. */
export interface ForgottenEntries {
  /** Of the 65,536 parts of the memory, those that the step looked at; one at least. */
  readonly parts: number;
  /** Entries and keys that it looked at. */
  readonly looked: number;
  readonly entries: number;
  /** Keys that led to forgotten entries. */
  readonly keys: number;
}

export interface EntryMemory {
  /**
   * Forgets, in the next parts of the memory, entries that were listed last before a day and have no post, neither
   * their own nor their story's; and keys that lead to no entry. Goes round: each part has its turn again after the
   * last one, also when several workers take turns. One short script.
   *
   * @param listedBefore  epoch ms; its day counts
   * @param mostParts     of 65,536
   */
  forget(listedBefore: number, mostParts: number): Promise<ForgottenEntries>;
}

/** Parts that the memory has. */
export const MEMORY_PARTS = 65_536;
