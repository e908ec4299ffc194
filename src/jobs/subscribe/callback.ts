/** How are requests at our callbacks answered (WebSub §5.2, §5.3, §7)? */
import type { ArrivedNotification, CallbackAnswer, HubNotification } from '../../model/source-subscription.ts';
import type { Checks } from '../../ports/checks.ts';
import type { Log } from '../../ports/log.ts';
import type { SubscriptionJobs, SourceSubscriptionStore } from '../../ports/source-subscriptions.ts';
import {
  answerVerification,
  type CallbackOutcome,
  ignoreNotification,
  verifyNotification,
} from '../../stages/subscribe/callback.ts';
import { withNotification, scheduleView } from '../../stages/subscribe/subscription.ts';
import { updateSubscription, updateSubscriptions } from './update-subscription.ts';
import type { RunningConfig } from '../running-config.ts';

export interface AnswerDeps {
  readonly config: () => RunningConfig;
  readonly sourceSubscriptions: SourceSubscriptionStore;
  readonly checks: Pick<Checks, 'hasten'>;
  readonly jobs: SubscriptionJobs;
  readonly now: () => number;
  readonly log: Log;
}

/** At most this many unread notifications are stored for a source; further ones get a 503. */
const MAX_WAITING = 20;
const TRY_AGAIN_SECONDS = 60;

const UNKNOWN: CallbackAnswer = { status: 404, text: 'No such subscription was requested.\n' };
const UNREADABLE: CallbackAnswer = { status: 415, text: 'The body could not be decoded.\n' };
const UNWANTED: CallbackAnswer = { status: 410, text: 'There is no such subscription, or not any more.\n' };

/** A GET: the hub verifies a request of ours, or denies the subscription. */
export async function answerVerificationRequest(
  callbackId: string,
  query: URLSearchParams,
  { sourceSubscriptions, checks, jobs, now, log }: AnswerDeps,
): Promise<CallbackAnswer> {
  const sourceId = await sourceSubscriptions.sourceOf(callbackId);
  if (sourceId === undefined) return UNKNOWN;
  const at = now();
  let outcome: CallbackOutcome = { kind: 'disagreed' };
  const { subscriptions } = await updateSubscriptions(sourceId, sourceSubscriptions, (before) => {
    outcome = answerVerification(before, callbackId, query, at);
    return outcome.kind === 'disagreed' ? undefined : outcome.subscriptions;
  });
  // Assigned inside the edit function, which the compiler does not see.
  const answered = outcome as CallbackOutcome;
  const facts = { source: sourceId, mode: query.get('hub.mode') };
  switch (answered.kind) {
    case 'disagreed':
      log.warn(facts, 'a hub asked to verify a subscription that was not requested');
      return UNKNOWN;
    case 'agreed':
      log.info(facts, 'a subscription was confirmed to its hub');
      return { status: 200, text: answered.challenge };
    case 'noted':
      log.warn({ ...facts, reason: query.get('hub.reason') }, 'a hub denied a subscription');
      // The next hub is tried, and the source is polled as without a hub.
      await jobs.addTending([sourceId]);
      if (scheduleView(subscriptions, at)?.status !== 'active') await checks.hasten(sourceId, at);
      return { status: 200, text: 'Noted.\n' };
  }
}

/** Largest notification that this callback accepts, bytes; undefined for an unknown callback. */
export async function notificationLimit(
  callbackId: string,
  { config, sourceSubscriptions }: Pick<AnswerDeps, 'config' | 'sourceSubscriptions'>,
): Promise<number | undefined> {
  const sourceId = await sourceSubscriptions.sourceOf(callbackId);
  if (sourceId === undefined) return undefined;
  return config().sources.get(sourceId)?.source.fetch.maxBodyBytes;
}

/** A POST: stored for a worker to read. A notification without a valid signature is only counted. */
export async function acceptNotification(
  callbackId: string,
  { body, signature, contentType, plain }: ArrivedNotification,
  { config, sourceSubscriptions, jobs, now, log }: AnswerDeps,
): Promise<CallbackAnswer> {
  const sourceId = await sourceSubscriptions.sourceOf(callbackId);
  if (sourceId === undefined || !config().sources.has(sourceId)) return UNWANTED;
  const [found] = await sourceSubscriptions.get([sourceId]);
  if (found === undefined) return UNWANTED;
  const judged = verifyNotification(found.subscriptions, callbackId, body, signature);
  switch (judged.kind) {
    case 'unwanted':
      return UNWANTED;
    case 'ignored': {
      log.warn({ source: sourceId, hub: judged.subscription.hub }, `a notification was ignored: ${judged.because}`);
      await updateSubscription(sourceId, callbackId, sourceSubscriptions, (subscription) =>
        ignoreNotification(subscription, judged.because),
      );
      return ACCEPTED;
    }
    case 'taken': {
      const at = now();
      const content = await plain();
      if (content === undefined) return UNREADABLE;
      const push: HubNotification = {
        sourceId,
        callbackId,
        topic: judged.subscription.topic,
        body: content,
        receivedAt: at,
        ...(contentType !== undefined && { contentType }),
      };
      if (!(await sourceSubscriptions.addPush(push, MAX_WAITING))) {
        return {
          status: 503,
          text: 'Too many notifications are waiting; try again.\n',
          retryAfterSeconds: TRY_AGAIN_SECONDS,
        };
      }
      await updateSubscription(sourceId, callbackId, sourceSubscriptions, (subscription) =>
        withNotification(subscription, at),
      );
      await jobs.addReading([sourceId]);
      return ACCEPTED;
    }
  }
}

/** Only confirms that the notification arrived (WebSub §7). */
const ACCEPTED: CallbackAnswer = { status: 202, text: 'Accepted.\n' };
