/** What do we remember of a source between two checks? */
import type { WebSubState } from './source-subscription.ts';

/** Why the next check is when it is. */
export type CheckReason =
  | 'new'
  | 'interval'
  | 'adaptive'
  | 'max-age'
  | 'ttl'
  | 'update-period'
  | 'skip-hours'
  | 'skip-days'
  | 'retry-after'
  | 'backoff'
  | 'websub'
  | 'requested'
  | 'gone'
  | 'paused';

/** How the last check ended, in words for the operator. */
export interface LastOutcome {
  readonly at: number;
  /** `feed`, `unchanged`, `not-modified`, `gone`, or the failure's kind. */
  readonly kind: string;
  readonly message?: string;
  readonly status?: number;
  /** Entries in the document, and of these new and changed ones. */
  readonly entries?: number;
  readonly added?: number;
  readonly changed?: number;
  readonly issues?: readonly string[];
}

/** A permanent redirect that has not yet proved itself. */
export interface RedirectProof {
  /** The address that redirects; absent: the source's. */
  readonly from?: string;
  readonly to: string;
  readonly firstSeenAt: number;
  readonly sightings: number;
}

const REDIRECT_PROOF_MS = 7 * 86_400_000;

/** When a redirect that stays the same has proved itself, epoch ms. */
export function adoptableAt({ firstSeenAt }: RedirectProof): number {
  return firstSeenAt + REDIRECT_PROOF_MS;
}

/** What the source's entries are told apart by, once its guids proved unfit. */
export interface IdentityState {
  /** Absent: the guid, as long as it serves. */
  readonly by?: 'guid and link' | 'link' | 'content';
  /** Since when, epoch ms. */
  readonly since?: number;
  /** One sentence for the operator. */
  readonly reason?: string;
  /** Documents in a row in which known entries came under new guids. */
  readonly regenerated?: number;
}

/** How much a source usually brings; what the flood guard measures a document by. */
export interface UsualState {
  /** The address that the figures belong to. */
  readonly url: string;
  /** New entries in each of the last documents that had some, newest first; not those of the very first one. */
  readonly batches: readonly number[];
}

/** Entries that were changed more often than is announced. */
export interface ChurningState {
  /** When last, epoch ms. */
  readonly at: number;
  /** Changes that were stored and not announced, in all. */
  readonly count: number;
  /** Title of the latest. */
  readonly title: string;
}

/** Entries held back by the flood guard. */
export interface HeldState {
  /** Since when, epoch ms. */
  readonly at: number;
  /** One sentence for the operator. */
  readonly reason: string;
  readonly count: number;
}

export interface SourceState {
  readonly nextCheckAt: number;
  readonly reason: CheckReason;
  /** One line that says it in words, with the figures behind it. */
  readonly reasonText?: string;
  readonly lastCheckAt?: number;
  readonly lastSuccessAt?: number;
  readonly last?: LastOutcome;
  readonly failures: number;
  readonly goneSightings: number;
  readonly pausedAt?: number;
  readonly pauseReason?: string;
  /** Validators, byte for byte, and the address they belong to. */
  readonly etag?: string;
  readonly lastModified?: string;
  readonly validatorsFor?: string;
  /** Hash of the last body that was read, 16 hex digits. */
  readonly bodyHash?: string;
  /** Raw hashes of the entries of the last document, packed: 16 hex digits each, joined without a gap. */
  readonly entryHashes?: string;
  /** From the last document that was read. */
  readonly title?: string;
  readonly link?: string;
  /** Publishing times of the newest entries, epoch ms, newest first; what the adaptive interval is made from. */
  readonly publishedTimes: readonly number[];
  /** Hints of the last feed that was read, so that a 304 can count on them. */
  readonly ttlMs?: number;
  readonly updatePeriodMs?: number;
  readonly skipHours?: readonly number[];
  readonly skipDays?: readonly number[];
  /** Where the feed is now, if it has permanently moved from the configured address or was discovered on a page. */
  readonly adoptedUrl?: string;
  readonly adoptedBecause?: string;
  /** The configured address that was left; once the config says another, the adopted one is forgotten. */
  readonly adoptedFrom?: string;
  readonly redirect?: RedirectProof;
  /** As it was when the last check ended; the orders themselves are kept apart. */
  readonly websub?: WebSubState;
  readonly identity?: IdentityState;
  readonly usual?: UsualState;
  readonly churning?: ChurningState;
}

export const FIRST_STATE: SourceState = {
  nextCheckAt: 0,
  reason: 'new',
  failures: 0,
  goneSightings: 0,
  publishedTimes: [],
};
