/** Which numbers describe the state of the whole system? */

/** A sweep runs every second, and workers report every three; after this long without either, something is wrong. */
export const SILENT_MS = 15_000;

/** Current numbers for the whole system; no source is named. */
export interface SystemState {
  readonly sources: DueCounts;
  /** Sources whose last check gave no feed. */
  readonly failing: number;
  /** Sources with held entries. */
  readonly held: number;
  readonly posts: number;
  /** Dirty keys: feeds and posts that are not published yet. */
  readonly unpublished: number;
  /** Time since the last sweep, ms; absent before the first. */
  readonly sweepAgeMs?: number;
  /** Since when no host can be reached from a worker, epoch ms; absent if hosts can. */
  readonly networkOutSince?: number;
  /** Jobs by queue and state. */
  readonly queues: JobCounts;
}

export interface DueCounts {
  readonly total: number;
  readonly due: number;
  /** Due for more than a minute. */
  readonly late: number;
  readonly paused: number;
  /** How long ago the oldest due source became due, ms; 0 if no source is due. */
  readonly latenessMs: number;
}

export type JobCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;
