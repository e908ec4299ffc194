/** What does the system do as a subscriber to the hubs of sources? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { ArrivedNotification, CallbackAnswer } from '../model/source-subscription.ts';
import type { Checks, HostBudgets } from '../ports/checks.ts';
import type { HttpClient } from '../ports/fetch.ts';
import type { JobResult } from '../ports/queue.ts';
import type { SubscriptionJobs, SourceSubscriptionStore } from '../ports/source-subscriptions.ts';
import { describeSubscription } from '../stages/subscribe/describe.ts';
import { currentSubscription, type Fresh } from '../stages/subscribe/subscription.ts';
import { desiredSubscription } from '../stages/subscribe/desired-subscription.ts';
import { answerVerificationRequest, notificationLimit, acceptNotification } from '../jobs/subscribe/callback.ts';
import { readNotifications } from '../jobs/check/read-notifications.ts';
import type { CheckDeps } from '../jobs/check/check-source.ts';
import { renewSubscriptions } from '../jobs/subscribe/renew-subscriptions.ts';

export interface SubscriberDeps extends CheckDeps {
  readonly checks: Checks;
  readonly sourceSubscriptions: SourceSubscriptionStore;
  readonly budgets: HostBudgets;
  readonly httpClient: HttpClient;
  readonly jobs: SubscriptionJobs;
  /** Random callback id and secret. */
  readonly fresh: () => Fresh;
}

export interface Subscriber {
  /** Adds jobs for what is due. Cheap: one round trip. */
  sweep(): Promise<void>;
  /** After a config change: makes the subscriptions due that the new config changes. */
  review(): Promise<void>;
  /** After a change of these sources outside a check, such as a pause. */
  touch(sourceIds: readonly string[]): Promise<void>;
  /** For the operator: one line for each subscription, or the reason if there is none. */
  describe(sourceId: string): Promise<readonly string[]>;
  tend(sourceId: string, holder: string, signal: AbortSignal): Promise<JobResult>;
  read(sourceId: string, holder: string, signal: AbortSignal): Promise<JobResult>;
  question(callbackId: string, query: URLSearchParams): Promise<CallbackAnswer>;
  limitBytes(callbackId: string): Promise<number | undefined>;
  push(callbackId: string, push: ArrivedNotification): Promise<CallbackAnswer>;
}

const CLAIM_BATCH = 200;
/** Longer than a request to a hub and its retries may take. */
const CLAIM_LEASE_MS = 5 * millisecondsInMinute;
const REVIEW_BATCH = 500;

export function createSubscriber(deps: SubscriberDeps): Subscriber {
  const { sourceSubscriptions, jobs, config, now } = deps;

  async function sweep(): Promise<void> {
    const { due, pushed } = await sourceSubscriptions.claimDue(now(), CLAIM_BATCH, CLAIM_LEASE_MS);
    await jobs.addTending(due);
    await jobs.addReading(pushed);
  }

  async function review(): Promise<void> {
    const { settings, sources } = config();
    const isMoved = await sourceSubscriptions.useSite(settings.site.url);
    const ids = await sourceSubscriptions.all();
    for (let from = 0; from < ids.length; from += REVIEW_BATCH) {
      const batch = ids.slice(from, from + REVIEW_BATCH);
      const found = await sourceSubscriptions.get(batch);
      const touched = batch.filter((id, index) => {
        const source = sources.get(id)?.source;
        const isWanted = source !== undefined && desiredSubscription(source, settings.site, undefined).kind === 'yes';
        const subscriptions = found[index]?.subscriptions;
        const hasOrder = subscriptions !== undefined && currentSubscription(subscriptions) !== undefined;
        return isMoved || isWanted !== hasOrder;
      });
      await sourceSubscriptions.touch(touched, now());
    }
  }

  async function describe(sourceId: string): Promise<readonly string[]> {
    const { settings, sources } = config();
    const source = sources.get(sourceId)?.source;
    if (source === undefined) return [];
    const [[found], [state]] = await Promise.all([sourceSubscriptions.get([sourceId]), deps.checks.read([sourceId])]);
    return describeSubscription(found?.subscriptions, desiredSubscription(source, settings.site, state));
  }

  return {
    sweep,
    review,
    describe,
    touch: (sourceIds) => sourceSubscriptions.touch(sourceIds, now()),
    tend: (sourceId, holder, signal) => renewSubscriptions(sourceId, holder, deps, signal),
    read: (sourceId, holder, signal) => readNotifications(sourceId, holder, deps, signal),
    question: (callbackId, query) => answerVerificationRequest(callbackId, query, deps),
    limitBytes: (callbackId) => notificationLimit(callbackId, deps),
    push: (callbackId, push) => acceptNotification(callbackId, push, deps),
  };
}
