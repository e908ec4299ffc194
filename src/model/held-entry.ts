/** What is stored of an entry that waits for the operator? */
import type { EntryKey } from './entry-key.ts';
import type { Draft } from './post.ts';

/** Everything that is needed to process the entry later. */
export interface HeldEntry {
  readonly id: string;
  /** Index in its document; 0 is the first. */
  readonly place: number;
  readonly draft: Draft;
  readonly sourceKey: string;
  readonly titleKey: string;
  readonly keys: readonly EntryKey[];
  readonly fingerprint: string;
}

export interface HeldEntries {
  readonly entries: readonly HeldEntry[];
  /** Ids of further entries whose content was not stored because there was too much of it. */
  readonly contentless: readonly string[];
}
