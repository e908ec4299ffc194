/** When is each source due, which state does it have, and how many requests may its host get? */
import type { HostBudget } from '../model/settings.ts';
import type { SourceState } from '../model/source-state.ts';

export interface DueSource {
  readonly sourceId: string;
  /** The `nextCheckAt` that made it due; part of the job's id. */
  readonly dueAt: number;
  /** As in its state; needed before the state is read, because it decides whose budget the check uses. */
  readonly adoptedUrl?: string;
  readonly adoptedFrom?: string;
}

export type Opened =
  | { readonly kind: 'open'; readonly state: SourceState }
  /** No slot for this host now; come back then, or when woken by the close that frees one. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** The host rests (Retry-After) for longer than a job should wait: the check is put off, not made. */
  | { readonly kind: 'rest'; readonly untilMs: number; readonly state: SourceState }
  /** Another check of this source is under way, it was checked since, or it is paused or unknown. */
  | { readonly kind: 'taken' };

/**
 * When each source is due, and its state. Every call is one round trip and atomic.
 * A claimed source that is never closed is due again when its lease ends.
 */
export interface Checks {
  /**
   * Makes the known sources exactly these; new ones become due one after the other. May be called twice.
   *
   * @param apartMs  the time between two new sources, given their number
   */
  sync(
    sourceIds: readonly string[],
    now: number,
    apartMs: (added: number) => number,
  ): Promise<{ added: number; removed: number }>;
  /** Up to `limit` due sources, each moved `leaseMs` into the future so that no other worker gets it. */
  claimDue(now: number, limit: number, leaseMs: number): Promise<readonly DueSource[]>;
  /** Leases the source and a slot of its host's budget for at most `leaseMs`, and reads the state. */
  open(check: CheckOpening): Promise<Opened>;
  /**
   * Writes the state, moves the due time, releases source and slot. Changes nothing if called twice, or by a holder
   * that has lost the lease to another one.
   * @returns holders that waited for the slot and may come back now
   */
  close(check: CheckClosing): Promise<readonly string[]>;
  read(sourceIds: readonly string[]): Promise<readonly (SourceState | undefined)[]>;
  /** Replaces the state outside a check (pause, resume, reset). False, with nothing done, while a check is running. */
  write(sourceId: string, state: SourceState, now: number): Promise<boolean>;
  /**
   * Makes the next check due at this time, unless it is due sooner or the source is paused; the state stays as it is.
   */
  hasten(sourceId: string, at: number): Promise<void>;
  /** Gives back a source that was claimed and not opened: it is due at this time, and not only when the claim ends. */
  release(sourceId: string, at: number): Promise<void>;
  /** Number of scheduled sources, paused ones included. */
  count(): Promise<number>;
  /** When each source will be claimed, epoch ms; infinite while paused, undefined if it is unknown. */
  dueTimes(sourceIds: readonly string[]): Promise<readonly (number | undefined)[]>;
  /**
   * After the clock was set back: moves the due times, and releases leases that end later than `longestLeaseMs` from
   * now. May be called twice.
   */
  setBack(sources: readonly SetBack[], now: number, longestLeaseMs: number): Promise<void>;
}

/** The new times of a source and of its host's budget after the clock was set back. */
export interface SetBack {
  readonly sourceId: string;
  readonly budgetKey: string;
  readonly nextCheckAt: number;
}

export interface CheckOpening {
  readonly sourceId: string;
  /** Names the holder, so that a retried job gets its own source back. */
  readonly holder: string;
  /** The due time the check is for: a source checked since then is not checked again. */
  readonly dueAt: number;
  readonly budgetKey: string;
  readonly budget: HostBudget;
  readonly now: number;
  readonly leaseMs: number;
}

export interface CheckClosing {
  readonly sourceId: string;
  readonly holder: string;
  readonly budgetKey: string;
  readonly state: SourceState;
  /** The host gets no requests until then (Retry-After). */
  readonly hostRestsUntil?: number;
  readonly now: number;
}

/** A request that is not a check of a source, to a host that may have a budget. */
export interface HostEntry {
  /** The same when it is retried. */
  readonly holder: string;
  readonly budgetKey: string;
  readonly budget: HostBudget;
  readonly now: number;
  readonly leaseMs: number;
}

/** What delays a new request to a host. An absent time has passed, or was never set. */
export interface HostWait {
  /** The host asked for no requests until then (Retry-After), epoch ms. */
  readonly restsUntil?: number;
  /** First start time that no waiting request has reserved, epoch ms. */
  readonly freeFrom?: number;
  /** Running requests. */
  readonly inUse: number;
}

/** The budgets of hosts, for requests that are not checks. */
export interface HostBudgets {
  /** What delays requests to these hosts now. Takes and reserves nothing. */
  waits(budgetKeys: readonly string[], now: number): Promise<readonly HostWait[]>;
  /**
   * Takes a slot, for at most `leaseMs`. A holder that has to wait keeps its place; it tries again at `untilMs`, or when
   * it is woken by the `leave` or `close` that frees a slot.
   */
  enter(entry: HostEntry): Promise<{ readonly kind: 'open' } | { readonly kind: 'wait'; readonly untilMs: number }>;
  /** @returns the holder that waited longest for the slot and may try again now, if any waits */
  leave(holder: string, budgetKey: string, restsUntil: number | undefined, now: number): Promise<readonly string[]>;
}

/** Waits for hosts within this process, for checks that are not jobs in the queue. */
export interface Wakeups {
  /** Once this resolves, each wake-up of the holder is noticed: call it before asking for the slot. */
  listen(holder: string): Promise<Wakeup>;
}

export interface Wakeup {
  /**
   * Resolves at `untilMs`, epoch ms, or when the holder is woken; immediately if it was woken since the last wait.
   *
   * @throws the signal's reason, when aborted
   */
  wait(untilMs: number, signal: AbortSignal): Promise<void>;
  stop(): void;
}
