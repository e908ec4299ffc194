/** What happens, step by step, when a source is due? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { CheckResult } from '../../model/check.ts';
import type { FetchOutcome } from '../../model/fetch-outcome.ts';
import type { HostBudget, Source } from '../../model/settings.ts';
import { sourceAddress } from '../../model/source-address.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { WebSubState } from '../../model/source-subscription.ts';
import type { Checks, DueSource } from '../../ports/checks.ts';
import type { Fetcher } from '../../ports/fetch.ts';
import type { Log } from '../../ports/log.ts';
import type { JobQueue, JobResult } from '../../ports/queue.ts';
import type { SourceSubscriptionStore } from '../../ports/source-subscriptions.ts';
import { isReadAlike, isWholeDue } from '../../stages/identify/body.ts';
import { budgetKey, buildRequest } from '../../stages/request/request.ts';
import { areValidatorsDoubted } from '../../stages/schedule/doubted-validators.ts';
import { nextState } from '../../stages/schedule/next-state.ts';
import { postponed } from '../../stages/schedule/resting-host.ts';
import type { RunningConfig, PreparedSource } from '../running-config.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import type { NetworkWatch } from './network-watch.ts';
import { ownFault } from './own-fault.ts';
import type { ReadDeps } from './read-document.ts';
import { discoverHubs } from '../subscribe/discover-hubs.ts';

export interface CheckDeps extends ReadDeps {
  readonly config: () => RunningConfig;
  readonly checks: Checks;
  readonly sourceSubscriptions: Pick<SourceSubscriptionStore, 'get' | 'put' | 'touch'>;
  readonly fetcher: Fetcher;
  readonly network: NetworkWatch;
  readonly bytesInFlight: BytesInFlight;
  readonly queue: Pick<JobQueue, 'wake'>;
  readonly version: string;
  /** 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** A check may take its total timeout, and the same time again to be read and saved. */
const LEASE_BEYOND_TIMEOUT_MS = millisecondsInMinute;

/** Delay before a source that this process does not know can be claimed again, by a process with a later config. */
const UNKNOWN_AGAIN_MS = 2_000;

/**
 * Why a check was not made: the source is not configured, is being checked, was checked since, or its host must wait.
 */
export type NotMade =
  { readonly kind: 'unknown' } | { readonly kind: 'taken' } | { readonly kind: 'host-rests'; readonly untilMs: number };

/** The result for the queue, and for a command that reports the result of the check. */
export type CheckEnd = JobResult & {
  readonly notMade?: NotMade;
  /** The new state of the source, if the check was made. */
  readonly state?: SourceState;
};

/**
 * One check of one source. The order matters once: posts are saved before the state, so that a crash in
 * between fetches the same document again and loses nothing.
 *
 * @param holder  names this job; a retry has the same name
 */
export async function checkSource(
  due: DueSource,
  holder: string,
  deps: CheckDeps,
  signal: AbortSignal,
): Promise<CheckEnd> {
  const plan = deps.config();
  const prepared = plan.sources.get(due.sourceId);
  if (prepared === undefined) {
    // Another process may have a later config that lists it.
    await deps.checks.release(due.sourceId, deps.now() + UNKNOWN_AGAIN_MS);
    return { kind: 'done', notMade: { kind: 'unknown' } };
  }
  const { source } = prepared;
  const lease = { sourceId: source.id, holder, budgetKey: budgetKeyOf(source, due) };
  const opened = await deps.checks.open({
    ...lease,
    dueAt: due.dueAt,
    budget: source.fetch.host,
    now: deps.now(),
    leaseMs: source.fetch.timeoutMs + LEASE_BEYOND_TIMEOUT_MS,
  });
  switch (opened.kind) {
    case 'taken':
      return { kind: 'done', notMade: { kind: 'taken' } };
    case 'wait':
      return { kind: 'later', atMs: opened.untilMs };
    case 'rest': {
      const { untilMs } = opened;
      const state = postponed(opened.state, untilMs, plan.settings.site.timezone);
      await deps.checks.close({ ...lease, state, now: deps.now() });
      return { kind: 'done', notMade: { kind: 'host-rests', untilMs } };
    }
    case 'open': {
      const visit: Visit = { prepared, state: opened.state, due, plan };
      const { state, restMs, isNetworkOut } = await afterCheck(visit, deps, signal).catch((error: unknown) =>
        afterFault(ownFault(error, source, deps.log, signal), visit, deps),
      );
      const now = deps.now();
      const woken = await deps.checks.close({
        ...lease,
        state,
        now,
        ...(restMs > 0 && { hostRestsUntil: now + restMs }),
      });
      if (woken.length > 0) await deps.queue.wake(woken);
      // A source that is paused does not rely on its hub any more.
      if (state.websub !== undefined && state.pausedAt !== undefined)
        await deps.sourceSubscriptions.touch([source.id], now);
      // One line about the network stands for all sources.
      if (!isNetworkOut) report(source, state, opened.state.lastCheckAt === undefined, deps.log);
      return { kind: 'done', state };
    }
  }
}

