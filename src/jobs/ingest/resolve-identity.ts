/** Which stored post does each entry of a document belong to, if its keys do not decide it? */
import type { FoundEntry, KeyAssignment, KnownEntry } from '../../model/entry-record.ts';
import { visiblePart } from '../../model/fingerprint.ts';
import type { Post } from '../../model/post.ts';
import type { Posts } from '../../ports/posts.ts';
import { anotherId, type Identified, isKnownByGuid } from '../../stages/identify/identify.ts';
import { lookupOf, matchEntries, redirected } from '../../stages/identify/match.ts';
import { isAnotherStory, isSameEntry } from '../../stages/classify/same-entry.ts';

/** An entry with its place in the document. */
export interface PlacedEntry {
  readonly entry: Identified;
  /** How far before now the entry is dated if it has no date, ms; grows down the document. */
  readonly place: number;
}

/** An entry with the stored entry that its keys lead to. */
export interface MatchedEntry extends PlacedEntry {
  readonly known: KnownEntry;
}

export interface ResolvedIdentity {
  /** One for each entry, in their order. */
  readonly items: readonly MatchedEntry[];
  readonly evidence: GuidEvidence;
}

/** What the document shows about the guids of its source. */
export interface GuidEvidence {
  /** Number of entries recognised by their guid. */
  readonly byGuid: number;
  /** Number of known entries that came with another guid, ... */
  readonly renamed: number;
  /** ... and of those recognised by their link. */
  readonly renamedByLink: number;
}

/** The entry belongs to this post, not to the one that its keys lead to. */
interface Correction {
  readonly item: MatchedEntry;
  readonly id: string;
  readonly renamed: boolean;
}

/** Reads the records of the entries, and records the day on which they were listed. One round trip. */
export async function lookUpEntries(
  placed: readonly PlacedEntry[],
  posts: Pick<Posts, 'lookUp'>,
  now: number,
): Promise<readonly MatchedEntry[]> {
  const entries = placed.map(({ entry }) => entry);
  const matches = matchEntries(entries, await posts.lookUp(entries.map(lookupOf), now));
  return placed.flatMap(({ entry, place }, index) => {
    const known = matches[index];
    return known === undefined ? [] : [{ entry, place, known }];
  });
}

/**
 * Corrects matches by keys. An entry that matches a post by another key than its guid is that post only if no other
 * entry of the document is it. An unknown entry is an unlisted post with exactly the same publishing time if their
 * texts are similar: its headline was part of its guid and link. An entry that has only the guid in common with its
 * post is another story. No further round trip for known, unchanged entries; nothing is written.
 *
 * @param whole  all entries of the document, including those that need not be read again; seldom needed
 */
export async function resolveIdentity(
  items: readonly MatchedEntry[],
  whole: () => readonly Identified[],
  posts: Pick<Posts, 'lookUp' | 'stories'>,
): Promise<ResolvedIdentity> {
  const known = items.filter((item) => item.known.stored !== undefined);
  const byGuid = known.filter(matchedByGuid);
  const weak = known.filter((item) => hasGuid(item) && !matchedByGuid(item));
  const changed = byGuid.filter(hasChanged);
  const moments = postsOfTheirMoment(items);
  const stored = await postsOf([...changed.map((item) => item.known.id), ...[...moments.values()].flat()], posts);

  const others = changed.filter((item) => {
    const post = stored.get(item.known.id);
    return post !== undefined && isAnotherStory(post, item.entry.draft);
  });
  const likely = [...moments].flatMap(([item, ids]) => {
    const id = ids.find((one: string) => {
      const post = stored.get(one);
      return post !== undefined && isSameEntry(post, item.entry.draft);
    });
    return id === undefined ? [] : [{ item, id, renamed: true }];
  });
  const repeated = twice(items).filter((item) => !matchedByGuid(item));
  const doubtful = new Set([...weak, ...repeated]);
  const holders = doubtful.size + likely.length > 0 ? await holdersIn(whole(), doubtful, posts) : undefined;
  const corrections: readonly Correction[] = [
    ...others.map((item) => ({ item, id: anotherId(item.entry), renamed: false })),
    ...likely.filter(({ id }) => holders?.has(id) !== true),
    ...[...doubtful]
      .filter((item) => item.entry.id !== item.known.id)
      .filter((item) => repeated.includes(item) || holders?.has(item.known.id) === true)
      .map((item) => ({ item, id: item.entry.id, renamed: false })),
  ];
  const wrong = new Set(corrections.map(({ item }) => item));
  const right = items.filter((item) => !wrong.has(item));
  const corrected = await correct(corrections, right, posts);
  const renamed = weak.filter((item) => !wrong.has(item));
  return {
    items: items.map((item) => ({ ...item, known: corrected.get(item) ?? item.known })),
    evidence: {
      byGuid: byGuid.length - others.length,
      renamed: renamed.length + corrections.filter((one) => one.renamed).length,
      renamedByLink: renamed.filter((item) => keyName(item) === 'link').length,
    },
  };
}

