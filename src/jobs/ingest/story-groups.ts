/** Which entries of a document, and which existing posts, are one story? */
import type { StoredStory } from '../../ports/posts.ts';
import type { ClassifiedEntry, SimilarityMatch } from './entry-decision.ts';

/** All entries of one story, by links and by similar texts, in whatever order they came. */
export interface StoryGroup {
  /** New, or changed. */
  readonly offered: readonly ClassifiedEntry[];
  /** Existing posts; more than one if a new entry shows that they are one story. */
  readonly stories: readonly (StoredStory & { readonly post: NonNullable<StoredStory['post']> })[];
  /** Entries that another worker is about to save, or failed to save. */
  readonly unsaved: readonly string[];
  /** Whether the story is forgotten: expired, dropped or removed. */
  readonly isForgotten: boolean;
  /** Why a new entry belongs here, by its id; none for links. */
  readonly matches: ReadonlyMap<string, SimilarityMatch>;
}

/**
 * The connected components of the similarity graph: if one entry is similar to two others, all three are one story, in
 * whatever order they came. Only new entries connect; an existing post never disappears because of an edit.
 */
export function groupByStory(
  offered: readonly ClassifiedEntry[],
  alike: ReadonlyMap<string, readonly SimilarityMatch[]>,
  stories: ReadonlyMap<string, StoredStory>,
): readonly StoryGroup[] {
  const parents = new Map<string, string>();
  const top = (id: string): string => {
    const parent = parents.get(id);
    return parent === undefined || parent === id ? id : top(parent);
  };
  const near = new Map<string, SimilarityMatch>();
  const connected = offered.map((item) => {
    const others = connectionsOf(item, alike.get(item.id) ?? [], stories, near);
    for (const other of others) parents.set(top(item.id), top(other.id));
    return { item, others };
  });
  const groups = new Map<string, (typeof connected)[number][]>();
  for (const one of connected) {
    const name = top(one.item.id);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return [...groups.values()].map((members) => {
    const ids = new Set(members.map(({ item }) => item.id));
    const others = new Map(members.flatMap(({ others: found }) => found.map((story) => [story.id, story])));
    return {
      offered: members.map(({ item }) => item),
      stories: [...others.values()].flatMap((story) => {
        const { post } = story;
        return post === undefined || story.tombstone ? [] : [{ ...story, post }];
      }),
      unsaved: [...others.values()].flatMap(({ id, version }) => (version === 0 && !ids.has(id) ? [id] : [])),
      isForgotten: [...others.values()].some(({ tombstone }) => tombstone),
      matches: near,
    };
  });
}

function connectionsOf(
  { id, known }: ClassifiedEntry,
  alike: readonly SimilarityMatch[],
  stories: ReadonlyMap<string, StoredStory>,
  near: Map<string, SimilarityMatch>,
): readonly StoredStory[] {
  const found = (ids: readonly string[]) => ids.flatMap((other) => stories.get(other) ?? []);
  if (known.stored !== undefined) return found([id]);
  const linked = found(known.linked);
  // A forgotten story is recognised by its link, not by its text.
  const matches = alike.filter(({ entryId }) => stories.get(entryId)?.tombstone === false);
  const [first] = matches;
  if (first !== undefined && linked.length === 0) near.set(id, first);
  return [...linked, ...found(matches.map(({ entryId }) => entryId))].filter((story) => story.id !== id);
}
