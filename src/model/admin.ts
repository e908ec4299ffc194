/** What does the operator see and do on the admin pages? */
import type { Post } from './post.ts';
import type { Source } from './settings.ts';
import type { HeldState, SourceState } from './source-state.ts';
import type { SystemState } from './system-state.ts';

/** Which sources a list shows. */
export const SOURCE_FILTERS = ['all', 'failing', 'paused', 'held'] as const;
export type SourceFilter = (typeof SOURCE_FILTERS)[number];

/** What can be done to a source. */
export const SOURCE_ACTIONS = ['fetch', 'pause', 'resume', 'reset', 'release', 'discard'] as const;
export type SourceAction = (typeof SOURCE_ACTIONS)[number];

/** How an action ended: `busy` while a check is under way. */
export type ActionResult = 'done' | 'busy' | 'unknown';

/** An entry that waits for the operator. */
export interface HeldTitle {
  readonly title: string;
  readonly url?: string;
  /** Epoch ms; absent where the entry does not say. */
  readonly publishedAt?: number;
}

export interface SourceRow {
  readonly source: Source;
  /** Absent until a worker has taken the source in. */
  readonly state?: SourceState;
  readonly held?: HeldState;
}

export interface FailedJob {
  readonly queue: string;
  readonly id: string;
  /** Epoch ms. */
  readonly failedAt: number | undefined;
  readonly reason: string;
}

export type AdminView =
  | {
      readonly kind: 'overview';
      readonly system: SystemState;
      /** Those that need somebody: failing, paused or with entries held back. */
      readonly troubled: readonly SourceRow[];
      readonly failedJobs: readonly FailedJob[];
    }
  | {
      readonly kind: 'sources';
      readonly filter: SourceFilter;
      readonly rows: readonly SourceRow[];
      /** From 1. */
      readonly page: number;
      readonly pages: number;
      /** Of the rows of all pages. */
      readonly total: number;
    }
  | {
      readonly kind: 'source';
      readonly row: SourceRow;
      readonly heldEntries: readonly HeldTitle[];
      readonly posts: readonly Post[];
      /** What was done just now. */
      readonly done?: { readonly action: SourceAction; readonly result: ActionResult };
    }
  | { readonly kind: 'queue'; readonly system: SystemState; readonly failedJobs: readonly FailedJob[] }
  /** `done`: how taking a telling out of its story ended just now. */
  | { readonly kind: 'stories'; readonly posts: readonly Post[]; readonly done?: ActionResult }
  | { readonly kind: 'login'; readonly isWrong: boolean }
  | { readonly kind: 'refused'; readonly heading: string; readonly text: string };

/** What every admin page needs beside its view. */
export interface AdminFrame {
  readonly siteTitle: string;
  /** IANA name; times are shown on this clock. */
  readonly timezone: string;
  readonly version: string;
  readonly now: number;
  /** From the page's own path up to the site's root, `../`, `../../`: links hold behind any proxy. */
  readonly root: string;
  /** Sent back with each form. */
  readonly formToken: string;
  /** Whether there is a session to end. */
  readonly hasSession: boolean;
}
