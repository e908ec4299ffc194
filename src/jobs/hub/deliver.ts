/** How does our hub verify callbacks, deliver to them and send pings to an external hub (WebSub)? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { CallOutcome } from '../../model/call-outcome.ts';
import { PublishError } from '../../model/errors.ts';
import type { HubRequest, HubTask } from '../../model/hub-subscription.ts';
import { currentPath, formerPaths } from '../../model/former-categories.ts';
import type { FetchSettings } from '../../model/settings.ts';
import { normalSiteUrl } from '../../model/site-id.ts';
import type { JobResult } from '../../ports/queue.ts';
import { deliveryHeaders, denialUrl, isConfirmed, isSuccess, verificationUrl } from '../../stages/hub/callback.ts';
import { afterDelivery } from '../../stages/hub/delivery.ts';
import {
  CAPACITY,
  deliveringQuotas,
  subscriptionQuotas,
  verifyingQuotas,
  waitingQuotas,
} from '../../stages/hub/quotas.ts';
import { callbackHost, subscriptionId } from '../../stages/hub/request.ts';
import { userAgent } from '../../stages/request/request.ts';
import { announce, type HubDeps, namesOuterHub } from './hub.ts';

const SLOT_LEASE_MS = millisecondsInMinute;
const SLOT_WAIT_MS = 1_000;

/** A callback only has to accept the document, so it answers quickly. */
const DELIVERY_TIMEOUT_MS = 20_000;
/** Anyone can make us send a request to a callback, so a slow one must not hold its slot for long. */
const VERIFICATION_TIMEOUT_MS = 5_000;
/** Longer than any challenge. */
const ANSWER_BYTES = 4_096;

const DONE: JobResult = { kind: 'done' };

/** @param holder  names the job; a retry has the same name */
export function runHubTask(task: HubTask, holder: string, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
  switch (task.kind) {
    case 'verify':
      return verify(task.subscriptionId, holder, deps, signal);
    case 'deliver':
      return deliver(task.subscriptionId, holder, deps, signal);
    case 'ping':
      return ping(task.topic, deps, signal);
  }
}

/** Asks the callback to confirm the waiting request (WebSub §5.3), in the slots of its host and domain. */
async function verify(id: string, holder: string, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
  const { subscriptions, now } = deps;
  const request = await subscriptions.request(id);
  if (request === undefined) return DONE;
  const slots = verifyingQuotas(request.callback);
  if (!(await subscriptions.enter(slots, holder, now(), SLOT_LEASE_MS))) return waitForSlot(deps);
  await confirm(request, deps, signal).finally(() => subscriptions.leave(slots, holder));
  await subscriptions.forgetRequest(id, request, waitingQuotas(request.callback));
  return DONE;
}

/** A request that the callback does not confirm changes nothing. */
async function confirm(request: HubRequest, deps: HubDeps, signal: AbortSignal): Promise<void> {
  const { subscriptions, log, now } = deps;
  const challenge = deps.challenge();
  const answer = await get(verificationUrl(request, challenge), deps, signal);
  const facts = { mode: request.mode, topic: request.topic, callbackHost: callbackHost(request.callback) };
  if (answer.kind === 'failed' || !isConfirmed(answer.status, answer.body, challenge)) {
    const found = answer.kind === 'failed' ? answer.message : `status ${answer.status}`;
    log.info({ ...facts, found }, 'a request to the hub was not confirmed');
    return;
  }
  const id = subscriptionId(request);
  if (request.mode === 'unsubscribe') {
    await subscriptions.end(id, request.askedAt);
    log.info(facts, 'a subscription has ended');
    return;
  }
  const { topic, topicUrl, callback, secret, askedAt, leaseSeconds, requester } = request;
  const [current, addresses] = await Promise.all([
    deps.document(currentPath(topic, deps.settings().categories)),
    addressesOf(callback, deps),
  ]);
  const saved = await subscriptions.put(
    {
      id,
      topic,
      topicUrl,
      callback,
      askedAt,
      requester,
      addresses,
      ...(secret !== undefined && { secret }),
      leaseEndsAt: now() + leaseSeconds * 1_000,
      failures: 0,
      // The subscriber has this version already: it read the feed to find the hub.
      ...(current !== undefined && { deliveredEtag: current.etag }),
    },
    subscriptionQuotas(callback, addresses, requester),
    CAPACITY,
  );
  if (saved === 'full') await get(denialUrl(request, 'this hub accepts no more subscriptions'), deps, signal);
  log.info({ ...facts, saved }, 'a subscription was confirmed');
}

/**
 * None if the name cannot be resolved here, for example behind a proxy: the callback then counts only by its domain.
 */
function addressesOf(callback: string, { resolve, log }: HubDeps): Promise<readonly string[]> {
  const hostname = new URL(callback).hostname.replace(/^\[|\]$/gu, '');
  return resolve(hostname).catch((error: unknown) => {
    log.debug(
      { hostname, error: String(error) },
      'the host of a callback cannot be resolved; only its domain is limited',
    );
    return [];
  });
}

function waitForSlot({ now, random }: HubDeps): JobResult {
  return { kind: 'later', atMs: now() + Math.round(SLOT_WAIT_MS * (0.5 + random())) };
}

