/** Which texts may be near-duplicates of the text of an entry? */

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
  /** Signature of its text, for the comparison; 64 bytes. */
  readonly signature: Uint8Array;
  /** 32-bit keys; near-duplicates share at least one with high probability. */
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
  /** The entry was split from a story: its text is compared with no other. */
  readonly apart: boolean;
}

/** The texts of the last days. */
export interface NearDuplicates {
  /**
   * Remembers the texts for `windowMs`, and returns for each the texts of other entries that share a band with it,
   * the newest first, 256 at most; whether they are compared is the caller's decision. One round trip for a whole
   * document; each entry in one step: of two entries that arrive at the same time, the later one finds the earlier.
   * May be repeated; if the text of an entry has changed, its former text stays remembered too. An excluded entry is
   * not remembered, and finds nothing.
   */
  rememberAndFind(
    texts: readonly SimilarityCandidate[],
    windowMs: number,
    now: number,
  ): Promise<readonly (readonly RememberedText[])[]>;
  /** Excludes these entries from comparison for good. */
  exclude(ids: readonly string[]): Promise<void>;
}
