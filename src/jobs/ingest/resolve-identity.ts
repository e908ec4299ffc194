/** Which of the posts that we know is each entry of a document really? */
import { visiblePart } from '../../model/fingerprint.ts';
import type { Post } from '../../model/post.ts';
import type { KnownEntry, Posts, Renames } from '../../ports/posts.ts';
import { anotherId, type Identified, isKnownByGuid } from '../../stages/identify/identify.ts';
import { isAnotherStory, isSameEntry } from '../../stages/classify/same-entry.ts';

export interface ResolveDeps {
  readonly posts: Pick<Posts, 'claim' | 'peek' | 'stories'>;
  readonly renames: Renames;
}

/** What the entries come from. */
export interface ResolveDocument {
  /** All entries, those that need not be read again included; asked for seldom. */
  readonly whole: () => readonly Identified[];
}

export interface ResolvedIdentity {
  readonly claimed: readonly KnownEntry[];
  readonly byGuid: number;
  readonly renamed: number;
  readonly renamedByLink: number;
}

interface Item {
  readonly entry: Identified;
  readonly claimed: KnownEntry;
}

/** What the keys say is wrong: the entry is this one. */
interface Correction {
  readonly item: Item;
  readonly id: string;
  readonly renamed: boolean;
}

/**
 * Keys are not all there is to an entry. One that is known by something else than its guid is that post only where no other
 * entry of the document is it. One that nobody knows is a post of the very same moment that is no longer listed, if they
 * read alike: its headline was part of its guid and link. One that has nothing but the guid in common with its post is
 * another story. No further round trip for what is known and unchanged.
 */
export async function resolveIdentity(
  entries: readonly Identified[],
  claimed: readonly KnownEntry[],
  document: ResolveDocument,
  deps: ResolveDeps,
  now: number,
): Promise<ResolvedIdentity> {
  const items = entries.flatMap((entry, index) => {
    const answer = claimed[index];
    return answer === undefined ? [] : [{ entry, claimed: answer }];
  });
  const known = items.filter((item) => item.claimed.stored !== undefined);
  const byGuid = known.filter(matchedByGuid);
  const weak = known.filter((item) => hasGuid(item) && !matchedByGuid(item));
  const changed = byGuid.filter(hasChanged);
  const moments = postsOfTheirMoment(items);
  const posts = await postsOf(
    [...changed.map(({ claimed: { id } }) => id), ...[...moments.values()].flat()],
    deps.posts,
  );

  const others = changed.filter(({ entry, claimed: { id } }) => {
    const post = posts.get(id);
    return post !== undefined && isAnotherStory(post, entry.draft);
  });
  const likely = [...moments].flatMap(([item, ids]) => {
    const id = ids.find((one: string) => {
      const post = posts.get(one);
      return post !== undefined && isSameEntry(post, item.entry.draft);
    });
    return id === undefined ? [] : [{ item, id, renamed: true }];
  });
  const repeated = twice(items).filter((item) => !matchedByGuid(item));
  const doubtful = new Set([...weak, ...repeated]);
  const holders =
    doubtful.size + likely.length > 0 ? await holdersIn(document.whole(), doubtful, deps.posts, now) : undefined;
  const corrections: readonly Correction[] = [
    ...others.map((item) => ({ item, id: anotherId(item.entry), renamed: false })),
    ...likely.filter(({ id }) => holders?.has(id) !== true),
    ...[...doubtful]
      .filter((item) => item.entry.id !== item.claimed.id)
      .filter((item) => repeated.includes(item) || holders?.has(item.claimed.id) === true)
      .map((item) => ({ item, id: item.entry.id, renamed: false })),
  ];
  const corrected = await correct(corrections, deps, now);
  const wrong = new Set(corrections.map(({ item }) => item));
  const renamed = weak.filter((item) => !wrong.has(item));
  return {
    claimed: items.map((item) => corrected.get(item) ?? item.claimed),
    byGuid: byGuid.length - others.length,
    renamed: renamed.length + corrections.filter((one) => one.renamed).length,
    renamedByLink: renamed.filter((item) => keyName(item) === 'link').length,
  };
}

function keyName({ entry, claimed: { matched } }: Item): string | undefined {
  return matched === undefined ? undefined : entry.keys[matched]?.name;
}

function hasGuid({ entry: { keys } }: Item): boolean {
  return keys[0] !== undefined && isKnownByGuid(keys[0]);
}

function matchedByGuid({ entry, claimed: { matched } }: Item): boolean {
  const key = matched === undefined ? undefined : entry.keys[matched];
  return key !== undefined && isKnownByGuid(key);
}

function hasChanged({ entry, claimed: { stored, storyId } }: Item): boolean {
  if (stored === undefined || stored.tombstone || storyId !== undefined) return false;
  return visiblePart(stored.fingerprint) !== visiblePart(entry.fingerprint);
}

/** Entries that share their id with an earlier one of the document. */
function twice(items: readonly Item[]): readonly Item[] {
  const seen = new Set<string>();
  return items.filter(({ claimed: { id } }) => seen.has(id) || !seen.add(id));
}

/** For each entry that nobody knows, the posts that were published at exactly the same time. */
function postsOfTheirMoment(items: readonly Item[]): ReadonlyMap<Item, readonly string[]> {
  const taken = new Set(items.flatMap(({ claimed: { id, stored } }) => (stored === undefined ? [] : [id])));
  const free = items.map((item) => [item, (item.claimed.sameMoment ?? []).filter((id) => !taken.has(id))] as const);
  return new Map(free.filter(([, ids]) => ids.length > 0));
}

async function postsOf(ids: readonly string[], posts: ResolveDeps['posts']): Promise<ReadonlyMap<string, Post>> {
  if (ids.length === 0) return new Map();
  const stories = await posts.stories(ids);
  return new Map(stories.flatMap(({ post }) => (post === undefined ? [] : [[post.id, post] as const])));
}

/** The posts that entries of the document are without doubt. */
async function holdersIn(
  listed: readonly Identified[],
  doubtful: ReadonlySet<Item>,
  posts: ResolveDeps['posts'],
  now: number,
): Promise<ReadonlySet<string>> {
  // Claiming them has taught the store their guids.
  const unsure = new Set([...doubtful].map(({ entry }) => nameOf(entry)));
  const sure = listed.filter((entry) => !unsure.has(nameOf(entry)));
  const claimed = await posts.peek(sure, now);
  return new Set(claimed.flatMap(({ id, stored }) => (stored === undefined ? [] : [id])));
}

/** The same entry, read twice; what it is known by may depend on what else is read. */
function nameOf({ draft, titleKey, fingerprint }: Identified): string {
  return `${draft.guid ?? ''} ${titleKey} ${fingerprint}`;
}

/** What the entries are known by leads to the right post from now on; they are claimed anew. */
async function correct(
  corrections: readonly Correction[],
  { posts, renames }: ResolveDeps,
  now: number,
): Promise<ReadonlyMap<Item, KnownEntry>> {
  if (corrections.length === 0) return new Map();
  await renames.reassign(
    corrections.flatMap(({ item, id, renamed }) =>
      item.entry.keys
        // The link of an entry that shares it with another stays with that one.
        .filter((key) => isKnownByGuid(key) || renamed || id !== item.entry.id)
        .map(({ hash }) => ({ hash, id })),
    ),
  );
  const again = await posts.claim(
    corrections.map(({ item }) => item.entry),
    now,
  );
  return new Map(corrections.flatMap(({ item }, index) => (again[index] ? [[item, again[index]] as const] : [])));
}