/** Sends the latest version unless the subscriber has it. */
async function deliver(id: string, holder: string, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
  const { subscriptions, now, random, log } = deps;
  const [subscription] = await subscriptions.get([id]);
  if (subscription === undefined) return DONE;
  const { topic, callback } = subscription;
  if (subscription.leaseEndsAt <= now()) {
    await subscriptions.drop([id]);
    return DONE;
  }
  const document = await deps.document(currentPath(topic, deps.settings().categories));
  if (document === undefined) {
    await subscriptions.drop([id]);
    await get(denialUrl(subscription, 'this feed is no longer published'), deps, signal);
    return DONE;
  }
  if (document.etag === subscription.deliveredEtag) return DONE;
  const slots = deliveringQuotas(callback, subscription.addresses, subscription.failures);
  if (!(await subscriptions.enter(slots, holder, now(), SLOT_LEASE_MS))) return waitForSlot(deps);
  const outcome = await post(
    { url: callback, headers: deliveryHeaders(document, subscription), body: document.body },
    callbackSettings(deps, DELIVERY_TIMEOUT_MS),
    deps,
    signal,
  ).finally(() => subscriptions.leave(slots, holder));
  const next = afterDelivery(subscription, outcome, now(), random());
  switch (next.kind) {
    case 'delivered':
      await subscriptions.note({ id, deliveredEtag: document.etag, failures: 0 });
      return DONE;
    case 'drop':
      await subscriptions.drop([id]);
      log.info({ topic, callbackHost: callbackHost(callback), reason: next.reason }, 'a subscription was dropped');
      return DONE;
    case 'retry':
      await subscriptions.note({ id, failures: next.failures, failingSince: next.failingSince });
      return { kind: 'later', atMs: next.atMs };
  }
}

/**
 * Pings the external hub for a changed feed, unless it was pinged for this version.
 *
 * @throws PublishError when the hub did not accept it; the queue tries again
 */
export async function ping(topic: string, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
  const { site, publish, categories } = deps.settings();
  const hub = publish.websubHub;
  if (hub === undefined || hub === 'self') return DONE;
  const document = await deps.document(topic);
  const mark = document === undefined ? undefined : `${document.etag} ${hub}`;
  if (mark === undefined || (await deps.subscriptions.pinged(topic)) === mark) return DONE;
  // Who subscribed before the site moved or the category was renamed has a former address of the topic.
  const topics = [topic, ...formerPaths(topic, categories)].flatMap((path) =>
    [site.url, ...(site.formerUrls ?? []).slice(0, 1)].map((siteUrl) => normalSiteUrl(siteUrl) + path),
  );
  for (const topicUrl of topics) {
    // Both names: old hubs know `hub.url`.
    const form = new URLSearchParams({ 'hub.mode': 'publish', 'hub.url': topicUrl, 'hub.topic': topicUrl });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const outcome = await post(
      { url: hub, headers, body: Buffer.from(form.toString()) },
      pingSettings(deps),
      deps,
      signal,
    );
    if (outcome.kind === 'failed' || !isSuccess(outcome.status)) {
      const found = outcome.kind === 'failed' ? outcome.message : `status ${outcome.status}`;
      throw new PublishError(`pinging the hub ${hub} for ${topicUrl} failed: ${found}`, topic);
    }
  }
  await deps.subscriptions.setPinged(topic, mark);
  return DONE;
}

function get(url: string, deps: HubDeps, signal: AbortSignal): Promise<CallOutcome> {
  const headers = { 'User-Agent': introduction(deps), Accept: 'text/plain, */*;q=0.1' };
  const settings = callbackSettings(deps, VERIFICATION_TIMEOUT_MS);
  return deps.httpClient.call({ method: 'GET', url, headers, settings, maxAnswerBytes: ANSWER_BYTES }, signal);
}

interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

function post(
  { url, headers, body }: Message,
  settings: FetchSettings,
  deps: HubDeps,
  signal: AbortSignal,
): Promise<CallOutcome> {
  return deps.httpClient.call(
    {
      method: 'POST',
      url,
      headers: { 'User-Agent': introduction(deps), ...headers },
      body,
      settings,
      maxAnswerBytes: ANSWER_BYTES,
    },
    signal,
  );
}

/**
 * Subscribers choose callbacks: private networks are open to them only by `publish.websub.allow`, never by
 * `fetch.allow`.
 */
function callbackSettings({ settings }: HubDeps, timeoutMs: number): FetchSettings {
  const { fetch, publish } = settings();
  return { ...fetch, allow: publish.websubAllow, timeoutMs: Math.min(fetch.timeoutMs, timeoutMs) };
}

/** The operator chose the external hub. */
function pingSettings({ settings }: HubDeps): FetchSettings {
  const { fetch } = settings();
  return { ...fetch, timeoutMs: Math.min(fetch.timeoutMs, DELIVERY_TIMEOUT_MS) };
}

function introduction({ settings, version }: HubDeps): string {
  const { fetch, sources } = settings();
  return userAgent({
    version,
    sources: sources.length,
    ...(fetch.contact !== undefined && { contact: fetch.contact }),
  });
}

/**
 * For a command that ends soon: sends the pings before it ends. Pings that fail, or that are left when a signal comes,
 * go to the queue. Workers make the deliveries of our own hub.
 */
export async function announceNow(paths: readonly string[], deps: HubDeps, signal: AbortSignal): Promise<void> {
  const hub = deps.settings().publish.websubHub;
  if (hub === undefined || hub === 'self') return announce(paths, deps);
  // An abort may come while a ping is awaited.
  const isAborted = (): boolean => signal.aborted;
  for (const topic of paths.filter(namesOuterHub)) {
    if (isAborted()) {
      await announce([topic], deps);
      continue;
    }
    try {
      await ping(topic, deps, signal);
    } catch (error) {
      if (isAborted()) {
        await announce([topic], deps);
        continue;
      }
      if (!(error instanceof PublishError)) throw error;
      deps.log.warn({ error: error.message }, 'the hub did not accept a ping; the queue retries it');
      await announce([topic], deps);
    }
  }
}
