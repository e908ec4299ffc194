/** When is a source due whose times are in the future because the clock was set back? */
import type { SourceState } from '../../model/source-state.ts';

/** Usual difference between the clocks of several machines. */
const TOLERANCE_MS = 5_000;
/** Longest wait that an origin may ask for, with jitter; `schedule.max` may be longer. */
const LONGEST_WAIT_MS = 32 * 86_400_000;

/** True if the last sweep is in the future: the clock was set back since, or the clock of another worker is ahead. */
export function isAhead(at: number | undefined, now: number): boolean {
  return at !== undefined && at > now + TOLERANCE_MS;
}

/** Clocks of two workers may differ permanently; the effects are corrected at most this often. */
const AHEAD_EVERY_MS = 60_000;
/** The wall clock fell behind the monotonic clock by more than this. */
const STEP_MS = 5_000;

/**
 * Whether times must be set back now: immediately when the clock of this process was set back, however often; once a
 * minute while the clock of another worker is ahead.
 *
 * @param stepMs   how far the clock of this process was set back since the last call
 * @param sweptAt  time of the last sweep, by the clock of its worker
 * @param sinceMs  since times were set back last
 */
export function isSetBackDue(stepMs: number, sweptAt: number | undefined, sinceMs: number, now: number): boolean {
  return stepMs > STEP_MS || (isAhead(sweptAt, now) && sinceMs > AHEAD_EVERY_MS);
}

/**
 * @param state   as stored; undefined for a source that was never checked
 * @param dueAt   when it would be claimed, epoch ms; infinite while paused
 * @param leaseMs how long a claimed source is kept from others
 * @returns       the due time on the present clock, or undefined if it may stay
 */
export function dueAfterSetBack(
  state: SourceState | undefined,
  dueAt: number,
  schedule: { readonly maxMs: number },
  leaseMs: number,
  now: number,
): number | undefined {
  if (!Number.isFinite(dueAt)) return undefined;
  const longestMs = Math.max(LONGEST_WAIT_MS, schedule.maxMs);
  // A next check before the last one was already set on the present clock: the wait is neither restarted nor shortened.
  if (isAhead(state?.lastCheckAt, now) && state !== undefined && state.nextCheckAt >= (state.lastCheckAt ?? 0)) {
    return now + Math.min(longestMs, state.nextCheckAt - (state.lastCheckAt ?? 0));
  }
  if (dueAt > now + longestMs) return now;
  // Claimed by the fast clock and not checked: its lease would end in the future only.
  const nextAt = state?.nextCheckAt ?? now;
  return dueAt > Math.max(nextAt, now) + leaseMs ? Math.min(nextAt, now + longestMs) : undefined;
}
