/** What becomes of a source's state when the operator says so? */
import { FIRST_STATE, type SourceState } from '../../model/source-state.ts';

/** @param by  who did it, after "Paused": `by command`, `on the admin page` */
export function paused(state: SourceState, now: number, by: string): SourceState {
  return { ...state, pausedAt: now, pauseReason: `Paused ${by}.`, reason: 'paused' };
}

/** Checked at once, and from then on as before. */
export function resumed({ pausedAt, pauseReason, ...state }: SourceState, now: number, by: string): SourceState {
  return { ...state, goneSightings: 0, nextCheckAt: now, reason: 'requested', reasonText: `Resumed ${by}.` };
}

/** Validators, failures and redirects are forgotten; its posts stay. */
export function reset(_state: SourceState, now: number, by: string): SourceState {
  return { ...FIRST_STATE, nextCheckAt: now, reason: 'requested', reasonText: `Reset ${by}.` };
}

/** Checked at once; a paused source stays paused. */
export function requested(state: SourceState, now: number, by: string): SourceState {
  return { ...state, nextCheckAt: now, reason: 'requested', reasonText: `Asked for ${by}.` };
}
