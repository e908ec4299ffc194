/** What happens to a check whose host asked to wait (Retry-After)? */
import type { SourceState } from '../../model/source-state.ts';
import { isoInZone } from '../../syntax/date/format.ts';

/** `its host asked to wait (Retry-After) until 2026-11-23T22:05:09+08:00`. @param timezone  IANA name */
export function restText(untilMs: number, timezone: string): string {
  return `its host asked to wait (Retry-After) until ${isoInZone(untilMs, timezone)}`;
}

/** No request was made: the check follows when the wait ends. It is not known here which request caused the wait. */
export function postponed(state: SourceState, untilMs: number, timezone: string): SourceState {
  const reasonText = `${restText(untilMs, timezone)}; no request was sent`;
  return { ...state, nextCheckAt: untilMs, reason: 'retry-after', reasonText };
}
