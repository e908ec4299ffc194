/** What was the result of one check, as input for the next state? */
import type { FeedHints, ParseFailure } from './feed.ts';
import type { FetchedBody, FetchOutcome } from './fetch-outcome.ts';
import type { SourceState } from './source-state.ts';

/** The response without its body. */
export type Response = Omit<FetchedBody, 'body' | 'gzip' | 'again'>;

export type CheckResult =
  /** A response without a body, or no response. */
  | { readonly kind: 'no-body'; readonly outcome: Exclude<FetchOutcome, FetchedBody> }
  /** The same bytes as last time; nothing was parsed. */
  | { readonly kind: 'unchanged'; readonly response: Response }
  /** A body that is not a readable feed. */
  | { readonly kind: 'unreadable'; readonly response: Response; readonly failure: ParseFailure }
  | { readonly kind: 'feed'; readonly response: Response; readonly facts: FeedFacts };

/** Facts of a parsed feed that go into the state of its source. */
export interface FeedFacts {
  /** 16 hex digits. */
  readonly bodyHash: string;
  /** Raw hashes of all entries, 16 hex digits each, joined; absent if the document could not be cut into entries. */
  readonly entryHashes?: string;
  readonly title?: string;
  readonly link?: string;
  readonly hubs: readonly string[];
  readonly self?: string;
  readonly hints: FeedHints;
  /** Epoch ms, in any order, of the entries parsed this time; entries known by their raw hash are not included. */
  readonly publishedTimes: readonly number[];
  readonly entries: number;
  /** All entries that the source lists were parsed; none was known by its raw hash or left out. */
  readonly isWhole?: boolean;
  readonly added: number;
  /** Publishing times of the added entries, epoch ms, as stated by them; entries without a date are not included. */
  readonly addedTimes?: readonly number[];
  readonly changed: number;
  /** What the entries showed about the source's identity and rate; absent if nothing changed. */
  readonly remembered?: Pick<SourceState, 'identity' | 'usual' | 'churning'>;
  /** Codes of the parse issues, each once. */
  readonly issues: readonly string[];
}
