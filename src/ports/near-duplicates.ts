/** Which entries of other sources have nearly the same text? */
/** A new entry, as the search for other tellings of its story sees it. */
export interface SimilarityCandidate {
  /** Of the entry, 16 hex digits. */
  readonly id: string;
  /** 16 hex digits. */
  readonly sourceKey: string;
  readonly categories: readonly string[];
  /** Epoch ms. */
  readonly publishedAt: number;
  /** What its text is compared by; 43 bytes. */
  readonly signature: Uint8Array;
  /** 32-bit keys: who shares one may tell the same story. */
  readonly bands: readonly number[];
}

/** An entry that may tell the same story. */
export interface RememberedText {
  readonly id: string;
  /** Epoch ms, whole seconds. */
  readonly publishedAt: number;
  readonly signature: Uint8Array;
}

/** Near-duplicates: the texts of late. */
export interface NearDuplicates {
  /**
   * One atomic round trip for a whole document: remembers the entries for `windowMs`, and gives back for each what
   * entries of other sources, with a category in common and published within `windowMs` of it, may tell the same
   * story. Of two entries that come at the same time the later one is given the earlier. Doing it twice changes
   * nothing; with another text, what it said before is remembered too.
   */
  rememberAndFind(
    tellings: readonly SimilarityCandidate[],
    windowMs: number,
    now: number,
  ): Promise<readonly (readonly RememberedText[])[]>;
  /** No text is like that of these entries, for ever. */
  exclude(ids: readonly string[]): Promise<void>;
}
