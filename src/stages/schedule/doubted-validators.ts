/** Does an origin answer 304 although it should have new entries by now? */
import { millisecondsInDay } from 'date-fns/constants';
import type { SourceState } from '../../model/source-state.ts';

/** With fewer publishing times the rate is unknown. */
const LEAST_TIMES = 5;
const LEAST_QUIET_MS = 3 * millisecondsInDay;
/** The source has been silent for this many times its longest pause so far. */
const TIMES_LONGEST = 3;

/**
 * Whether the next check goes without validators: there were only 304 for three days and for three times as long as the
 * longest pause between two posts. After a response with a body it takes as long again.
 */
export function areValidatorsDoubted({ notModifiedSinceAt, publishedTimes }: SourceState, now: number): boolean {
  if (notModifiedSinceAt === undefined || publishedTimes.length < LEAST_TIMES) return false;
  const pauses = publishedTimes.slice(1).map((time, index) => (publishedTimes[index] ?? time) - time);
  const longestMs = pauses.reduce((longest, pause) => Math.max(longest, pause), 0);
  return now - notModifiedSinceAt >= Math.max(LEAST_QUIET_MS, TIMES_LONGEST * longestMs);
}

/** The state after a 304. */
export function afterNotModified(state: SourceState, now: number): SourceState {
  return { ...state, notModifiedSinceAt: state.notModifiedSinceAt ?? now };
}

/** The state after a response with a body. @param isOther  whether the body differs from the last one that was read */
export function afterBody({ notModifiedSinceAt, ...state }: SourceState, isOther: boolean, now: number): SourceState {
  const wasDoubted = areValidatorsDoubted(
    { ...state, ...(notModifiedSinceAt !== undefined && { notModifiedSinceAt }) },
    now,
  );
  return wasDoubted
    ? { ...state, withoutValidators: { at: now, found: isOther ? 'another document' : 'the same' } }
    : state;
}
