/** How do the entries of one document become posts, each exactly once? */
import type { KeyAssignment } from '../../model/entry-record.ts';
import { StoreError } from '../../model/errors.ts';
import type { HeldEntry } from '../../model/held-entry.ts';
import type { Settings } from '../../model/settings.ts';
import type { HeldStore } from '../../ports/held.ts';
import type { Takedowns } from '../../ports/takedowns.ts';
import type { NearDuplicates } from '../../ports/near-duplicates.ts';
import type { Posts, StoredStory } from '../../ports/posts.ts';
import { expiredAtOnce } from '../../stages/classify/age.ts';
import { undatedOffset } from '../../stages/classify/archive.ts';
import { classify, type Classification } from '../../stages/classify/classify.ts';
import { preferPrimary } from '../../stages/classify/stories.ts';
import { takedownKeys } from '../../stages/identify/takedown-keys.ts';
import type { Identified } from '../../stages/identify/identify.ts';
import type { DecisionKind, EntryDecision, ClassifiedEntry, SimilarityMatch } from './entry-decision.ts';
import { findSimilar, type SimilarityQuery } from './find-similar.ts';
import { isNew, reasonToHold, type SourceHistory } from './hold-back.ts';
import {
  type GuidEvidence,
  lookUpEntries,
  type MatchedEntry,
  type PlacedEntry,
  resolveIdentity,
} from './resolve-identity.ts';
import { groupByStory } from './story-groups.ts';
import { type Decided, decideStory } from './story-writes.ts';

/** Number of attempts while other workers write the same stories. */
const MOST_ATTEMPTS = 8;

export interface IngestDeps {
  /** `keep` absent: entries of any age are published. */
  readonly settings: Pick<Settings, 'html' | 'duplicates' | 'edits' | 'categories' | 'flood'> &
    Partial<Pick<Settings, 'keep'>>;
  readonly posts: Pick<Posts, 'lookUp' | 'assignKeys' | 'stories' | 'save' | 'latest'>;
  readonly nearDuplicates: Pick<NearDuplicates, 'rememberAndFind'>;
  readonly held: Pick<HeldStore, 'hold'>;
  /** Absent if no post was ever removed permanently. */
  readonly takedowns?: Pick<Takedowns, 'find'>;
}

/** The document that lists the entries now. */
export interface ListedDocument extends SourceHistory {
  /** All its entries, including those that need not be read again; seldom needed. */
  readonly whole: () => readonly Identified[];
}

export interface IngestContext {
  /** Absent when the operator releases held entries: then only the keys decide, and nothing is held. */
  readonly document?: ListedDocument;
  /** Undated entries after this many are dated further and further back, because the document is an archive. */
  readonly archiveFrom?: number;
}

/** Number of entries by decision. */
export interface Ingested {
  readonly added: number;
  readonly changed: number;
  /** Entries of stories that another source reported first. */
  readonly joined: number;
  /** One for each entry, in no particular order. */
  readonly decisions: readonly EntryDecision[];
  /** Of a listed document. */
  readonly evidence?: GuidEvidence;
}

/**
 * look up -> resolve identity -> classify -> hold back -> find similar -> group -> save. A document of known entries
 * takes one round trip; one with new entries, up to four. May be repeated, also after a crash between any two writes.
 * If another worker changed a record in between, its entries are looked up and decided again.
 *
 * @throws StoreError when the store cannot be reached; posts saved by then are complete
 */
export async function ingestEntries(
  entries: readonly Identified[],
  { settings, posts, nearDuplicates, held, takedowns }: IngestDeps,
  now: number,
  { document, archiveFrom }: IngestContext = {},
): Promise<Ingested> {
  const preference = preferPrimary(settings.categories);
  const decisions: EntryDecision[] = [];
  let evidence: GuidEvidence | undefined;
  let left: readonly PlacedEntry[] = entries.map((entry, place) => ({
    entry,
    place: undatedOffset(place, archiveFrom),
  }));
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > MOST_ATTEMPTS)
      throw new StoreError(`${left.length} posts were changed by other workers in ${MOST_ATTEMPTS} attempts`);
    const matched = await lookUpEntries(left, posts, now);
    const resolved = document && (await resolveIdentity(matched, document.whole, posts));
    evidence ??= resolved?.evidence;
    const classified = await withoutExpired(
      await withoutTakenDown(onlyFirst((resolved?.items ?? matched).map(classifyEntry)), takedowns),
      { keep: settings.keep, posts, now },
    );
    const reason = document && reasonToHold(classified, document, settings.flood, now);
    const kept = reason === undefined ? [] : classified.filter(isNew);
    const quiet = classified.filter((item) => kept.includes(item) || !isOffered(item.classification));
    await assignKeys(quiet, posts);
    if (document !== undefined && reason !== undefined)
      await held.hold(document.source.id, reason, kept.map(toHold), now);
    const offered = classified.filter((item) => !quiet.includes(item));
    const similar = await findSimilar(queriesOf(offered, now), settings.duplicates, nearDuplicates, now);
    const stories = await storiesOf(offered, similar, posts);
    const decided = groupByStory(offered, similar, stories).map((group) =>
      decideStory(group, {
        html: settings.html,
        edits: settings.edits,
        preference,
        within: settings.duplicates.within,
        now,
      }),
    );
    const refused = new Set(
      await posts.save(
        decided.flatMap(({ write }) => write ?? []),
        now,
      ),
    );
    const isRefused = ({ write }: Decided): boolean => write !== undefined && refused.has(write.post.id);
    decisions.push(
      ...quiet.flatMap((item) => quietDecision(item, kept.includes(item) ? reason : undefined) ?? []),
      ...decided.flatMap((story) => (isRefused(story) ? [] : story.decisions)),
    );
    left = decided.filter(isRefused).flatMap(({ group }) => group.offered);
  }
  const count = (...kinds: readonly DecisionKind[]): number =>
    decisions.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    added: count('added'),
    changed: count('changed'),
    joined: count('duplicate', 'similar'),
    decisions,
    ...(evidence !== undefined && { evidence }),
  };
}

