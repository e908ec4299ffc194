/** How are documents read that a hub has pushed? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { CheckResult } from '../../model/check.ts';
import type { HubNotification } from '../../model/source-subscription.ts';
import type { JobResult } from '../../ports/queue.ts';
import type { SourceSubscriptionStore } from '../../ports/source-subscriptions.ts';
import { afterPush } from '../../stages/schedule/after-push.ts';
import { withPosts } from '../../stages/subscribe/subscription.ts';
import { asFetched } from './stored-response.ts';
import { updateSubscription } from '../subscribe/update-subscription.ts';
import type { PreparedSource } from '../running-config.ts';
import { ownFault } from './own-fault.ts';
import type { CheckDeps } from './check-source.ts';

export interface ReadNotificationsDeps extends CheckDeps {
  readonly sourceSubscriptions: SourceSubscriptionStore;
}

/** Reading is fast; after a crash the source is free again after this time. */
const LEASE_MS = 2 * millisecondsInMinute;
/** Delay if a check of the source is running. */
const LOOK_AGAIN_MS = 1_000;

const DONE: JobResult = { kind: 'done' };

/**
 * Reads the unread notifications, oldest first. A notification is dropped after its posts and the state are written, so a
 * crash loses nothing.
 *
 * @param holder  names this job; a retry has the same name
 */
export async function readNotifications(
  sourceId: string,
  holder: string,
  deps: ReadNotificationsDeps,
  signal: AbortSignal,
): Promise<JobResult> {
  const { sourceSubscriptions } = deps;
  for (;;) {
    signal.throwIfAborted();
    const push = await sourceSubscriptions.firstPush(sourceId);
    if (push === undefined) return DONE;
    const prepared = deps.config().sources.get(sourceId);
    const end = prepared === undefined ? 'dropped' : await readOne(push, prepared, holder, deps, signal);
    if (end === 'busy') return { kind: 'later', atMs: deps.now() + LOOK_AGAIN_MS };
    await sourceSubscriptions.dropPush(sourceId);
  }
}

async function readOne(
  push: HubNotification,
  prepared: PreparedSource,
  holder: string,
  deps: ReadNotificationsDeps,
  signal: AbortSignal,
): Promise<'read' | 'dropped' | 'busy'> {
  const { checks, sourceSubscriptions, queue, config, now, log } = deps;
  const { source } = prepared;
  // No request is made, so the budget is one that only this source uses.
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
  // `open` was called with a due time later than any other; the real one is in the store.
  const [stored] = await checks.read([source.id]);
  const before = { ...opened.state, nextCheckAt: stored?.nextCheckAt ?? opened.state.nextCheckAt };
  // A hub may leave out entries that it sent before (WebSub §7).
  const fetched = asFetched({ ...push, url: push.topic }, { delta: true });
  const read = async () => {
    const { readDocument } = await import('./read-document.ts');
    const result = await readDocument(fetched, prepared, before, config().settings, deps);
    return { result, state: afterPush(before, result, now()) };
  };
  // A notification on which our code fails must not block all later ones.
  const { result, state } = await read().catch((error: unknown) => ({
    result: ownFault(error, source, log, signal),
    state: before,
  }));
  const woken = await checks.close({ ...lease, state, now: now() });
  if (woken.length > 0) await queue.wake(woken);
  const added = result.kind === 'feed' ? result.facts.added : 0;
  if (added > 0) {
    await updateSubscription(source.id, push.callbackId, sourceSubscriptions, (subscription) =>
      withPosts(subscription, added),
    );
  }
  log.info({ source: source.id, added, outcome: outcomeOf(result) }, 'read a notification');
  return 'read';
}

function outcomeOf(result: CheckResult): string {
  if (result.kind === 'unreadable') return result.failure.kind;
  return result.kind === 'no-body' && result.outcome.kind === 'failed' ? result.outcome.failure.kind : result.kind;
}
