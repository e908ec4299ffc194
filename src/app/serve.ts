/** What does the web server serve, and from which stores? */
import type { AddressInfo } from 'node:net';
import { createMetrics } from '../io/metrics/metrics.ts';
import { createRequests } from '../io/metrics/requests.ts';
import type { SharedCounters } from '../io/metrics/shared-counters.ts';
import type { StoredDocuments } from '../io/store/documents.ts';
import { createAdminAccess } from '../io/web/admin-token.ts';
import { registerAdmin } from '../io/web/admin.ts';
import { addressOf } from '../io/web/client-address.ts';
import { createLoginThrottle } from '../io/web/login-throttle.ts';
import { registerHubCallback } from '../io/web/hub-callback.ts';
import { registerHub } from '../io/web/hub.ts';
import { registerMetrics } from '../io/web/metrics.ts';
import { createWeb, type HealthCheck } from '../io/web/server.ts';
import { adminAct, type AdminDeps, adminSplit, adminView } from '../jobs/operator/admin.ts';
import { takedownAct, type TakedownDeps, takedownView } from '../jobs/operator/admin-takedowns.ts';
import { type HubDeps, takeHubRequest } from '../jobs/hub/hub.ts';
import type { PublishDeps } from '../jobs/publish/publish.ts';
import { documentAt } from '../jobs/publish/site-documents.ts';
import type { SplitDeps } from '../jobs/operator/split-story.ts';
import type { Subscriber } from './subscriber.ts';
import type { ConfigState } from '../model/recorded-config.ts';
import type { Settings } from '../model/settings.ts';
import type { Log } from '../ports/log.ts';
import { ADMIN_CSS } from '../stages/render/admin-style.ts';
import { renderAdminPage } from '../stages/render/admin.ts';
import { version } from '../version.ts';

export interface ServeDeps {
  readonly settings: () => Settings;
  readonly publishDeps: PublishDeps;
  readonly documents: StoredDocuments;
  readonly adminDeps: AdminDeps;
  readonly splitDeps: SplitDeps;
  readonly takedownDeps: TakedownDeps;
  readonly counters: SharedCounters;
  readonly hub: HubDeps;
  readonly subscriber: Subscriber;
  readonly ready: () => Promise<readonly HealthCheck[]>;
  readonly configState: () => ConfigState;
  readonly now: () => number;
  readonly log: Log;
}

export interface Serving {
  /** Where it listens. */
  readonly at: AddressInfo;
  stop(): Promise<void>;
}

/** Serves until it is stopped. @throws StoreError; Error that names the key if it cannot listen */
export async function serve(deps: ServeDeps): Promise<Serving> {
  const {
    settings,
    publishDeps,
    documents,
    adminDeps,
    splitDeps,
    takedownDeps,
    counters,
    hub,
    subscriber,
    ready,
    configState,
    now,
    log,
  } = deps;
  const requests = createRequests();
  const attempts = createLoginThrottle();
  const access = createAdminAccess(settings, log);
  // Read at the start, so that the log names the file with the token.
  access();
  const web = createWeb({
    settings,
    documents,
    isRemoved: async (postId) => (await takedownDeps.takedowns.get([postId]))[0] !== undefined,
    render: (path, before) => documentAt(path, before, publishDeps),
    health: { ready },
    now,
    log,
    onResponse: (path, { status, bytes }, cache) => {
      requests.note(path, status, bytes, cache);
    },
  });
  registerAdmin(web.app, {
    settings,
    access,
    version,
    view: async (path, query) =>
      (await adminView(path, query, adminDeps)) ?? (await takedownView(path, query, takedownDeps)),
    render: renderAdminPage,
    css: ADMIN_CSS,
    act: (action, sourceId) => adminAct(action, sourceId, adminDeps),
    split: (entryId) => adminSplit(entryId, splitDeps, now()),
    takeDown: (action, id, why) => takedownAct(action, id, why, takedownDeps, now()),
    attempts,
    now,
    log,
  });
  registerMetrics(web.app, createMetrics({ version, requests, counters, system: adminDeps.system, configState }), {
    settings,
    access,
    attempts,
    now,
  });
  registerHub(web.app, {
    isOpen: () => settings().publish.websubHub === 'self',
    take: (form, requester) => takeHubRequest(form, requester, hub),
    requesterOf: (request) => addressOf(request, settings().http.trustProxy),
  });
  registerHubCallback(web.app, subscriber);
  const unwatch = await documents.watch((path) => {
    web.invalidate(path);
  });
  const address = await web.listen().catch(async (error: unknown) => {
    await web.close();
    await unwatch();
    throw listenProblem(error, settings().http);
  });
  log.info({ address }, 'serving');
  return {
    at: web.at(),
    stop: async () => {
      await web.close();
      await unwatch();
    },
  };
}

/** One line that names the key to change. */
function listenProblem(error: unknown, { host, port }: Settings['http']): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const cause = { cause: error };
  switch (code) {
    case 'EADDRINUSE':
      return new Error(`port ${port} is already in use (http.port)`, cause);
    case 'EACCES':
      return new Error(`this user may not open port ${port} (http.port); use a port from 1024 on`, cause);
    case 'EADDRNOTAVAIL':
      return new Error(`${host} is not an address of this machine (http.host)`, cause);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`${host} is not an address or a known host name (http.host)`, cause);
    default:
      return new Error(`cannot listen on ${host}:${port} (http.host, http.port): ${String(error)}`, cause);
  }
}
