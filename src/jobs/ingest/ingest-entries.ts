/** How do the entries of one document become posts, each exactly once? */
import { InvariantError, StoreError } from '../../model/errors.ts';
import type { Settings } from '../../model/settings.ts';
import type { NearDuplicates } from '../../ports/near-duplicates.ts';
import type { KnownEntry, Posts, StoredStory } from '../../ports/posts.ts';
import type { Identified } from '../../stages/identify/identify.ts';
import { undatedOffset } from '../../stages/classify/archive.ts';
import { classify, type Classification } from '../../stages/classify/classify.ts';
import { preferPrimary } from '../../stages/classify/stories.ts';
import { type SimilarityQuery, findSimilar } from './find-similar.ts';
import type { DecisionKind, EntryDecision, ClassifiedEntry, SimilarityMatch } from './entry-decision.ts';
import { groupByStory } from './story-groups.ts';
import { type Decided, decideStory } from './story-writes.ts';

/** How often a document is claimed anew when others write the same stories at the same moment. */
const MOST_ATTEMPTS = 8;

export interface IngestDeps {
  readonly settings: Pick<Settings, 'html' | 'duplicates' | 'edits' | 'categories'>;
  readonly posts: Pick<Posts, 'claim' | 'stories' | 'save'>;
  readonly nearDuplicates: Pick<NearDuplicates, 'rememberAndFind'>;
  /** Which posts the entries really are, where the keys are not all there is to say. */
  readonly resolveIdentity?: (
    entries: readonly Identified[],
    claimed: readonly KnownEntry[],
  ) => Promise<readonly KnownEntry[]>;
  /** The document is an archive: undated entries beyond the first so many are dated further and further back. */
  readonly archiveFrom?: number;
  /** Which of the judged entries are not to become posts now, by what they are known by, each with the reason. */
  readonly holdBack?: (judged: readonly ClassifiedEntry[]) => Promise<ReadonlyMap<string, string>>;
}

/** How many entries ended how. */
export interface Ingested {
  readonly added: number;
  readonly changed: number;
  /** Stories another source told first. */
  readonly joined: number;
  /** One for each entry, in no particular order. */
  readonly decisions: readonly EntryDecision[];
}

interface Placed {
  readonly entry: Identified;
  /** How far before now it is dated if it says nothing itself, ms. */
  readonly place: number;
}

/**
 * claim -> settle -> judge -> hold back -> find what is alike (new and changed only) -> read the stories concerned -> sanitise ->
 * save. A document in which all is known takes one round trip; one with new entries, up to four. Twice the same
 * changes nothing; a write that another worker overtook is claimed and judged again.
 *
 * @throws StoreError when the store cannot be reached; what was saved by then is whole
 */
export async function ingestEntries(entries: readonly Identified[], deps: IngestDeps, now: number): Promise<Ingested> {
  const { posts, settings } = deps;
  const preference = preferPrimary(settings.categories);
  const decisions: EntryDecision[] = [];
  let left: readonly Placed[] = entries.map((entry, place) => ({
    entry,
    place: undatedOffset(place, deps.archiveFrom),
  }));
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > MOST_ATTEMPTS) throw new StoreError(`${left.length} posts were overtaken ${MOST_ATTEMPTS} times`);
    const offering = left.map(({ entry }) => entry);
    const answers = await posts.claim(offering, now);
    const claimed = (await deps.resolveIdentity?.(offering, answers)) ?? answers;
    const judged = onlyFirst(left.map((placed, index) => judgedOne(placed, claimed[index])));
    const held = (await deps.holdBack?.(judged)) ?? new Map<string, string>();
    const offered = judged.filter(({ id, classification }) => !held.has(id) && isOffered(classification));
    const alike = await findSimilar(queriesOf(offered, now), settings.duplicates, deps.nearDuplicates, now);
    const stories = await storiesOf(offered, alike, posts);
    const decided = groupByStory(offered, alike, stories).map((group) =>
      decideStory(group, { html: settings.html, edits: settings.edits, preference, now }),
    );
    const refused = new Set(
      await posts.save(
        decided.flatMap(({ write }) => write ?? []),
        now,
      ),
    );
    const isRefused = ({ write }: Decided): boolean => write !== undefined && refused.has(write.post.id);
    decisions.push(
      ...judged.flatMap((item) => quietDecision(item, held.get(item.id)) ?? []),
      ...decided.flatMap((story) => (isRefused(story) ? [] : story.decisions)),
    );
    left = decided.filter(isRefused).flatMap(({ group }) => group.offered);
  }
  const count = (...kinds: readonly DecisionKind[]): number =>
    decisions.filter(({ kind }) => kinds.includes(kind)).length;
  return { added: count('added'), changed: count('changed'), joined: count('duplicate', 'similar'), decisions };
}

function judgedOne({ entry, place }: Placed, claimed: KnownEntry | undefined): ClassifiedEntry {
  if (claimed === undefined) throw new InvariantError('a claim was not answered');
  return { entry, place, id: claimed.id, claimed, classification: classify(entry, claimed.stored) };
}

/** Two entries of one document that turn out to be one: the first speaks for it. */
function onlyFirst(judged: readonly ClassifiedEntry[]): readonly ClassifiedEntry[] {
  const seen = new Set<string>();
  return judged.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function isOffered({ kind }: Classification): boolean {
  return kind !== 'known' && kind !== 'forgotten';
}

/** New entries, and those whose words have changed: later ones are compared with what they said and what they say now. */
function queriesOf(offered: readonly ClassifiedEntry[], now: number): readonly SimilarityQuery[] {
  return offered
    .filter(({ classification }) => classification.kind !== 'changed' || classification.announced)
    .map(({ entry, id, place }) => ({ entry, id, publishedAt: entry.draft.publishedAt ?? now - place }));
}

/** By the id that was asked for. */
async function storiesOf(
  offered: readonly ClassifiedEntry[],
  alike: ReadonlyMap<string, readonly SimilarityMatch[]>,
  posts: Pick<Posts, 'stories'>,
): Promise<ReadonlyMap<string, StoredStory>> {
  const wanted = new Set(
    offered.flatMap(({ id, claimed }) =>
      claimed.stored === undefined
        ? [...(claimed.linked ?? []), ...(alike.get(id) ?? []).map(({ entryId }) => entryId)]
        : [id],
    ),
  );
  if (wanted.size === 0) return new Map();
  const ids = [...wanted];
  const found = await posts.stories(ids);
  return new Map(found.map((story, index) => [ids[index] ?? story.id, story]));
}

function quietDecision(
  { entry, id, claimed, classification }: ClassifiedEntry,
  heldBecause: string | undefined,
): EntryDecision | undefined {
  const { matched, storyId } = claimed;
  const decision = { entry, entryId: id, ...(matched !== undefined && { matched }), postId: storyId ?? id };
  if (heldBecause !== undefined) return { ...decision, kind: 'held', reason: heldBecause };
  return classification.kind === 'known' || classification.kind === 'forgotten'
    ? { ...decision, kind: classification.kind }
    : undefined;
}