/** An opened check. */
interface Visit {
  readonly prepared: PreparedSource;
  /** State before the check. */
  readonly state: SourceState;
  readonly due: DueSource;
  readonly plan: RunningConfig;
}

/** What must be written after a check: the state, and how long the host asked to wait. */
interface AfterCheck {
  readonly state: SourceState;
  readonly restMs: number;
  readonly isNetworkOut: boolean;
}

async function afterCheck(visit: Visit, deps: CheckDeps, signal: AbortSignal): Promise<AfterCheck> {
  const { source } = visit.prepared;
  const result = await check(visit, deps, signal);
  const websub = await discoverHubs(source.id, visit.state, result, deps.sourceSubscriptions, deps.now());
  return afterResult(result, withHubs(visit.state, websub), visit, deps);
}

/** The hubs are unchanged: nothing new is known about them. */
function afterFault(result: CheckResult, visit: Visit, deps: CheckDeps): AfterCheck {
  return afterResult(result, visit.state, visit, deps);
}

function afterResult(result: CheckResult, state: SourceState, { prepared, due }: Visit, deps: CheckDeps): AfterCheck {
  const isNetworkOut = deps.network.note(sourceAddress(prepared.source, state), result, deps.now());
  const next = nextState({
    source: prepared.source,
    state,
    checkedAt: due.dueAt,
    now: deps.now(),
    jitter: deps.random(),
    result,
    isNetworkOut,
  });
  return { state: next, restMs: hostRestMs(result), isNetworkOut };
}

function withHubs({ websub: before, ...state }: SourceState, websub: WebSubState | undefined): SourceState {
  return { ...state, ...(websub !== undefined && { websub }) };
}

/** The budget that a check uses; undefined for a source that left the config. */
export function budgetOf(
  due: DueSource,
  plan: RunningConfig,
): { readonly key: string; readonly budget: HostBudget } | undefined {
  const source = plan.sources.get(due.sourceId)?.source;
  return source && { key: budgetKeyOf(source, due), budget: source.fetch.host };
}

function budgetKeyOf(source: Source, due: DueSource): string {
  return budgetKey(sourceAddress(source, due), source.fetch.host.scope);
}

/** fetch -> (unchanged?) -> read and ingest. */
async function check({ prepared, state, plan }: Visit, deps: CheckDeps, signal: AbortSignal): Promise<CheckResult> {
  const { settings } = plan;
  const { source } = prepared;
  // A 304 would hide the effect of a changed config on the same document, or that known entries are still listed.
  const isWhole =
    !isReadAlike(state.entryHashes, source) || isWholeDue(state, source, settings.keep.memoryMs, deps.now());
  const isConditional = !isWhole && source.fetch.conditional !== false && !areValidatorsDoubted(state, deps.now());
  const asked = isConditional ? state : unconditional(state);
  const request = buildRequest(source, asked, {
    version: deps.version,
    sources: plan.sources.size,
    ...(settings.fetch.contact !== undefined && { contact: settings.fetch.contact }),
  });
  const room = deps.bytesInFlight.enter();
  try {
    const outcome: FetchOutcome = await deps.fetcher.fetch({ ...request, room }, signal);
    if (outcome.kind !== 'body') return { kind: 'no-body', outcome };
    room.settle(outcome.body.length);
    // Imported with the first document, because a run in which no feed has changed needs no parser and no store of posts.
    const { readDocument } = await import('./read-document.ts');
    return await readDocument(outcome, prepared, state, settings, deps);
  } finally {
    room.leave();
  }
}

function unconditional({ etag, lastModified, validatorsFor, ...state }: SourceState): SourceState {
  return state;
}

/** Only a request of the host itself (Retry-After) pauses the whole host. */
function hostRestMs(result: CheckResult): number {
  return result.kind === 'no-body' && result.outcome.kind === 'failed' ? (result.outcome.hints.retryAfterMs ?? 0) : 0;
}

function report(source: Source, { last, reason, nextCheckAt }: SourceState, isFirst: boolean, log: Log): void {
  const facts = {
    source: source.id,
    outcome: last?.kind,
    added: last?.added,
    changed: last?.changed,
    reason,
    nextCheckAt,
  };
  if (last?.message === undefined) log[isFirst ? 'info' : 'debug'](facts, isFirst ? 'first check' : 'checked');
  else log.warn(facts, last.message);
}
