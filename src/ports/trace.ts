/** What became of each entry? */
import type { TraceEvent, TraceNote } from '../model/trace.ts';

/** What became of each entry, for about a month. Bounded: what does not fit is counted and not kept. */
export interface Trace {
  /** One round trip. Called twice, it may hold an event twice, but never one that is noted `once`. */
  note(notes: readonly TraceNote[], now: number): Promise<void>;
  /** All events under these keys, 16 hex digits each, oldest first; and how many recent events were dropped for lack of room. */
  find(keys: readonly string[], now: number): Promise<Traced>;
}

export interface Traced {
  readonly events: readonly TraceEvent[];
  readonly lost: number;
}
