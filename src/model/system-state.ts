/** How is the whole system doing, in figures? */

/** What is true right now; nothing of it names a source. */
export interface SystemState {
  readonly sources: DueCounts;
  /** Sources whose last check gave no feed. */
  readonly failing: number;
  /** Sources that have entries held back. */
  readonly held: number;
  readonly posts: number;
  /** Feeds and posts that were touched and not yet published. */
  readonly unpublished: number;
  /** Since the last sweep, ms; absent before the first. */
  readonly sweepAgeMs?: number;
  /** Jobs by queue and state. */
  readonly queues: JobCounts;
}

export interface DueCounts {
  readonly total: number;
  readonly due: number;
  /** Due for more than a minute. */
  readonly late: number;
  readonly paused: number;
  /** How long the source that has waited longest has been due, ms; 0 where none is. */
  readonly latenessMs: number;
}

export type JobCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;
