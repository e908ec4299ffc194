/** What do we answer to those who call a callback of ours (WebSub §5.2, §5.3, §7)? */
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

/** So many notifications of a source wait to be read; a hub with more than that is told to try again. */
const MOST_WAITING = 20;
const TRY_AGAIN_SECONDS = 60;

const UNKNOWN: CallbackAnswer = { status: 404, text: 'No such subscription was asked for.\n' };
const UNREADABLE: CallbackAnswer = { status: 415, text: 'The content coding cannot be taken off.\n' };
const UNWANTED: CallbackAnswer = { status: 410, text: 'There is no such subscription (any more).\n' };

/** A GET: the hub asks whether we meant it, or denies the subscription. */
export async function answerVerificationRequest(
  callbackId: string,
  query: URLSearchParams,
  { sourceSubscriptions, checks, jobs, now, log }: AnswerDeps,
): Promise<CallbackAnswer> {
  const sourceId = await sourceSubscriptions.sourceOf(callbackId);
  if (sourceId === undefined) return UNKNOWN;
  const at = now();
  let outcome: CallbackOutcome = { kind: 'disagreed' };
  const { standing } = await updateSubscriptions(sourceId, sourceSubscriptions, (before) => {
    outcome = answerVerification(before, callbackId, query, at);
    return outcome.kind === 'disagreed' ? undefined : outcome.standing;
  });
  // Set by the edit, which the compiler does not see.
  const answered = outcome as CallbackOutcome;
  const facts = { source: sourceId, mode: query.get('hub.mode') };
  switch (answered.kind) {
    case 'disagreed':
      log.warn(facts, 'a callback was asked for what we do not wish');
      return UNKNOWN;
    case 'agreed':
      log.info(facts, 'a hub was told that we meant it');
      return { status: 200, text: answered.challenge };
    case 'noted':
      log.warn({ ...facts, reason: query.get('hub.reason') }, 'a hub denies a subscription');
      // The next hub has its turn, and the source is polled as if there were none.
      await jobs.addTending([sourceId]);
      if (scheduleView(standing, at)?.status !== 'active') await checks.hasten(sourceId, at);
      return { status: 200, text: 'Noted.\n' };
  }
}

/** Largest notification that is taken for this callback, bytes; undefined for one that is not known. */
export async function notificationLimit(
  callbackId: string,
  { config, sourceSubscriptions }: Pick<AnswerDeps, 'config' | 'sourceSubscriptions'>,
): Promise<number | undefined> {
  const sourceId = await sourceSubscriptions.sourceOf(callbackId);
  if (sourceId === undefined) return undefined;
  return config().sources.get(sourceId)?.source.fetch.maxBodyBytes;
}

/** A POST: kept, to be read by a worker; what is not signed by the hub is counted, and nothing else. */
export async function acceptNotification(
  callbackId: string,
  { body, signature, contentType, plain }: ArrivedNotification,
  { config, sourceSubscriptions, jobs, now, log }: AnswerDeps,
): Promise<CallbackAnswer> {
  const sourceId = await sourceSubscriptions.sourceOf(callbackId);
  if (sourceId === undefined || !config().sources.has(sourceId)) return UNWANTED;
  const [found] = await sourceSubscriptions.get([sourceId]);
  if (found === undefined) return UNWANTED;
  const judged = verifyNotification(found.standing, callbackId, body, signature);
  switch (judged.kind) {
    case 'unwanted':
      return UNWANTED;
    case 'ignored': {
      log.warn({ source: sourceId, hub: judged.order.hub }, `a notification was ignored: ${judged.because}`);
      await updateSubscription(sourceId, callbackId, sourceSubscriptions, (order) =>
        ignoreNotification(order, judged.because),
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
        topic: judged.order.topic,
        body: content,
        receivedAt: at,
        ...(contentType !== undefined && { contentType }),
      };
      if (!(await sourceSubscriptions.addPush(push, MOST_WAITING))) {
        return { status: 503, text: 'Too much waits to be read; try again.\n', retryAfterSeconds: TRY_AGAIN_SECONDS };
      }
      await updateSubscription(sourceId, callbackId, sourceSubscriptions, (order) => withNotification(order, at));
      await jobs.addReading([sourceId]);
      return ACCEPTED;
    }
  }
}

/** Says that it arrived, and no more (WebSub §7). */
const ACCEPTED: CallbackAnswer = { status: 202, text: 'Accepted.\n' };
