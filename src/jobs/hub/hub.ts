/** How are subscribers notified of changed feeds (WebSub)? */
import type { StoredDocument } from '../../model/output.ts';
import { formerPaths } from '../../model/former-categories.ts';
import { scopeFromPath } from '../../model/paths.ts';
import type { Settings } from '../../model/settings.ts';
import type { HttpClient } from '../../ports/fetch.ts';
import type { HubSubscriptionStore } from '../../ports/hub-subscriptions.ts';
import type { Log } from '../../ports/log.ts';
import type { JobQueue } from '../../ports/queue.ts';
import {
  ALL_REQUESTS,
  CAPACITY,
  requestQuotas,
  REQUESTS_WINDOW_MS,
  subscriptionQuotas,
  waitingQuotas,
} from '../../stages/hub/quotas.ts';
import { judgeHubRequest, subscriptionId } from '../../stages/hub/request.ts';

export interface HubDeps {
  readonly settings: () => Settings;
  readonly subscriptions: HubSubscriptionStore;
  readonly httpClient: HttpClient;
  readonly queue: Pick<JobQueue, 'addHubTasks'>;
  /** The feed at a path, as served now; undefined if there is none. */
  readonly document: (path: string) => Promise<StoredDocument | undefined>;
  /** Whether the feed at a path is published, or will be with its first post: tags are published only with posts. */
  readonly hasPosts: (path: string) => Promise<boolean>;
  /** Addresses of a host name or a literal address. @throws an error with `code` as of node:dns */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  readonly version: string;
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** A random text. */
  readonly challenge: () => string;
  readonly log: Log;
}

/** The response of the hub's endpoint. */
export interface HubAnswer {
  readonly status: number;
  /** One sentence of plain text (WebSub §5.2). */
  readonly text: string;
  readonly retryAfterSeconds?: number;
}

const BUSY_SECONDS = 60;

/**
 * Accepts a form-encoded request; it takes effect once the callback has confirmed it.
 *
 * @param requester  address of the client
 */
export async function takeHubRequest(form: URLSearchParams, requester: string, deps: HubDeps): Promise<HubAnswer> {
  const { subscriptions } = deps;
  const settings = deps.settings();
  if (settings.publish.websubHub !== 'self') return { status: 404, text: 'There is no hub here.' };
  const judged = judgeHubRequest(form, requester, settings, deps.now());
  if (judged.kind === 'refused') return { status: 400, text: `${judged.message}.` };
  const { request } = judged;
  const id = subscriptionId(request);
  const [existing] = await subscriptions.get([id]);
  // The limit for all parties comes last, so that one party cannot use it up; existing subscriptions can always be
  // renewed.
  const quotas = [...requestQuotas(request.callback, requester), ...(existing === undefined ? [ALL_REQUESTS] : [])];
  for (const quota of quotas) {
    if (!(await subscriptions.admit(quota, REQUESTS_WINDOW_MS))) {
      return busy(429, 'too many requests; try again in a minute.');
    }
  }
  if (request.mode === 'subscribe' && existing === undefined) {
    if (!(await deps.hasPosts(request.topic))) return { status: 400, text: 'hub.topic names a feed without posts.' };
    if (!(await subscriptions.hasRoom(subscriptionQuotas(request.callback, [], requester), CAPACITY))) {
      return busy(503, 'this hub accepts no further subscription of this subscriber.');
    }
  }
  if (!(await subscriptions.keepRequest(id, request, waitingQuotas(request.callback), deps.now()))) {
    return busy(503, 'too many requests wait for their callbacks; try again in a minute.');
  }
  await deps.queue.addHubTasks([{ kind: 'verify', subscriptionId: id }]);
  return { status: 202, text: 'The hub will ask the callback to confirm.' };
}

function busy(status: number, text: string): HubAnswer {
  return { status, text, retryAfterSeconds: BUSY_SECONDS };
}

/** Queues deliveries or pings for published feeds. Cheap without subscribers; may be repeated. */
export async function announce(
  paths: readonly string[],
  { settings, subscriptions, queue }: Pick<HubDeps, 'settings' | 'subscriptions' | 'queue'>,
): Promise<void> {
  const hub = settings().publish.websubHub;
  if (hub === undefined) return;
  if (hub === 'self') {
    const topics = paths.flatMap((path) => [path, ...formerPaths(path, settings().categories)]);
    const ids = await subscriptions.ofTopics(topics);
    if (ids.length > 0) {
      await queue.addHubTasks(ids.map((subscriptionId) => ({ kind: 'deliver', subscriptionId }) as const));
    }
    return;
  }
  const topics = paths.filter(namesOuterHub);
  if (topics.length > 0) await queue.addHubTasks(topics.map((topic) => ({ kind: 'ping', topic }) as const));
}

/** Whether a feed names an external hub: tags and sources are too many to send pings for. */
export function namesOuterHub(path: string): boolean {
  const found = scopeFromPath(path);
  if (found?.format === undefined || found.format === 'html' || found.before !== undefined) return false;
  return found.scope.kind === 'category' || found.scope.kind === 'all';
}