function keyName({ entry, known: { matched } }: MatchedEntry): string | undefined {
  return matched === undefined ? undefined : entry.keys[matched]?.name;
}

function hasGuid({ entry: { keys } }: MatchedEntry): boolean {
  return keys[0] !== undefined && isKnownByGuid(keys[0]);
}

function matchedByGuid({ entry, known: { matched } }: MatchedEntry): boolean {
  const key = matched === undefined ? undefined : entry.keys[matched];
  return key !== undefined && isKnownByGuid(key);
}

function hasChanged({ entry, known: { stored } }: MatchedEntry): boolean {
  if (stored === undefined || stored.tombstone || stored.storyId !== undefined) return false;
  return visiblePart(stored.fingerprint) !== visiblePart(entry.fingerprint);
}

/** Entries that share their id with an earlier one of the document. */
function twice(items: readonly MatchedEntry[]): readonly MatchedEntry[] {
  const seen = new Set<string>();
  return items.filter(({ known: { id } }) => seen.has(id) || !seen.add(id));
}

/** For each unknown entry, the posts that were published at exactly the same time. */
function postsOfTheirMoment(items: readonly MatchedEntry[]): ReadonlyMap<MatchedEntry, readonly string[]> {
  const taken = new Set(items.flatMap(({ known: { id, stored } }) => (stored === undefined ? [] : [id])));
  const free = items.map((item) => [item, item.known.sameMoment.filter((id) => !taken.has(id))] as const);
  return new Map(free.filter(([, ids]) => ids.length > 0));
}

async function postsOf(ids: readonly string[], posts: Pick<Posts, 'stories'>): Promise<ReadonlyMap<string, Post>> {
  if (ids.length === 0) return new Map();
  const stories = await posts.stories(ids);
  return new Map(stories.flatMap(({ post }) => (post === undefined ? [] : [[post.id, post] as const])));
}

/** Posts that entries of the document certainly belong to. */
async function holdersIn(
  listed: readonly Identified[],
  doubtful: ReadonlySet<MatchedEntry>,
  posts: Pick<Posts, 'lookUp'>,
): Promise<ReadonlySet<string>> {
  const unsure = new Set([...doubtful].map(({ entry }) => nameOf(entry)));
  const sure = listed.filter((entry) => !unsure.has(nameOf(entry)));
  const known = matchEntries(sure, await posts.lookUp(sure.map(lookupOf)));
  return new Set(known.flatMap(({ id, stored }) => (stored === undefined ? [] : [id])));
}

/** The same entry, read twice; its keys may depend on which other entries are read. */
function nameOf({ draft, titleKey, fingerprint }: Identified): string {
  return `${draft.guid ?? ''} ${titleKey} ${fingerprint}`;
}

/** The matches, after the corrections; keys are assigned when the entries are saved. */
async function correct(
  corrections: readonly Correction[],
  right: readonly MatchedEntry[],
  posts: Pick<Posts, 'lookUp'>,
): Promise<ReadonlyMap<MatchedEntry, KnownEntry>> {
  if (corrections.length === 0) return new Map();
  const entries = corrections.map(({ item }) => item.entry);
  const answers = await posts.lookUp(
    corrections.map(({ item: { entry }, id }) => {
      const lookup = lookupOf(entry);
      return { ...lookup, ids: [...lookup.ids, id] };
    }),
  );
  const redirections = corrections.map(({ item: { entry }, id, renamed }, index) => {
    const answer = answers[index] ?? { ids: [], keys: [], sameMoment: [] };
    const record = answer.ids.at(-1);
    const to: FoundEntry = { id, ...(record !== undefined && { record }) };
    // If an entry shares its link with another one, that one keeps the key.
    const isRedirected = entry.keys.map((key) => isKnownByGuid(key) || renamed || id !== entry.id);
    const keys = entry.keys.flatMap(({ hash }, at): readonly KeyAssignment[] => {
      const before = answer.keys[at]?.id;
      // An entry is always found by its own id, so that key is not stored.
      if (isRedirected[at] !== true || before === id || (before === undefined && hash === id)) return [];
      return [{ hash, id, ...(before !== undefined && { before }) }];
    });
    return { answer: redirected(answer, isRedirected, to), keys };
  });
  const again = matchEntries(
    entries,
    redirections.map(({ answer }) => answer),
    right.map((item) => item.known),
  );
  return new Map(
    corrections.flatMap(({ item }, index) => {
      const known = again[index];
      const keys = redirections[index]?.keys ?? [];
      return known === undefined ? [] : [[item, { ...known, newKeys: [...known.newKeys, ...keys] }] as const];
    }),
  );
}
