/** What follows when another config becomes the running one? */
import { markStale } from '../jobs/publish/mark-stale.ts';
import type { PublishDeps } from '../jobs/publish/publish.ts';
import type { RunningConfig } from '../jobs/running-config.ts';
import type { Log } from '../ports/log.ts';
import { version } from '../version.ts';
import type { Stores } from './stores.ts';
import type { Subscriber } from './subscriber.ts';

/** New sources are first checked within this time, so that a thousand of them do not start at once. */
const FIRST_CHECKS_WITHIN_MS = 30_000;

export interface ReconfigureDeps {
  readonly stores: Pick<Stores, 'checks' | 'documents'>;
  readonly publishDeps: Pick<PublishDeps, 'outbox' | 'posts' | 'copies' | 'postFiles'>;
  readonly subscriber: Pick<Subscriber, 'review'>;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Brings the store in line with the running config: adds and removes sources, and marks the documents that it makes
 * stale as dirty. May be called twice.
 *
 * @throws StoreError
 */
export async function reconfigure({ settings, sources }: RunningConfig, deps: ReconfigureDeps): Promise<void> {
  const { checks, documents } = deps.stores;
  const { added, removed } = await checks.sync([...sources.keys()], deps.now(), FIRST_CHECKS_WITHIN_MS);
  await markStale(settings, { ...deps.publishDeps, documents, version });
  await deps.subscriber.review();
  deps.log.info({ sources: sources.size, added, removed }, 'the config is in use');
}
