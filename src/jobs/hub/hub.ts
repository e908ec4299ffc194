/** How do those who subscribed to a feed hear of its changes (WebSub)? */
import type { HubCapacity, HubRequest } from '../../model/hub-subscription.ts';
import type { StoredDocument } from '../../model/output.ts';
import { scopeFromPath } from '../../model/paths.ts';
import type { Settings } from '../../model/settings.ts';
import type { HttpClient } from '../../ports/fetch.ts';
import type { HubSubscriptionStore } from '../../ports/hub-subscriptions.ts';
import type { Log } from '../../ports/log.ts';
import type { JobQueue } from '../../ports/queue.ts';
import { callbackHost, judgeHubRequest, subscriptionId } from '../../stages/hub/request.ts';

export interface HubDeps {
  readonly settings: () => Settings;
  readonly subscriptions: HubSubscriptionStore;
  readonly httpClient: HttpClient;
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

/** The feeds that name an outer hub: tags and sources are too many to tell somebody else of each change. */
export function isToldToOuterHubs(path: string): boolean {
  const found = scopeFromPath(path);
  if (found?.format === undefined || found.format === 'html' || found.before !== undefined) return false;
  return found.scope.kind === 'category' || found.scope.kind === 'all';
}
