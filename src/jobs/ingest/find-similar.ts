/** Which near-duplicates do the entries of a document have, in other sources and, if configured, in their own? */
import type { DuplicateSettings } from '../../model/settings.ts';
import type { NearDuplicates, RememberedText, SimilarityCandidate, TextOrigin } from '../../ports/near-duplicates.ts';
import type { Identified } from '../../stages/identify/identify.ts';
import { areComparable, isWithin } from '../../stages/similar/comparable.ts';
import { scoreOfSameStory } from '../../stages/similar/same-story.ts';
import { type Parts, readSignature } from '../../stages/similar/signature.ts';
import { signatureOfDraft } from '../../stages/similar/telling.ts';
import type { SimilarityMatch } from './entry-decision.ts';

/** A text that shares bands with more than this many texts comes from a template; only the newest are compared. */
const MOST_COMPARED = 64;

export interface SimilarityQuery {
  readonly entry: Identified;
  readonly id: string;
  readonly publishedAt: number;
}

/** One round trip for all; none if there is nothing to compare, or detection is off. */
export async function findSimilar(
  queries: readonly SimilarityQuery[],
  { windowMs, threshold, within }: DuplicateSettings,
  nearDuplicates: Pick<NearDuplicates, 'rememberAndFind'>,
  now: number,
): Promise<ReadonlyMap<string, readonly SimilarityMatch[]>> {
  if (queries.length === 0 || threshold >= 1) return new Map();
  const texts = queries.map(({ entry, id, publishedAt }): SimilarityCandidate => {
    const { bytes, bands } = signatureOfDraft(entry.draft);
    const { sourceKey, draft } = entry;
    return { id, sourceKey, categories: draft.categories, publishedAt, signature: bytes, bands };
  });
  const found = await nearDuplicates.rememberAndFind(texts, windowMs, now);
  return new Map(
    texts.map((text, index) => {
      const isOwnCompared = within.includes(queries[index]?.entry.draft.source.id ?? '');
      const compared = comparedWith(text, found[index] ?? [], { windowMs, isOwnCompared });
      return [text.id, matchesOf(readSignature(text.signature), compared, threshold)];
    }),
  );
}

function comparedWith(
  text: SimilarityCandidate,
  found: readonly RememberedText[],
  { windowMs, isOwnCompared }: { readonly windowMs: number; readonly isOwnCompared: boolean },
): readonly RememberedText[] {
  const compared: RememberedText[] = [];
  const origins = new Map<TextOrigin, boolean>();
  const isComparableOrigin = (origin: TextOrigin): boolean => {
    const known = origins.get(origin) ?? areComparable(text, origin, isOwnCompared);
    origins.set(origin, known);
    return known;
  };
  for (const other of found) {
    if (other.apart || !isComparableOrigin(other.origin) || !isWithin(text, other, windowMs)) continue;
    compared.push(other);
    if (compared.length === MOST_COMPARED) break;
  }
  return compared;
}

/** The most similar first. */
function matchesOf(own: Parts, compared: readonly RememberedText[], threshold: number): readonly SimilarityMatch[] {
  return compared
    .flatMap((other) => {
      const score = scoreOfSameStory(own, readSignature(other.signature), threshold);
      return score === undefined ? [] : [{ entryId: other.id, score }];
    })
    .sort((a, b) => b.score - a.score || (a.entryId < b.entryId ? -1 : 1));
}
