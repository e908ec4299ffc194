/** When is each source due, what is known of it, and what may its host be asked? */
import type { HostBudget } from '../model/settings.ts';
import type { SourceState } from '../model/source-state.ts';

export interface DueSource {
  readonly sourceId: string;
  /** The `nextCheckAt` that made it due; part of the job's id. */
  readonly dueAt: number;
  /** As in its state: whose budget the check is on must be known before the state is read. */
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
 * When each source is due, and what is remembered of it. Every call is one round trip and atomic.
 * A claimed source that is never closed is due again when its lease ends.
 */
export interface Checks {
  /**
   * Makes the known sources exactly these; new ones become due one after the other. May be called twice.
   *
   * @param apartMs  the time between two of so many new sources
   */
  sync(
    sourceIds: readonly string[],
    now: number,
    apartMs: (added: number) => number,
  ): Promise<{ added: number; removed: number }>;
  /** Up to `limit` due sources, each moved `leaseMs` into the future so that no other worker gets it. */
  claimDue(now: number, limit: number, leaseMs: number): Promise<readonly DueSource[]>;
  /** Takes the source and a slot of its host's budget for at most `leaseMs`, and reads the state. */
  open(check: CheckOpening): Promise<Opened>;
  /**
   * Writes the state, moves the due time, gives back source and slot. Called twice, or by one who has
   * lost the source to another holder, it changes nothing.
   * @returns holders that waited for the slot and may come back now
   */
  close(check: CheckClosing): Promise<readonly string[]>;
  read(sourceIds: readonly string[]): Promise<readonly (SourceState | undefined)[]>;
  /** Replaces the state outside a check (pause, resume, reset). False, and nothing done, while a check is under way. */
  write(sourceId: string, state: SourceState, now: number): Promise<boolean>;
  /** Makes the next check due then, unless it is due sooner or the source is paused; the state stays as it is. */
  hasten(sourceId: string, at: number): Promise<void>;
  /** How many sources are scheduled, paused ones included. */
  count(): Promise<number>;
  /** When each source will be claimed, epoch ms; infinite while paused, undefined if it is unknown. */
  dueTimes(sourceIds: readonly string[]): Promise<readonly (number | undefined)[]>;
  /**
   * After the clock was set back: moves the due times, and frees what is leased until later than `longestLeaseMs` from
   * now. May be called twice.
   */
  setBack(sources: readonly SetBack[], now: number, longestLeaseMs: number): Promise<void>;
}

/** Where a source and the budget of its host stand after the clock was set back. */
export interface SetBack {
  readonly sourceId: string;
  readonly budgetKey: string;
  readonly nextCheckAt: number;
}

export interface CheckOpening {
  readonly sourceId: string;
  /** Names the holder, so that a job tried again gets its own source back. */
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
  /** The whole budget rests until then (Retry-After). */
  readonly hostRestsUntil?: number;
  readonly now: number;
}

/** A request that is no check of a source, to a host that may have a budget. */
export interface HostEntry {
  /** The same when it is tried again. */
  readonly holder: string;
  readonly budgetKey: string;
  readonly budget: HostBudget;
  readonly now: number;
  readonly leaseMs: number;
}

/** What keeps a new request to a host back. A time that is absent has passed, or was never set. */
export interface HostWait {
  /** The host asked for quiet (Retry-After) until then, epoch ms. */
  readonly restsUntil?: number;
  /** First start that no waiting request has reserved, epoch ms. */
  readonly freeFrom?: number;
  /** Requests under way. */
  readonly inUse: number;
}

/** The budgets of hosts, for requests beside the checks. */
export interface HostBudgets {
  /** What keeps requests to these hosts back now. Takes and reserves nothing. */
  waits(budgetKeys: readonly string[], now: number): Promise<readonly HostWait[]>;
  /**
   * Takes a slot, for at most `leaseMs`. A holder that has to wait keeps its place; it tries again at `untilMs`, or when
   * it is woken by the `leave` or `close` that frees a slot.
   */
  enter(entry: HostEntry): Promise<{ readonly kind: 'open' } | { readonly kind: 'wait'; readonly untilMs: number }>;
  /** @returns the holder that waited longest for the slot and may try again now, if any waits */
  leave(holder: string, budgetKey: string, restsUntil: number | undefined, now: number): Promise<readonly string[]>;
}

/** Waiting for a host inside this process, for checks that have no job in the queue. */
export interface Wakeups {
  /** Notices each wake-up of the holder once this resolves: call it before the slot is asked for. */
  listen(holder: string): Promise<Wakeup>;
}

export interface Wakeup {
  /**
   * Resolves at `untilMs`, epoch ms, or when the holder is woken; at once if it was woken since the last wait.
   *
   * @throws the signal's reason, when aborted
   */
  wait(untilMs: number, signal: AbortSignal): Promise<void>;
  stop(): void;
}
