/** How are the jobs of our hub done: asking callbacks, sending them what is new, telling an outer hub (WebSub)? */
import type { CallOutcome } from '../../model/call-outcome.ts';
import { PublishError } from '../../model/errors.ts';
import type { HubRequest, HubTask } from '../../model/hub-subscription.ts';
import type { FetchSettings } from '../../model/settings.ts';
import { normalSiteUrl } from '../../model/site-id.ts';
import type { JobResult } from '../../ports/queue.ts';
import { deliveryHeaders, denialUrl, isConfirmed, isSuccess, verificationUrl } from '../../stages/hub/callback.ts';
import { afterDelivery } from '../../stages/hub/delivery.ts';
import { callbackHost, subscriptionId } from '../../stages/hub/request.ts';
import { userAgent } from '../../stages/request/request.ts';
import { announce, CAPACITY, type HubDeps, isToldToOuterHubs } from './hub.ts';

/** Requests to one callback's host at once, over all workers. */
const AT_ONCE_PER_HOST = 4;
const SLOT_LEASE_MS = 60_000;
const SLOT_WAIT_MS = 1_000;

/** A callback answers at once, for it has nothing to do but to take note. */
const CALL_TIMEOUT_MS = 20_000;
/** Longer than any challenge. */
const ANSWER_BYTES = 4_096;

const DONE: JobResult = { kind: 'done' };

/** @param holder  names the job, also when it comes again */
export function runHubTask(task: HubTask, holder: string, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
  switch (task.kind) {
    case 'verify':
      return verify(task.request, deps, signal);
    case 'deliver':
      return deliver(task.subscriptionId, holder, deps, signal);
    case 'ping':
      return ping(task.topic, deps, signal);
  }
}

/** WebSub §5.3: what is not confirmed leaves everything as it was. */
async function verify(request: HubRequest, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
  const { subscriptions, log, now } = deps;
  const challenge = deps.challenge();
  const answer = await get(verificationUrl(request, challenge), deps, signal);
  const facts = { mode: request.mode, topic: request.topic, callbackHost: callbackHost(request.callback) };
  if (answer.kind === 'failed' || !isConfirmed(answer.status, answer.body, challenge)) {
    const found = answer.kind === 'failed' ? answer.message : `status ${answer.status}`;
    log.info({ ...facts, found }, 'a request to the hub was not confirmed');
    return DONE;
  }
  const id = subscriptionId(request);
  if (request.mode === 'unsubscribe') {
    await subscriptions.end(id, request.askedAt);
    log.info(facts, 'a subscription has ended');
    return DONE;
  }
  const { topic, topicUrl, callback, secret, askedAt, leaseSeconds } = request;
  const current = await deps.document(topic);
  const saved = await subscriptions.put(
    {
      id,
      topic,
      topicUrl,
      callback,
      askedAt,
      ...(secret !== undefined && { secret }),
      leaseEndsAt: now() + leaseSeconds * 1_000,
      failures: 0,
      // Whoever subscribes has read the feed, for it names the hub.
      ...(current !== undefined && { deliveredEtag: current.etag }),
    },
    CAPACITY,
  );
  if (saved === 'full') await get(denialUrl(request, 'this hub takes no more subscriptions'), deps, signal);
  log.info({ ...facts, saved }, 'a subscription was confirmed');
  return DONE;
}

