/** What do the admin pages show, and which actions do they offer? */
import type { Hold } from './hold.ts';
import type { Post } from './post.ts';
import type { ConfigHistory } from './recorded-config.ts';
import type { Source } from './settings.ts';
import type { HeldState, SourceState } from './source-state.ts';
import type { SystemState } from './system-state.ts';

/** Filters of the list of sources. */
export const SOURCE_FILTERS = ['all', 'failing', 'paused', 'held'] as const;
export type SourceFilter = (typeof SOURCE_FILTERS)[number];

/** Actions on a source. */
export const SOURCE_ACTIONS = ['fetch', 'pause', 'resume', 'reset', 'release', 'discard'] as const;
export type SourceAction = (typeof SOURCE_ACTIONS)[number];

/** Outcome of an action: `busy` means that a check is running, `unknown` that there is no such source or entry. */
export type ActionResult = 'done' | 'busy' | 'unknown';

/** Actions that remove posts permanently, or bring one back. */
export const TAKEDOWN_ACTIONS = ['remove', 'restore', 'purge'] as const;
export type TakedownAction = (typeof TAKEDOWN_ACTIONS)[number];

/** A post that the operator removed. */
export interface RemovedPost {
  readonly id: string;
  readonly sourceId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly why?: string;
  /** Present while its text is kept. */
  readonly title?: string;
}

/** A held entry as a line of a list. */
export interface HeldTitle {
  readonly title: string;
  readonly url?: string;
  /** Epoch ms; absent if the entry has no date. */
  readonly publishedAt?: number;
}

export interface SourceRow {
  readonly source: Source;
  /** Absent until the store knows the source. */
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
      /** Sources that need attention: failing, paused or with held entries. */
      readonly troubled: readonly SourceRow[];
      readonly failedJobs: readonly FailedJob[];
      readonly config: ConfigHistory;
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
      /** The action that led to this view, and its outcome. */
      readonly done?: { readonly action: SourceAction; readonly result: ActionResult };
      /** What delays the check that was requested; absent if none was requested. */
      readonly hold?: Hold;
    }
  | { readonly kind: 'queue'; readonly system: SystemState; readonly failedJobs: readonly FailedJob[] }
  /** `done`: outcome of the split that led to this view. */
  | { readonly kind: 'stories'; readonly posts: readonly Post[]; readonly done?: ActionResult }
  | { readonly kind: 'confirm-remove'; readonly post: Post }
  | { readonly kind: 'confirm-purge'; readonly sourceId: string; readonly posts: number }
  | {
      readonly kind: 'removed';
      readonly posts: readonly RemovedPost[];
      /** The action that led to this view, and its outcome. */
      readonly done?: { readonly action: TakedownAction; readonly result: ActionResult };
    }
  | { readonly kind: 'login'; readonly isWrong: boolean }
  | { readonly kind: 'refused'; readonly heading: string; readonly text: string };

/** What every admin page needs in addition to its view. */
export interface AdminFrame {
  readonly siteTitle: string;
  /** IANA name; times are shown on this clock. */
  readonly timezone: string;
  readonly version: string;
  readonly now: number;
  /** Relative path from the page to the root of the site, such as `../`. Links then work behind any proxy. */
  readonly root: string;
  /** Sent with each form, against forged requests. */
  readonly formToken: string;
  /** True if there is a session that can be ended. */
  readonly hasSession: boolean;
}
