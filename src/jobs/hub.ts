/** How do those who subscribed to a feed hear of its changes (WebSub)? */
import type { CallOutcome } from '../model/call-outcome.ts';
import { PublishError } from '../model/errors.ts';
import type { HubCapacity, HubRequest, HubTask } from '../model/hub.ts';
import type { StoredDocument } from '../model/output.ts';
import { scopeFromPath } from '../model/paths.ts';
import type { FetchSettings, Settings } from '../model/settings.ts';
import type { Caller, JobQueue, JobResult, Log, Subscriptions } from '../ports.ts';
import { deliveryHeaders, denialUrl, isConfirmed, isSuccess, verificationUrl } from '../stages/hub/callback.ts';
import { afterDelivery } from '../stages/hub/delivery.ts';
import { callbackHost, judgeHubRequest, subscriptionId } from '../stages/hub/request.ts';
import { userAgent } from '../stages/request/request.ts';

export interface HubDeps {
  readonly settings: () => Settings;
  readonly subscriptions: Subscriptions;
  readonly caller: Caller;
  readonly queue: Pick<JobQueue, 'addHubTasks'>;
  /** The feed under a path, as it is served right now; undefined where there is none. */
  readonly document: (path: string) => Promise<StoredDocument | undefined>;
  readonly version: string;
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** A text that nobody can guess. */
  readonly challenge: () => string;
  readonly log: Log;
}

/** A reader's service may have subscribed for a thousand people; nobody may take all the room. */
export const CAPACITY: HubCapacity = { perCallbackHost: 1_000, altogether: 20_000 };

/** Requests that one callback's host, and all of them, may cause us to verify. */
const VERIFICATIONS = { perHost: 300, altogether: 3_000, windowMs: 60_000 };

/** Requests to one callback's host at once, over all workers. */
const AT_ONCE_PER_HOST = 4;
const SLOT_LEASE_MS = 60_000;
const SLOT_WAIT_MS = 1_000;

/** A callback answers at once, for it has nothing to do but to take note. */
const CALL_TIMEOUT_MS = 20_000;
/** Longer than any challenge. */
const ANSWER_BYTES = 4_096;

const DONE: JobResult = { kind: 'done' };

/** What the hub's endpoint answers. */
export interface HubAnswer {
  readonly status: number;
  /** One sentence of plain text (WebSub §5.2). */
  readonly text: string;
}

/** Takes a form-encoded request; what it asks for happens once the callback has confirmed it. */
export async function takeHubRequest(form: URLSearchParams, deps: HubDeps): Promise<HubAnswer> {
  const settings = deps.settings();
  if (settings.publish.websubHub !== 'self') return { status: 404, text: 'There is no hub here.' };
  const judged = judgeHubRequest(form, settings, deps.now());
  if (judged.kind === 'refused') return { status: 400, text: `${judged.message}.` };
  const { request } = judged;
  const host = callbackHost(request.callback);
  const { perHost, altogether, windowMs } = VERIFICATIONS;
  const isAdmitted =
    (await deps.subscriptions.admit(host, perHost, windowMs)) &&
    (await deps.subscriptions.admit('', altogether, windowMs));
  if (!isAdmitted) return { status: 429, text: 'too many requests for this callback host; try again in a minute.' };
  if (request.mode === 'subscribe' && !(await hasRoom(request, deps))) {
    return { status: 503, text: 'this hub has as many subscriptions as it takes.' };
  }
  await deps.queue.addHubTasks([{ kind: 'verify', request }]);
  return { status: 202, text: 'The callback will be asked to confirm.' };
}

/** Who has subscribed already may always renew. */
async function hasRoom(request: HubRequest, { subscriptions }: HubDeps): Promise<boolean> {
  const [existing] = await subscriptions.get([subscriptionId(request)]);
  return existing !== undefined || subscriptions.hasRoom(callbackHost(request.callback), CAPACITY);
}

/** These feeds were published. Costs next to nothing where nobody listens; may be repeated. */
export async function announce(
  paths: readonly string[],
  { settings, subscriptions, queue }: Pick<HubDeps, 'settings' | 'subscriptions' | 'queue'>,
): Promise<void> {
  const hub = settings().publish.websubHub;
  if (hub === undefined) return;
  if (hub === 'self') {
    const ids = await subscriptions.ofTopics(paths);
    if (ids.length > 0) {
      await queue.addHubTasks(ids.map((subscriptionId) => ({ kind: 'deliver', subscriptionId }) as const));
    }
    return;
  }
  const topics = paths.filter(isToldToOuterHubs);
  if (topics.length > 0) await queue.addHubTasks(topics.map((topic) => ({ kind: 'ping', topic }) as const));
}

/**
 * The same for a command that ends soon: an outer hub is told before it ends; what it does not take is left to the
 * queue. Deliveries of our own hub are made by whoever works on the queue.
 */
export async function announceAtOnce(paths: readonly string[], deps: HubDeps): Promise<void> {
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

/** The feeds that name an outer hub: tags and sources are too many to tell somebody else of each change. */
function isToldToOuterHubs(path: string): boolean {
  const found = scopeFromPath(path);
  if (found?.format === undefined || found.format === 'html' || found.before !== undefined) return false;
  return found.scope.kind === 'category' || found.scope.kind === 'all';
}

/** @param holder  names the job, also when it comes again */
export function workForHub(task: HubTask, holder: string, deps: HubDeps, signal: AbortSignal): Promise<JobResult> {
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
  const topicUrl = `${new URL(site.url).href.replace(/\/$/u, '')}${topic}`;
  // Both names: hubs from before the recommendation know `hub.url`.
  const form = new URLSearchParams({ 'hub.mode': 'publish', 'hub.url': topicUrl, 'hub.topic': topicUrl });
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const outcome = await post(hub, headers, Buffer.from(form.toString()), deps, signal);
  if (outcome.kind === 'failed' || !isSuccess(outcome.status)) {
    const found = outcome.kind === 'failed' ? outcome.message : `status ${outcome.status}`;
    throw new PublishError(`telling the hub ${hub} of ${topic}: ${found}`, topic);
  }
  await deps.subscriptions.setPinged(topic, mark);
  return DONE;
}

function get(url: string, deps: HubDeps, signal: AbortSignal): Promise<CallOutcome> {
  const headers = { 'User-Agent': introduction(deps), Accept: 'text/plain, */*;q=0.1' };
  return deps.caller.call(
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
  return deps.caller.call(
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