/** A new entry whose post was removed permanently counts as forgotten, under any id. */
async function withoutTakenDown(
  classified: readonly ClassifiedEntry[],
  takedowns: Pick<Takedowns, 'find'> | undefined,
): Promise<readonly ClassifiedEntry[]> {
  const fresh = classified.filter(isNew);
  if (takedowns === undefined || fresh.length === 0) return classified;
  const found = await takedowns.find(fresh.map(({ entry }) => takedownKeys(entry.draft)));
  const barred = new Set(fresh.filter((_, index) => found[index] !== undefined));
  return classified.map((item) => (barred.has(item) ? { ...item, classification: { kind: 'forgotten' } } : item));
}

/** A new entry that would expire immediately counts as forgotten; otherwise readers would see it come and go. */
async function withoutExpired(
  classified: readonly ClassifiedEntry[],
  {
    keep,
    posts,
    now,
  }: { readonly keep: Settings['keep'] | undefined; readonly posts: Pick<Posts, 'latest'>; readonly now: number },
): Promise<readonly ClassifiedEntry[]> {
  if (keep === undefined) return classified;
  const fresh = classified.filter(isNew);
  const sourceId = fresh.find(({ entry }) => (entry.draft.publishedAt ?? now) < now - keep.postsMs)?.entry.draft.source
    .id;
  if (sourceId === undefined) return classified;
  const stored = await posts.latest({ scope: { kind: 'source', id: sourceId }, limit: keep.perSource });
  const dated = fresh.map((item) => ({ item, at: item.entry.draft.publishedAt ?? now - item.place }));
  const expired = new Set(
    expiredAtOnce(
      dated.map(({ at }) => at),
      stored.map(({ publishedAt }) => publishedAt),
      keep,
      now,
    ).flatMap((index) => dated[index]?.item ?? []),
  );
  return classified.map((item) => (expired.has(item) ? { ...item, classification: { kind: 'forgotten' } } : item));
}

function classifyEntry({ entry, place, known }: MatchedEntry): ClassifiedEntry {
  return { entry, place, id: known.id, known, classification: classify(entry, known.stored) };
}

/** If two entries of one document turn out to be the same, the first one is used, and gets the keys of both. */
function onlyFirst(classified: readonly ClassifiedEntry[]): readonly ClassifiedEntry[] {
  const first = new Map<string, ClassifiedEntry>();
  for (const item of classified) {
    const other = first.get(item.id);
    first.set(item.id, other === undefined ? item : withKeys(other, item.known.newKeys));
  }
  return [...first.values()];
}

function withKeys(item: ClassifiedEntry, more: readonly KeyAssignment[]): ClassifiedEntry {
  return { ...item, known: { ...item.known, newKeys: [...item.known.newKeys, ...more] } };
}

function isOffered({ kind }: Classification): boolean {
  return kind !== 'known' && kind !== 'forgotten';
}

/** Keys of entries that are not saved now; no round trip if all keys are known. */
async function assignKeys(quiet: readonly ClassifiedEntry[], posts: Pick<Posts, 'assignKeys'>): Promise<void> {
  const keys = quiet.flatMap(({ known }) => known.newKeys);
  if (keys.length > 0) await posts.assignKeys(keys);
}

function toHold({ entry, id, place }: ClassifiedEntry): HeldEntry {
  return { ...entry, id, place };
}

/**
 * New entries, and those whose text has changed: later entries are compared with the text before and after the change.
 */
function queriesOf(offered: readonly ClassifiedEntry[], now: number): readonly SimilarityQuery[] {
  return offered
    .filter(({ classification }) => classification.kind !== 'changed' || classification.announced)
    .map(({ entry, id, place }) => ({ entry, id, publishedAt: entry.draft.publishedAt ?? now - place }));
}

/** By the requested id. */
async function storiesOf(
  offered: readonly ClassifiedEntry[],
  similar: ReadonlyMap<string, readonly SimilarityMatch[]>,
  posts: Pick<Posts, 'stories'>,
): Promise<ReadonlyMap<string, StoredStory>> {
  const wanted = new Set(
    offered.flatMap(({ id, known }) =>
      known.stored === undefined ? [...known.linked, ...(similar.get(id) ?? []).map(({ entryId }) => entryId)] : [id],
    ),
  );
  if (wanted.size === 0) return new Map();
  const ids = [...wanted];
  const found = await posts.stories(ids);
  return new Map(found.map((story, index) => [ids[index] ?? story.id, story]));
}

function quietDecision(
  { entry, id, known, classification }: ClassifiedEntry,
  heldBecause: string | undefined,
): EntryDecision | undefined {
  const { matched, stored } = known;
  const postId = stored?.storyId ?? id;
  const decision = { entry, entryId: id, ...(matched !== undefined && { matched }), postId };
  if (heldBecause !== undefined) return { ...decision, kind: 'held', reason: heldBecause };
  return classification.kind === 'known' || classification.kind === 'forgotten'
    ? { ...decision, kind: classification.kind }
    : undefined;
}
