/** Which requests must be sent to the hubs of a source now? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { CallOutcome } from '../../model/call-outcome.ts';
import type { SourceSubscription, SourceSubscriptions } from '../../model/source-subscription.ts';
import type { Source } from '../../model/settings.ts';
import type { Checks, HostBudgets } from '../../ports/checks.ts';
import type { HttpClient } from '../../ports/fetch.ts';
import type { Log } from '../../ports/log.ts';
import type { JobQueue, JobResult } from '../../ports/queue.ts';
import type { SourceSubscriptionStore } from '../../ports/source-subscriptions.ts';
import { budgetKey, userAgent } from '../../stages/request/request.ts';
import { hubReply, subscriptionRequest, redirectedHub } from '../../stages/subscribe/request.ts';
import {
  markRequested,
  dueSubscription,
  type Fresh,
  withReply,
  scheduleView,
  reconcile,
} from '../../stages/subscribe/subscription.ts';
import { desiredSubscription } from '../../stages/subscribe/desired-subscription.ts';
import { updateSubscription, updateSubscriptions } from './update-subscription.ts';
import type { RunningConfig } from '../running-config.ts';

export interface RenewDeps {
  readonly config: () => RunningConfig;
  readonly sourceSubscriptions: SourceSubscriptionStore;
  readonly checks: Pick<Checks, 'read' | 'hasten'>;
  readonly budgets: HostBudgets;
  readonly httpClient: HttpClient;
  readonly queue: Pick<JobQueue, 'wake'>;
  readonly version: string;
  readonly now: () => number;
  /** Random callback id and secret. */
  readonly fresh: () => Fresh;
  readonly log: Log;
}

/** A hub may take the total timeout for each redirect; storing its response takes some time too. */
const LEASE_BEYOND_TIMEOUT_MS = millisecondsInMinute;
const MAX_REDIRECTS = 3;
const ANSWER_BYTES = 4_096;

const DONE: JobResult = { kind: 'done' };

/**
 * Subscribes, renews and unsubscribes, one request after another, until nothing is due. Each request is marked in the store
 * before it is sent: only one of several workers sends it, and after a crash it is sent again later.
 *
 * @param holder  names this job; a retry has the same name
 */
export async function renewSubscriptions(
  sourceId: string,
  holder: string,
  deps: RenewDeps,
  signal: AbortSignal,
): Promise<JobResult> {
  for (;;) {
    const subscriptions = await reconciled(sourceId, deps);
    const subscription = dueSubscription(subscriptions, deps.now());
    if (subscription === undefined) return DONE;
    const later = await request(sourceId, subscription, holder, deps, signal);
    if (later !== undefined) return later;
  }
}

/** Applies config and state. If the active subscription ends by this, the source is checked soon. */
async function reconciled(
  sourceId: string,
  { config, sourceSubscriptions, checks, now, fresh }: RenewDeps,
): Promise<SourceSubscriptions> {
  const { settings, sources } = config();
  const source = sources.get(sourceId)?.source;
  const [state] = await checks.read([sourceId]);
  const desired = source === undefined ? undefined : desiredSubscription(source, settings.site, state);
  const site = desired?.kind === 'yes' ? desired.site : undefined;
  const at = now();
  // Always written: the claim put the source off, and writing sets the next due time.
  const { subscriptions } = await updateSubscriptions(sourceId, sourceSubscriptions, (before) =>
    reconcile(before, site, fresh(), at),
  );
  if (state?.websub?.status === 'active' && scheduleView(subscriptions, at)?.status !== 'active') {
    await checks.hasten(sourceId, at);
  }
  return subscriptions;
}

/** One request within the budget of the hub's host; returns a result if it has to wait. */
async function request(
  sourceId: string,
  subscription: SourceSubscription,
  holder: string,
  deps: RenewDeps,
  signal: AbortSignal,
): Promise<JobResult | undefined> {
  const { config, sourceSubscriptions, budgets, queue, now, log } = deps;
  const { settings, sources } = config();
  // For a source that left the config, the address that it had decides which networks are open.
  const source = sources.get(sourceId)?.source ?? { url: subscription.sourceUrl ?? '', fetch: settings.fetch };
  const { host } = source.fetch;
  const key = budgetKey(subscription.hub, host.scope);
  const leaseMs = (MAX_REDIRECTS + 1) * source.fetch.timeoutMs + LEASE_BEYOND_TIMEOUT_MS;
  const entered = await budgets.enter({ holder, budgetKey: key, budget: host, now: now(), leaseMs });
  if (entered.kind === 'wait') return { kind: 'later', atMs: entered.untilMs };
  let restsUntil: number | undefined;
  try {
    const isOurs = await claimRequest(sourceId, subscription, source.url, deps);
    if (!isOurs) return undefined;
    const answer = await ask(subscription, source, deps, signal);
    const reply = hubReply(subscription.hub, answer);
    const at = now();
    await updateSubscription(sourceId, subscription.callbackId, sourceSubscriptions, (current) =>
      withReply(current, reply, at),
    );
    if (reply.kind === 'failed' && reply.retryAfterMs !== undefined) restsUntil = at + reply.retryAfterMs;
    const facts = {
      source: sourceId,
      hub: subscription.hub,
      mode: subscription.status === 'unsubscribing' ? 'unsubscribe' : 'subscribe',
    };
    if (reply.kind === 'accepted') log.info(facts, 'sent a request to a hub');
    else log.warn(facts, reply.message);
    return undefined;
  } finally {
    await queue.wake(await budgets.leave(holder, key, restsUntil, now()));
  }
}

/** True if the request was still due and this job is the one that sends it. */
async function claimRequest(
  sourceId: string,
  { callbackId }: SourceSubscription,
  sourceUrl: string,
  { sourceSubscriptions, now }: RenewDeps,
): Promise<boolean> {
  const at = now();
  const { isEdited } = await updateSubscriptions(sourceId, sourceSubscriptions, (subscriptions) => {
    const due = subscriptions.list.find((subscription) => subscription.callbackId === callbackId);
    if (due === undefined || due.status === 'refused' || due.actAt > at) return undefined;
    const list = subscriptions.list.map((subscription) =>
      subscription === due ? { ...markRequested(subscription, at), sourceUrl } : subscription,
    );
    return { ...subscriptions, list };
  });
  return isEdited;
}

async function ask(
  subscription: SourceSubscription,
  source: Pick<Source, 'url' | 'fetch'>,
  { config, httpClient, version }: RenewDeps,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const { settings, sources } = config();
  const { contact } = settings.fetch;
  const agent = userAgent({ version, sources: sources.size, ...(contact !== undefined && { contact }) });
  let call = subscriptionRequest(subscription, agent);
  for (let hops = 0; ; hops += 1) {
    const answer = await httpClient.call(
      { ...call, configuredUrl: source.url, settings: source.fetch, maxAnswerBytes: ANSWER_BYTES },
      signal,
    );
    const elsewhere = redirectedHub(answer);
    if (elsewhere === undefined || hops === MAX_REDIRECTS) return answer;
    call = { ...call, url: elsewhere };
  }
}
