/** Does an origin answer 304 although it should have something new by now? */
import { millisecondsInDay } from 'date-fns/constants';
import type { SourceState } from '../../model/source-state.ts';

/** Of fewer publishing times nothing can be said about the rhythm. */
const LEAST_TIMES = 5;
const LEAST_QUIET_MS = 3 * millisecondsInDay;
/** Quieter than the longest pause so far, by this factor. */
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

/** The state after a response with a body. @param isOther  whether it is not the body that was read last */
export function afterBody({ notModifiedSinceAt, ...state }: SourceState, isOther: boolean, now: number): SourceState {
  const wasDoubted = areValidatorsDoubted(
    { ...state, ...(notModifiedSinceAt !== undefined && { notModifiedSinceAt }) },
    now,
  );
  return wasDoubted
    ? { ...state, withoutValidators: { at: now, found: isOther ? 'another document' : 'the same' } }
    : state;
}
