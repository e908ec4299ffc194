/** Which entries of other sources tell in nearly the same words what these tell? */
import type { DuplicateSettings } from '../../model/settings.ts';
import type { NearDuplicates, RememberedText } from '../../ports/near-duplicates.ts';
import type { Identified } from '../../stages/identify/identify.ts';
import { isSameStory } from '../../stages/similar/same-story.ts';
import { readSignature } from '../../stages/similar/signature.ts';
import { signatureOfDraft } from '../../stages/similar/telling.ts';
import type { SimilarityMatch } from './entry-decision.ts';

export interface SimilarityQuery {
  readonly entry: Identified;
  readonly id: string;
  readonly publishedAt: number;
}

/** One round trip for all; none where nothing is asked or nothing can be near enough. */
export async function findSimilar(
  queries: readonly SimilarityQuery[],
  { windowMs, threshold }: DuplicateSettings,
  nearDuplicates: Pick<NearDuplicates, 'rememberAndFind'>,
  now: number,
): Promise<ReadonlyMap<string, readonly SimilarityMatch[]>> {
  if (queries.length === 0 || threshold >= 1) return new Map();
  const tellings = queries.map(({ entry, id, publishedAt }) => {
    const { bytes, bands } = signatureOfDraft(entry.draft);
    const { sourceKey, draft } = entry;
    return { id, sourceKey, categories: draft.categories, publishedAt, signature: bytes, bands };
  });
  const told = await nearDuplicates.rememberAndFind(tellings, windowMs, now);
  return new Map(tellings.map(({ id, signature }, index) => [id, alike(signature, told[index] ?? [], threshold)]));
}

/** Most alike first. */
function alike(signature: Uint8Array, told: readonly RememberedText[], threshold: number): readonly SimilarityMatch[] {
  const own = readSignature(signature);
  return told
    .flatMap((other) => {
      const { same, score } = isSameStory(own, readSignature(other.signature), threshold);
      return same ? [{ entryId: other.id, score }] : [];
    })
    .sort((a, b) => b.score - a.score || (a.entryId < b.entryId ? -1 : 1));
}
