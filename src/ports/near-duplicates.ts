/** Which texts may be near-duplicates of an entry's? */

/** Where a text comes from. */
export interface TextOrigin {
  /** 16 hex digits. */
  readonly sourceKey: string;
  readonly categories: readonly string[];
}

/** The text of an entry that is new or changed. */
export interface SimilarityCandidate extends TextOrigin {
  /** Of the entry, 16 hex digits. */
  readonly id: string;
  /** Epoch ms. */
  readonly publishedAt: number;
  /** What its text is compared by; 64 bytes. */
  readonly signature: Uint8Array;
  /** 32-bit keys: near-duplicates share at least one, very probably. */
  readonly bands: readonly number[];
}

/** A text that shares a band. */
export interface RememberedText {
  /** Of the entry. */
  readonly id: string;
  /** The same object for all texts of one origin in an answer. */
  readonly origin: TextOrigin;
  /** Epoch ms, whole seconds. */
  readonly publishedAt: number;
  readonly signature: Uint8Array;
  /** The entry stands alone: its text is like no other. */
  readonly apart: boolean;
}

/** The texts of the last days. */
export interface NearDuplicates {
  /**
   * Remembers the texts for `windowMs`, and gives back for each the texts of other entries that share a band with it,
   * the newest first, 256 at most; whether they are compared is the caller's decision. One round trip for a whole
   * document; each entry in one step: of two entries that come at the same time the later one is given the earlier.
   * Doing it twice changes nothing; with another text, the entry's text before is remembered too. An entry that was
   * excluded is neither remembered nor given anything.
   */
  rememberAndFind(
    texts: readonly SimilarityCandidate[],
    windowMs: number,
    now: number,
  ): Promise<readonly (readonly RememberedText[])[]>;
  /** From now on no text is like that of these entries. */
  exclude(ids: readonly string[]): Promise<void>;
}