/** Sends the newest version that a subscriber has not got. */
async function deliver(id: string, holder: string, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
  const { subscriptions, now, random, log } = deps;
  const [subscription] = await subscriptions.get([id]);
  if (subscription === undefined) return DONE;
  const { topic, callback } = subscription;
  if (subscription.leaseEndsAt <= now()) {
    await subscriptions.drop([id]);
    return DONE;
  }
  const document = await deps.document(topic);
  if (document === undefined) {
    await subscriptions.drop([id]);
    await get(denialUrl(subscription, 'this feed is no longer published'), deps, signal);
    return DONE;
  }
  if (document.etag === subscription.deliveredEtag) return DONE;
  const host = callbackHost(callback);
  if (!(await subscriptions.enter(host, holder, AT_ONCE_PER_HOST, now(), SLOT_LEASE_MS))) {
    return { kind: 'later', atMs: now() + Math.round(SLOT_WAIT_MS * (0.5 + random())) };
  }
  const outcome = await post(callback, deliveryHeaders(document, subscription), document.body, deps, signal).finally(
    () => subscriptions.leave(host, holder),
  );
  const next = afterDelivery(subscription, outcome, now(), random());
  switch (next.kind) {
    case 'delivered':
      await subscriptions.note({ id, deliveredEtag: document.etag, failures: 0 });
      return DONE;
    case 'drop':
      await subscriptions.drop([id]);
      log.info({ topic, callbackHost: host, reason: next.reason }, 'a subscription was dropped');
      return DONE;
    case 'retry':
      await subscriptions.note({ id, failures: next.failures, failingSince: next.failingSince });
      return { kind: 'later', atMs: next.atMs };
  }
}

/**
 * Tells the outer hub that a feed has changed, unless it knows of this version.
 *
 * @throws PublishError when the hub did not take it; the queue tries again
 */
export async function ping(topic: string, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
  const { site, publish } = deps.settings();
  const hub = publish.websubHub;
  if (hub === undefined || hub === 'self') return DONE;
  const document = await deps.document(topic);
  const mark = document === undefined ? undefined : `${document.etag} ${hub}`;
  if (mark === undefined || (await deps.subscriptions.pinged(topic)) === mark) return DONE;
  // Those who subscribed before the site moved hold the topic's former address.
  for (const siteUrl of [site.url, ...(site.formerUrls ?? []).slice(0, 1)]) {
    const topicUrl = `${normalSiteUrl(siteUrl)}${topic}`;
    // Both names: hubs from before the recommendation know `hub.url`.
    const form = new URLSearchParams({ 'hub.mode': 'publish', 'hub.url': topicUrl, 'hub.topic': topicUrl });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const outcome = await post(hub, headers, Buffer.from(form.toString()), deps, signal);
    if (outcome.kind === 'failed' || !isSuccess(outcome.status)) {
      const found = outcome.kind === 'failed' ? outcome.message : `status ${outcome.status}`;
      throw new PublishError(`telling the hub ${hub} of ${topicUrl}: ${found}`, topic);
    }
  }
  await deps.subscriptions.setPinged(topic, mark);
  return DONE;
}

function get(url: string, deps: HubDeps, signal: AbortSignal): Promise<CallOutcome> {
  const headers = { 'User-Agent': introduction(deps), Accept: 'text/plain, */*;q=0.1' };
  return deps.httpClient.call(
    { method: 'GET', url, headers, settings: callSettings(deps), maxAnswerBytes: ANSWER_BYTES },
    signal,
  );
}

function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  deps: HubDeps,
  signal: AbortSignal,
): Promise<CallOutcome> {
  return deps.httpClient.call(
    {
      method: 'POST',
      url,
      headers: { 'User-Agent': introduction(deps), ...headers },
      body,
      settings: callSettings(deps),
      maxAnswerBytes: ANSWER_BYTES,
    },
    signal,
  );
}

function callSettings({ settings }: HubDeps): FetchSettings {
  const { fetch } = settings();
  return { ...fetch, timeoutMs: Math.min(fetch.timeoutMs, CALL_TIMEOUT_MS) };
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
 * The same for a command that ends soon: an outer hub is told before it ends; what it does not take is left to the
 * queue. Deliveries of our own hub are made by whoever works on the queue.
 */
export async function announceNow(paths: readonly string[], deps: HubDeps): Promise<void> {
  const hub = deps.settings().publish.websubHub;
  if (hub === undefined || hub === 'self') return announce(paths, deps);
  for (const topic of paths.filter(isToldToOuterHubs)) {
    try {
      await ping(topic, deps, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      deps.log.warn({ error: error.message }, 'the hub could not be told; the queue tries again');
      await announce([topic], deps);
    }
  }
}
