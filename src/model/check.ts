/** What did one check of a source bring, seen from the state's side? */
import type { FeedHints, ParseFailure } from './feed.ts';
import type { FetchedBody, FetchOutcome } from './fetch-outcome.ts';
import type { SourceState } from './source-state.ts';

/** The answer without its body: what the state remembers of it. */
export type Response = Omit<FetchedBody, 'body' | 'gzip' | 'again'>;

export type CheckResult =
  /** The origin answered without a body, or not at all. */
  | { readonly kind: 'no-body'; readonly outcome: Exclude<FetchOutcome, FetchedBody> }
  /** The same bytes as last time: nothing was read. */
  | { readonly kind: 'unchanged'; readonly response: Response }
  /** A body that gave no feed. */
  | { readonly kind: 'unreadable'; readonly response: Response; readonly failure: ParseFailure }
  | { readonly kind: 'feed'; readonly response: Response; readonly facts: FeedFacts };

/** What is remembered of a feed that was read. */
export interface FeedFacts {
  /** 16 hex digits. */
  readonly bodyHash: string;
  /** Raw hashes of all entries, 16 hex digits each, joined; absent where the document could not be cut. */
  readonly entryHashes?: string;
  readonly title?: string;
  readonly link?: string;
  readonly hubs: readonly string[];
  readonly self?: string;
  readonly hints: FeedHints;
  /** Of the entries that were read this time, epoch ms, any order; known entries are not among them. */
  readonly publishedTimes: readonly number[];
  readonly entries: number;
  readonly added: number;
  /** When the added ones were published, epoch ms, by their own word; those that say nothing are not among them. */
  readonly addedTimes?: readonly number[];
  readonly changed: number;
  /** What its entries have shown of the source; absent: as before. */
  readonly remembered?: Pick<SourceState, 'identity' | 'usual' | 'churning'>;
  /** Codes of the parse issues, each once. */
  readonly issues: readonly string[];
}
