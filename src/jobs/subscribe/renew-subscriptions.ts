/** What is there to be said to the hubs of a source now? */
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
  /** A callback's name and a secret that nobody can guess. */
  readonly fresh: () => Fresh;
  readonly log: Log;
}

/** A hub may take its total timeout for each redirect, and we some time to write down what it said. */
const LEASE_BEYOND_TIMEOUT_MS = 60_000;
const MOST_REDIRECTS = 3;
const ANSWER_BYTES = 4_096;

const DONE: JobResult = { kind: 'done' };

/**
 * Subscribes, renews and unsubscribes, one request after the other, until nothing is to be said. The order is marked as asked before
 * the request goes out, so that of several workers one asks, and a crash asks again later.
 *
 * @param holder  names this job; a job tried again has the same
 */
export async function renewSubscriptions(
  sourceId: string,
  holder: string,
  deps: RenewDeps,
  signal: AbortSignal,
): Promise<JobResult> {
  for (;;) {
    const standing = await steered(sourceId, deps);
    const order = dueSubscription(standing, deps.now());
    if (order === undefined) return DONE;
    const later = await request(sourceId, order, holder, deps, signal);
    if (later !== undefined) return later;
  }
}

/** Brought in line with config and state; a hub that we had trusted and have no more makes the source due at once. */
async function steered(
  sourceId: string,
  { config, sourceSubscriptions, checks, now, fresh }: RenewDeps,
): Promise<SourceSubscriptions> {
  const { settings, sources } = config();
  const source = sources.get(sourceId)?.source;
  const [state] = await checks.read([sourceId]);
  const wish = source === undefined ? undefined : desiredSubscription(source, settings.site, state);
  const site = wish?.kind === 'yes' ? wish.site : undefined;
  const at = now();
  // Written in any case: the claim has put it off, and what is due next is said by what is written.
  const { standing } = await updateSubscriptions(sourceId, sourceSubscriptions, (before) =>
    reconcile(before, site, fresh(), at),
  );
  if (state?.websub?.status === 'active' && scheduleView(standing, at)?.status !== 'active') {
    await checks.hasten(sourceId, at);
  }
  return standing;
}

/** One request within the budget of the hub's host; a result where it has to wait. */
async function request(
  sourceId: string,
  order: SourceSubscription,
  holder: string,
  deps: RenewDeps,
  signal: AbortSignal,
): Promise<JobResult | undefined> {
  const { config, sourceSubscriptions, budgets, queue, now, log } = deps;
  const { settings, sources } = config();
  // Of a source that left the config the hub is told goodbye as any other would be.
  const source: Pick<Source, 'fetch'> = sources.get(sourceId)?.source ?? settings;
  const { host } = source.fetch;
  const key = budgetKey(order.hub, host.scope);
  const leaseMs = (MOST_REDIRECTS + 1) * source.fetch.timeoutMs + LEASE_BEYOND_TIMEOUT_MS;
  const entered = await budgets.enter({ holder, budgetKey: key, budget: host, now: now(), leaseMs });
  if (entered.kind === 'wait') return { kind: 'later', atMs: entered.untilMs };
  let restsUntil: number | undefined;
  try {
    const isOurs = await marked(sourceId, order, deps);
    if (!isOurs) return undefined;
    const answer = await ask(order, source, deps, signal);
    const reply = hubReply(order.hub, answer);
    const at = now();
    await updateSubscription(sourceId, order.callbackId, sourceSubscriptions, (current) =>
      withReply(current, reply, at),
    );
    if (reply.kind === 'failed' && reply.retryAfterMs !== undefined) restsUntil = at + reply.retryAfterMs;
    const facts = { source: sourceId, hub: order.hub, mode: order.status === 'leaving' ? 'unsubscribe' : 'subscribe' };
    if (reply.kind === 'accepted') log.info(facts, 'asked a hub');
    else log.warn(facts, reply.message);
    return undefined;
  } finally {
    await queue.wake(await budgets.leave(holder, key, restsUntil, now()));
  }
}

/** True if the order was still to be asked for, and this job is the one to do it. */
async function marked(
  sourceId: string,
  { callbackId }: SourceSubscription,
  { sourceSubscriptions, now }: RenewDeps,
): Promise<boolean> {
  const at = now();
  const { isEdited } = await updateSubscriptions(sourceId, sourceSubscriptions, (standing) => {
    const due = standing.orders.find((order) => order.callbackId === callbackId);
    if (due === undefined || due.status === 'refused' || due.actAt > at) return undefined;
    const orders = standing.orders.map((order) => (order === due ? markRequested(order, at) : order));
    return { ...standing, orders };
  });
  return isEdited;
}

async function ask(
  order: SourceSubscription,
  source: Pick<Source, 'fetch'>,
  { config, httpClient, version }: RenewDeps,
  signal: AbortSignal,
): Promise<CallOutcome> {
  const { settings, sources } = config();
  const { contact } = settings.fetch;
  const agent = userAgent({ version, sources: sources.size, ...(contact !== undefined && { contact }) });
  let call = subscriptionRequest(order, agent);
  for (let hops = 0; ; hops += 1) {
    const answer = await httpClient.call({ ...call, settings: source.fetch, maxAnswerBytes: ANSWER_BYTES }, signal);
    const elsewhere = redirectedHub(answer);
    if (elsewhere === undefined || hops === MOST_REDIRECTS) return answer;
    call = { ...call, url: elsewhere };
  }
}
