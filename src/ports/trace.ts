/** What became of each entry? */
import type { TraceEvent, TraceNote } from '../model/trace.ts';

/** The decisions on each entry, kept for about a month. Bounded: events that do not fit are counted and dropped. */
export interface Trace {
  /** One round trip. Called twice, it may store an event twice, but never one with `once`. */
  note(notes: readonly TraceNote[], now: number): Promise<void>;
  /** All events under these keys, 16 hex digits each, oldest first; and how many recent events were dropped for lack of room. */
  find(keys: readonly string[], now: number): Promise<Traced>;
}

export interface Traced {
  readonly events: readonly TraceEvent[];
  readonly lost: number;
}
