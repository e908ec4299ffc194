/** What happens when another config becomes the running one? */
import { assignCategories } from '../jobs/ingest/assign-categories.ts';
import { markStale } from '../jobs/publish/mark-stale.ts';
import type { PublishDeps } from '../jobs/publish/publish.ts';
import type { RunningConfig } from '../jobs/running-config.ts';
import { describeProblem } from '../model/errors.ts';
import type { Log } from '../ports/log.ts';
import { firstChecksApartMs } from '../stages/schedule/first-checks.ts';
import { version } from '../version.ts';
import type { Stores } from './stores.ts';
import type { Subscriber } from './subscriber.ts';

export interface ReconfigureDeps {
  readonly stores: Pick<Stores, 'assigned' | 'posts' | 'held' | 'checks' | 'documents'>;
  readonly publishDeps: Pick<PublishDeps, 'outbox' | 'copies' | 'postFiles'>;
  readonly subscriber: Pick<Subscriber, 'review'>;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Brings the store in line with the running config: adds and removes sources, and marks the documents that become
 * stale as dirty. May be called twice.
 *
 * @throws StoreError
 */
export async function reconfigure(config: RunningConfig, deps: ReconfigureDeps): Promise<void> {
  const { settings, sources } = config;
  const { checks, documents } = deps.stores;
  const { added, removed } = await checks.sync([...sources.keys()], deps.now(), firstChecksApartMs);
  // Before documents are marked, so that renamed categories are written with all their posts.
  const moved = await assignCategories(config, deps.stores, deps.now());
  if (moved > 0) {
    deps.log.info({ posts: moved }, 'posts were moved to the categories of the config');
    // Pages of a copy under a former name are written under the present name too.
    const renamed = settings.categories.filter(({ was }) => was.length > 0);
    await deps.publishDeps.outbox.markDirty(renamed.map(({ slug }) => `archive:category:${slug}`));
  }
  await markStale(settings, { ...deps.publishDeps, documents, version });
  await deps.subscriber.review();
  for (const warning of settings.warnings ?? []) deps.log.warn({}, describeProblem(warning));
  deps.log.info({ sources: sources.size, added, removed }, 'the config is in use');
}
