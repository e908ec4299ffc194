/** What follows when another config becomes the running one? */
import { configKeys, obsoleteKeys, type PublishDeps, templateVersionOf } from '../jobs/publish/publish.ts';
import type { RunningConfig } from '../jobs/running-config.ts';
import type { Settings } from '../model/settings.ts';
import type { Log } from '../ports/log.ts';
import { version } from '../version.ts';
import type { Stores } from './stores.ts';
import type { Subscriber } from './subscriber.ts';

/** New sources are first checked within this time, so that a thousand of them do not start at once. */
const FIRST_CHECKS_WITHIN_MS = 30_000;

export interface ReconfigureDeps {
  readonly stores: Pick<Stores, 'checks' | 'outbox' | 'documents'>;
  readonly publishDeps: Pick<PublishDeps, 'copies' | 'postFiles'>;
  readonly subscriber: Pick<Subscriber, 'review'>;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Brings the store in line with the running config: adds and removes sources, and marks the documents that depend on
 * the config as dirty. May be called twice.
 *
 * @throws StoreError
 */
export async function reconfigure({ settings, sources }: RunningConfig, deps: ReconfigureDeps): Promise<void> {
  const { checks, outbox, documents } = deps.stores;
  const { added, removed } = await checks.sync([...sources.keys()], deps.now(), FIRST_CHECKS_WITHIN_MS);
  await outbox.markDirty([...configKeys(settings), ...obsoleteKeys(settings, await documents.paths())]);
  await renewCopies(settings, deps);
  await deps.subscriber.review();
  deps.log.info({ sources: sources.size, added, removed }, 'the config is in use');
}

/** The web server renders the documents it lacks when they are requested; copies change only when they are written. */
async function renewCopies(
  settings: Settings,
  { stores: { outbox }, publishDeps }: Pick<ReconfigureDeps, 'stores' | 'publishDeps'>,
): Promise<void> {
  if (publishDeps.copies.length + publishDeps.postFiles.length === 0) return;
  const wanted = templateVersionOf(settings, version);
  if ((await outbox.templateVersion()) === wanted) return;
  await outbox.markEverythingDirty();
  await outbox.setTemplateVersion(wanted);
}
