/** Which documents does another config make stale, and which copies must be written again? */
import type { Settings } from '../../model/settings.ts';
import type { Documents } from '../../ports/publisher.ts';
import {
  POSTS_INPUT,
  publicationInputs,
  publishedKeys,
  staleInputs,
} from '../../stages/assemble/publication-inputs.ts';
import { obsoleteKeys, type PublishDeps } from './publish.ts';

export interface MarkDeps extends Pick<PublishDeps, 'outbox' | 'copies' | 'postFiles'> {
  readonly documents: Pick<Documents, 'paths'>;
  /** Of Feedmill: another one may render otherwise. */
  readonly version: string;
}

/**
 * Marks as dirty what can differ under these settings from what was published under the ones before; nothing if they
 * are the same. May be called twice: marks come first, and only then it is noted that they were made.
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
