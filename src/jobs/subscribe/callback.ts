/** What do we answer to those who call a callback of ours (WebSub §5.2, §5.3, §7)? */
import type { ArrivedPush, CallbackAnswer, HubPush } from '../../model/source-subscription.ts';
import type { Checks } from '../../ports/checks.ts';
import type { Log } from '../../ports/log.ts';
import type { StandingJobs, Standings } from '../../ports/source-subscriptions.ts';
import { answerHub, type CallbackOutcome, ignoredPush, judgePush } from '../../stages/subscribe/callback.ts';
import { pushed, scheduleView } from '../../stages/subscribe/subscription.ts';
import { changeOrder, changeStanding } from './update-subscription.ts';
import type { Plan } from '../running-config.ts';

export interface AnswerDeps {
  readonly plan: () => Plan;
  readonly standings: Standings;
  readonly checks: Pick<Checks, 'hasten'>;
  readonly jobs: StandingJobs;
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
export async function answerQuestion(
  callbackId: string,
  query: URLSearchParams,
  { standings, checks, jobs, now, log }: AnswerDeps,
): Promise<CallbackAnswer> {
  const sourceId = await standings.sourceOf(callbackId);
  if (sourceId === undefined) return UNKNOWN;
  const at = now();
  let outcome: CallbackOutcome = { kind: 'disagreed' };
  const { standing } = await changeStanding(sourceId, standings, (before) => {
    outcome = answerHub(before, callbackId, query, at);
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
export async function pushLimit(
  callbackId: string,
  { plan, standings }: Pick<AnswerDeps, 'plan' | 'standings'>,
): Promise<number | undefined> {
  const sourceId = await standings.sourceOf(callbackId);
  if (sourceId === undefined) return undefined;
  return plan().sources.get(sourceId)?.source.fetch.maxBodyBytes;
}

/** A POST: kept, to be read by a worker; what is not signed by the hub is counted, and nothing else. */
export async function takePush(
  callbackId: string,
  { body, signature, contentType, plain }: ArrivedPush,
  { plan, standings, jobs, now, log }: AnswerDeps,
): Promise<CallbackAnswer> {
  const sourceId = await standings.sourceOf(callbackId);
  if (sourceId === undefined || !plan().sources.has(sourceId)) return UNWANTED;
  const [found] = await standings.get([sourceId]);
  if (found === undefined) return UNWANTED;
  const judged = judgePush(found.standing, callbackId, body, signature);
  switch (judged.kind) {
    case 'unwanted':
      return UNWANTED;
    case 'ignored': {
      log.warn({ source: sourceId, hub: judged.order.hub }, `a notification was ignored: ${judged.because}`);
      await changeOrder(sourceId, callbackId, standings, (order) => ignoredPush(order, judged.because));
      return ACCEPTED;
    }
    case 'taken': {
      const at = now();
      const content = await plain();
      if (content === undefined) return UNREADABLE;
      const push: HubPush = {
        sourceId,
        callbackId,
        topic: judged.order.topic,
        body: content,
        receivedAt: at,
        ...(contentType !== undefined && { contentType }),
      };
      if (!(await standings.addPush(push, MOST_WAITING))) {
        return { status: 503, text: 'Too much waits to be read; try again.\n', retryAfterSeconds: TRY_AGAIN_SECONDS };
      }
      await changeOrder(sourceId, callbackId, standings, (order) => pushed(order, at));
      await jobs.addReading([sourceId]);
      return ACCEPTED;
    }
  }
}

/** Says that it arrived, and no more (WebSub §7). */
const ACCEPTED: CallbackAnswer = { status: 202, text: 'Accepted.\n' };
