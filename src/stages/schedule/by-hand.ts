/** How do commands of the operator change the state of a source? */
import { FIRST_STATE, type SourceState } from '../../model/source-state.ts';

/** @param by  who did it, to follow "Paused": `by command`, `on the admin page` */
export function paused(state: SourceState, now: number, by: string): SourceState {
  return { ...state, pausedAt: now, pauseReason: `Paused ${by}.`, reason: 'paused' };
}

/** Checked at once, and then as before the pause. */
export function resumed({ pausedAt, pauseReason, ...state }: SourceState, now: number, by: string): SourceState {
  return { ...state, goneSightings: 0, nextCheckAt: now, reason: 'requested', reasonText: `Resumed ${by}.` };
}

/** Forgets validators, failures and redirects; the posts stay. */
export function reset(_state: SourceState, now: number, by: string): SourceState {
  return { ...FIRST_STATE, nextCheckAt: now, reason: 'requested', reasonText: `Reset ${by}.` };
}

/** Checked at once; a paused source stays paused. */
export function requested(state: SourceState, now: number, by: string): SourceState {
  return { ...state, nextCheckAt: now, reason: 'requested', reasonText: `Asked for ${by}.` };
}
