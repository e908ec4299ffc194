/** How do commands of the operator change the state of a source, and what delays their effect? */
import type { Hold } from '../../model/hold.ts';
import type { HostBudget } from '../../model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../model/source-state.ts';
import { SILENT_MS } from '../../model/system-state.ts';
import { restText } from './resting-host.ts';

/** A check that is due within this time counts as immediate for the operator. */
const AT_ONCE_MS = 5_000;

/** Who asks for a check, and when it can be made. */
export interface ByHand {
  /** `by command`, `on the admin page` */
  readonly by: string;
  readonly now: number;
  /** The host asked to wait until then, epoch ms. */
  readonly restsUntil?: number;
  /** Of the site, IANA name: the reason of the next check names the time on its clock. */
  readonly timezone: string;
}

export function paused(state: SourceState, { now, by }: ByHand): SourceState {
  return { ...state, pausedAt: now, pauseReason: `Paused ${by}.`, reason: 'paused' };
}

/** Resumes a source: it is checked as soon as its host allows it, and then as before the pause. */
export function resumed({ pausedAt, pauseReason, ...state }: SourceState, asked: ByHand): SourceState {
  return { ...state, goneSightings: 0, ...checkedSoon(`Resumed ${asked.by}.`, asked) };
}

/** Forgets validators, failures and redirects; the posts stay. */
export function reset(_state: SourceState, asked: ByHand): SourceState {
  return { ...FIRST_STATE, ...checkedSoon(`Reset ${asked.by}.`, asked) };
}

/** Asks for a check as soon as the host allows it; a paused source does not change. */
export function requested(state: SourceState, asked: ByHand): SourceState {
  return state.pausedAt === undefined ? { ...state, ...checkedSoon(`Asked for ${asked.by}.`, asked) } : state;
}

function checkedSoon(
  reasonText: string,
  { now, restsUntil = 0, timezone }: ByHand,
): Pick<SourceState, 'nextCheckAt' | 'reason' | 'reasonText'> {
  if (restsUntil <= now) return { nextCheckAt: now, reason: 'requested', reasonText };
  const text = `${reasonText.replace(/\.$/u, '')}; ${restText(restsUntil, timezone)}`;
  return { nextCheckAt: restsUntil, reason: 'retry-after', reasonText: text };
}

/** The state of a source's host, and of the workers. */
export interface Surroundings {
  readonly restsUntil?: number;
  readonly freeFrom?: number;
  /** Requests to the host under way. */
  readonly inUse: number;
  readonly budget: Pick<HostBudget, 'concurrency'>;
  /** Time of the last sweep, epoch ms. */
  readonly sweptAt?: number;
}

/** What delays a check that the operator asked for; undefined if it starts immediately. */
export function holdOf(state: SourceState, surroundings: Surroundings, now: number): Hold | undefined {
  const { restsUntil = 0, freeFrom = 0, inUse, budget, sweptAt } = surroundings;
  if (state.pausedAt !== undefined) return { kind: 'paused' };
  if (sweptAt === undefined) return { kind: 'no-worker' };
  if (now - sweptAt > SILENT_MS) return { kind: 'no-worker', since: sweptAt };
  if (restsUntil > now) return { kind: 'host-rests', untilMs: restsUntil };
  if (freeFrom > now + AT_ONCE_MS) return { kind: 'host-turn', untilMs: freeFrom };
  return inUse >= budget.concurrency ? { kind: 'host-full' } : undefined;
}
