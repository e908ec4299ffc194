/** What is kept of an entry that waits for the operator? */
import type { EntryKey } from './entry-key.ts';
import type { Draft } from './post.ts';

/** Everything that it takes to go on with it as if it came just now. */
export interface HeldEntry {
  readonly id: string;
  /** Grows down its document. */
  readonly place: number;
  readonly draft: Draft;
  readonly sourceKey: string;
  readonly titleKey: string;
  readonly keys: readonly EntryKey[];
  readonly fingerprint: string;
}

export interface HeldEntries {
  readonly entries: readonly HeldEntry[];
  /** Those of which there was too much to keep: only their ids. */
  readonly contentless: readonly string[];
}
