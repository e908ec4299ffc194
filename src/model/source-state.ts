/** What is stored about a source between two checks? */
import { millisecondsInDay } from 'date-fns/constants';
import type { WebSubState } from './source-subscription.ts';

/** The rule that set the time of the next check. */
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

/** How the last check ended, for the operator. */
export interface LastOutcome {
  readonly at: number;
  /** `feed`, `unchanged`, `not-modified`, `gone`, or the failure's kind. */
  readonly kind: string;
  readonly message?: string;
  readonly status?: number;
  /** Number of entries in the document, and how many of them were new and changed. */
  readonly entries?: number;
  readonly added?: number;
  readonly changed?: number;
  readonly issues?: readonly string[];
}

/** A permanent redirect that has not been seen for long enough to be adopted. */
export interface RedirectProof {
  /** The address that redirects; absent: the address of the source. */
  readonly from?: string;
  readonly to: string;
  readonly firstSeenAt: number;
  readonly sightings: number;
}

const REDIRECT_PROOF_MS = 7 * millisecondsInDay;

/** When a redirect that stays the same is adopted, epoch ms. */
export function adoptableAt({ firstSeenAt }: RedirectProof): number {
  return firstSeenAt + REDIRECT_PROOF_MS;
}

/** Which key identifies the entries of the source, if its guids have proved unusable. */
export interface IdentityState {
  /** Absent: by guid. */
  readonly by?: 'guid and link' | 'link' | 'content';
  /** Since when, epoch ms. */
  readonly since?: number;
  /** One sentence for the operator. */
  readonly reason?: string;
  /** Number of documents in a row in which known entries came with new guids. */
  readonly regenerated?: number;
}

/** How many new entries a document of the source usually has; the flood guard compares with it. */
export interface UsualState {
  /** The address for which the numbers were counted. */
  readonly url: string;
  /** New entries in each of the last documents that had some, newest first; without the very first document. */
  readonly batches: readonly number[];
}

/** Entries that changed more often than is announced. */
export interface ChurningState {
  /** Time of the last such change, epoch ms. */
  readonly at: number;
  /** Number of changes that were stored and not announced. */
  readonly count: number;
  /** Title of the entry that changed last. */
  readonly title: string;
}

/** Entries that the flood guard holds back. */
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
  /** One sentence that explains the reason, with the numbers. */
  readonly reasonText?: string;
  readonly lastCheckAt?: number;
  readonly lastSuccessAt?: number;
  readonly last?: LastOutcome;
  readonly failures: number;
  readonly goneSightings: number;
  readonly pausedAt?: number;
  readonly pauseReason?: string;
  /** Validators, byte for byte, and the address that sent them. */
  readonly etag?: string;
  readonly lastModified?: string;
  readonly validatorsFor?: string;
  /** Since when every response was a 304, epoch ms. */
  readonly notModifiedSinceAt?: number;
  /** The last check without validators because the 304 were doubted, and what it found. */
  readonly withoutValidators?: { readonly at: number; readonly found: 'another document' | 'the same' };
  /** Hash of the last body that was parsed, 16 hex digits. */
  readonly bodyHash?: string;
  /** Raw hashes of the entries of the last document; see `entry-hashes.ts`. */
  readonly entryHashes?: string;
  /** When all entries of a document were read last, known ones included, epoch ms. */
  readonly readWholeAt?: number;
  /** From the last document that was parsed. */
  readonly title?: string;
  readonly link?: string;
  /** Publishing times of the newest entries, epoch ms, newest first; the adaptive interval is computed from them. */
  readonly publishedTimes: readonly number[];
  /** Hints of the last feed that was parsed; they also hold after a 304. */
  readonly ttlMs?: number;
  readonly updatePeriodMs?: number;
  readonly skipHours?: readonly number[];
  readonly skipDays?: readonly number[];
  /** Current address of the feed, if it has moved permanently or was discovered on a page. */
  readonly adoptedUrl?: string;
  readonly adoptedBecause?: string;
  /** The address in the config for which it was adopted; if the config changes, the adopted address is dropped. */
  readonly adoptedFrom?: string;
  readonly redirect?: RedirectProof;
  /** As of the end of the last check; the subscriptions themselves are stored elsewhere. */
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
