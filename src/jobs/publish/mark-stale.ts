/** Which documents does a changed config make stale, and which copies must be written again? */
import { scopeFromPath } from '../../model/paths.ts';
import { scopeKey } from '../../model/scope.ts';
import type { Settings } from '../../model/settings.ts';
import type { Documents } from '../../ports/publisher.ts';
import {
  POSTS_INPUT,
  publicationInputs,
  publishedKeys,
  staleInputs,
} from '../../stages/assemble/publication-inputs.ts';
import { isPublished } from '../../stages/assemble/stale-documents.ts';
import type { PublishDeps } from './publish.ts';

export interface MarkDeps extends Pick<PublishDeps, 'outbox' | 'copies' | 'postFiles'> {
  readonly documents: Pick<Documents, 'paths'>;
  /** Version of Feedmill: another one may render differently. */
  readonly version: string;
}

/**
 * Marks the documents as dirty that can differ between the settings they were published with and these; none if the
 * settings are equal. May be called twice: the inputs are recorded only after the marks are made.
 */
export async function markStale(settings: Settings, deps: MarkDeps): Promise<void> {
  const { outbox, copies, postFiles, documents, version } = deps;
  const [before, now] = [await outbox.inputs(), publicationInputs(settings, version)];
  const { keys, renamedSources, contentSources } = staleInputs(before, now);
  const isCopied = copies.length + postFiles.length > 0;
  const isCopyStale = isCopied && before[POSTS_INPUT] !== now[POSTS_INPUT];
  await outbox.markDirty([
    ...(isCopyStale ? publishedKeys(now) : keys),
    ...obsoleteKeys(settings, await documents.paths()),
    ...renamedSources.flatMap((id) => [`source:${id}`, `archive:source:${id}`]),
  ]);
  for (const id of contentSources) await outbox.markPostsDirty({ kind: 'source', id }, 'all');
  if (isCopyStale) await outbox.markPostsDirty({ kind: 'all' }, 'all');
  await outbox.setInputs(now);
}

/** Published categories that are no longer in the config. */
function obsoleteKeys(settings: Settings, publishedPaths: readonly string[]): readonly string[] {
  const keys = publishedPaths.flatMap((path) => {
    const scope = scopeFromPath(path)?.scope;
    return scope === undefined || isPublished(scope, settings) ? [] : [scopeKey(scope)];
  });
  return [...new Set(keys)];
}
