/** How does what a hub pushed get the way of what we fetch? */
import type { CheckResult } from '../../model/check.ts';
import type { HubPush } from '../../model/source-subscription.ts';
import type { JobResult } from '../../ports/queue.ts';
import type { Standings } from '../../ports/source-subscriptions.ts';
import { afterPush } from '../../stages/schedule/after-push.ts';
import { brought } from '../../stages/subscribe/subscription.ts';
import { asFetched } from './stored-response.ts';
import { changeOrder } from '../subscribe/update-subscription.ts';
import type { PreparedSource } from '../running-config.ts';
import { readBody } from './read-document.ts';
import type { RefreshDeps } from './check-source.ts';

export interface ReadPushesDeps extends RefreshDeps {
  readonly standings: Standings;
}

/** Reading takes no time to speak of; a worker that dies gives the source free after this. */
const LEASE_MS = 120_000;
/** A check of the source is under way: it is over soon. */
const LOOK_AGAIN_MS = 1_000;

const DONE: JobResult = { kind: 'done' };

/**
 * Reads what waits, oldest first. A notification is dropped after its posts and the state were written, so that a crash reads it
 * again and loses nothing.
 *
 * @param holder  names this job; a job tried again has the same
 */
export async function readPushes(
  sourceId: string,
  holder: string,
  deps: ReadPushesDeps,
  signal: AbortSignal,
): Promise<JobResult> {
  const { standings } = deps;
  for (;;) {
    signal.throwIfAborted();
    const push = await standings.firstPush(sourceId);
    if (push === undefined) return DONE;
    const prepared = deps.plan().sources.get(sourceId);
    const end = prepared === undefined ? 'dropped' : await readOne(push, prepared, holder, deps);
    if (end === 'busy') return { kind: 'later', atMs: deps.now() + LOOK_AGAIN_MS };
    await standings.dropPush(sourceId);
  }
}

async function readOne(
  push: HubPush,
  prepared: PreparedSource,
  holder: string,
  deps: ReadPushesDeps,
): Promise<'read' | 'dropped' | 'busy'> {
  const { checks, standings, queue, plan, now, log } = deps;
  const { source } = prepared;
  // It costs its host nothing: a budget of its own, which only names the source.
  const lease = { sourceId: source.id, holder, budgetKey: `push ${source.id}` };
  const opened = await checks.open({
    ...lease,
    dueAt: Number.MAX_SAFE_INTEGER,
    budget: { concurrency: 1, delayMs: 0, scope: 'host' },
    now: now(),
    leaseMs: LEASE_MS,
  });
  if (opened.kind !== 'open') {
    const [state] = await checks.read([source.id]);
    return state === undefined || state.pausedAt !== undefined ? 'dropped' : 'busy';
  }
  // `open` was asked with a time that is later than any; the one that holds stands in the store.
  const [stored] = await checks.read([source.id]);
  const before = { ...opened.state, nextCheckAt: stored?.nextCheckAt ?? opened.state.nextCheckAt };
  // A hub may leave out entries that it sent before (WebSub §7).
  const fetched = asFetched({ ...push, url: push.topic }, { delta: true });
  const result = await readBody(fetched, prepared, before, plan().settings, deps);
  const state = afterPush(before, result, now());
  const woken = await checks.close({ ...lease, state, now: now() });
  if (woken.length > 0) await queue.wake(woken);
  const added = result.kind === 'feed' ? result.facts.added : 0;
  if (added > 0) {
    await changeOrder(source.id, push.callbackId, standings, (order) => brought(order, added));
  }
  log.info({ source: source.id, added, outcome: outcomeOf(result) }, 'read what a hub pushed');
  return 'read';
}

function outcomeOf(result: CheckResult): string {
  return result.kind === 'unreadable' ? result.failure.kind : result.kind;
}
