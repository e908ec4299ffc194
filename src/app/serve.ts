/** What does the web server answer, and from what? */
import { createMetrics } from '../io/metrics/metrics.ts';
import { createRequests } from '../io/metrics/requests.ts';
import type { SharedCounters } from '../io/metrics/shared-counters.ts';
import type { StoredDocuments } from '../io/store/documents.ts';
import type { SweepHeartbeat } from '../io/store/sweep-heartbeat.ts';
import { createAdminAccess } from '../io/web/admin-token.ts';
import { registerAdmin } from '../io/web/admin.ts';
import { addressOf } from '../io/web/client-address.ts';
import { createLoginThrottle } from '../io/web/login-throttle.ts';
import { registerHubCallback } from '../io/web/hub-callback.ts';
import { registerHub } from '../io/web/hub.ts';
import { registerMetrics } from '../io/web/metrics.ts';
import { createWeb, type HealthCheck } from '../io/web/server.ts';
import { adminAct, type AdminDeps, adminSplit, adminView } from '../jobs/operator/admin.ts';
import { type HubDeps, takeHubRequest } from '../jobs/hub/hub.ts';
import type { PublishDeps } from '../jobs/publish/publish.ts';
import { documentAt } from '../jobs/publish/site-documents.ts';
import type { SplitDeps } from '../jobs/operator/split-story.ts';
import type { Subscriber } from './subscriber.ts';
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
  readonly counters: SharedCounters;
  readonly hub: HubDeps;
  readonly subscriber: Subscriber;
  readonly status: SweepHeartbeat;
  readonly now: () => number;
  readonly log: Log;
}

/** A sweep is a second apart; after this silence something is wrong. */
const SWEEP_SILENT_MS = 15_000;

/** Serves until the function it gives back is called. */
export async function serve(deps: ServeDeps): Promise<() => Promise<void>> {
  const { settings, publishDeps, documents, adminDeps, splitDeps, counters, hub, subscriber, status, now, log } = deps;
  const requests = createRequests();
  const attempts = createLoginThrottle();
  const access = createAdminAccess(settings, log);
  // At the start, so that the log names the file with the token.
  access();
  const web = createWeb({
    settings,
    documents,
    render: (path, before) => documentAt(path, before, publishDeps),
    health: { ready: () => ready(status, now()) },
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
    view: (path, query) => adminView(path, query, adminDeps),
    render: renderAdminPage,
    css: ADMIN_CSS,
    act: (action, sourceId) => adminAct(action, sourceId, adminDeps),
    split: (entryId) => adminSplit(entryId, splitDeps, now()),
    attempts,
    now,
    log,
  });
  registerMetrics(web.app, createMetrics({ version, requests, counters, system: adminDeps.system }), {
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
  const address = await web.listen();
  log.info({ address }, 'serving');
  return async () => {
    await web.close();
    await unwatch();
  };
}

async function ready(status: SweepHeartbeat, now: number): Promise<readonly HealthCheck[]> {
  const sweptAt = await status.sweptAt().catch((error: unknown) => (error instanceof Error ? error : undefined));
  if (sweptAt instanceof Error) return [{ name: 'redis', ok: false, message: sweptAt.message }];
  const silentMs = now - (sweptAt ?? 0);
  return [
    { name: 'redis', ok: true },
    sweptAt === undefined || silentMs > SWEEP_SILENT_MS
      ? { name: 'sweep', ok: false, message: 'no worker has looked for due sources lately; is one running?' }
      : { name: 'sweep', ok: true },
  ];
}
