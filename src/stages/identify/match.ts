/** Which stored entry is each entry of a document, by its keys? */
import type {
  EntryLookup,
  EntryRecord,
  FoundEntry,
  KeyAssignment,
  KnownEntry,
  LookupAnswer,
} from '../../model/entry-record.ts';
import type { Identified } from './identify.ts';

/** The fields of `Identified` that identify an entry. */
export type EntryKeys = Pick<Identified, 'id' | 'idInSource' | 'sourceKey' | 'titleKey' | 'keys' | 'moment'>;

/** The query to the store about an entry. */
export function lookupOf({ id, idInSource, sourceKey, titleKey, keys, moment }: EntryKeys): EntryLookup {
  return {
    // Only the id of an entry without a guid may be used by another source too.
    ids: keys[0]?.kind === 'own' ? [] : [id, ...(idInSource === undefined ? [] : [idInSource])],
    keys: keys.map(({ hash }) => hash),
    sourceKey,
    titleKey,
    ...(moment !== undefined && { moment }),
  };
}

/**
 * Matches the entries of one document, in order: keys that one entry gets count for later ones.
 *
 * - An own key (guid, text) decides alone, the first one before the others.
 * - A link decides within a source, for an entry without a guid or with the same title: one source, one link, another
 *   guid and another title is another entry.
 * - A link that leads to an entry of another source does not identify the entry; both may report one story.
 * - An entry that no key identifies is new, and gets the id of its strongest key; if it has only a link, and that id
 * belongs to an entry of another source, it gets an id within its source.
 *
 * @param answers  replies to `lookupOf` for each entry, in the same order
 * @param others   entries of the document that are matched already
 */
export function matchEntries(
  entries: readonly EntryKeys[],
  answers: readonly LookupAnswer[],
  others: readonly KnownEntry[] = [],
): readonly KnownEntry[] {
  const assigned = new Map<string, FoundEntry>();
  const assign = ({ id, stored, newKeys }: KnownEntry): void => {
    for (const { hash } of newKeys) assigned.set(hash, found(id, stored));
  };
  others.forEach(assign);
  return entries.map((entry, index) => {
    const known = matchEntry(entry, answers[index] ?? NOTHING, assigned);
    assign(known);
    return known;
  });
}

const NOTHING: LookupAnswer = { ids: [], keys: [], sameMoment: [] };

/** The same reply as if these keys led to this entry. */
export function redirected(answer: LookupAnswer, toRedirect: readonly boolean[], to: FoundEntry): LookupAnswer {
  return { ...answer, keys: toRedirect.map((isRedirected, index) => (isRedirected ? to : answer.keys[index])) };
}

interface Link {
  readonly hash: string;
  readonly to: FoundEntry;
}

function matchEntry(
  { id: ownId, idInSource, sourceKey, titleKey, keys }: EntryKeys,
  answer: LookupAnswer,
  assigned: ReadonlyMap<string, FoundEntry>,
): KnownEntry {
  const hasOwnKey = keys[0]?.kind === 'own';
  const [named, namedInSource] = answer.ids;
  const isNamed = !hasOwnKey && named?.sourceKey === sourceKey;
  let known: (FoundEntry & { readonly matched: number }) | undefined = isNamed
    ? { id: ownId, record: named, matched: 0 }
    : undefined;
  const missing: string[] = [];
  const links: Link[] = [];
  keys.forEach(({ hash, kind }, index) => {
    const to = answer.keys[index] ?? assigned.get(hash);
    if (to === undefined) missing.push(hash);
    else if (kind === 'own') known ??= { ...to, matched: index };
    else if (to.record?.sourceKey !== sourceKey) links.push({ hash, to });
    else if (!hasOwnKey || to.record.titleKey === titleKey) known ??= { ...to, matched: index };
  });
  const [link] = links;
  const isNameTaken = !hasOwnKey && link !== undefined && (link.to.id !== ownId || link.to.record !== undefined);
  const nameless: FoundEntry =
    isNameTaken && idInSource !== undefined ? found(idInSource, namedInSource) : found(ownId, named);
  const { id, record } = known ?? nameless;
  const matched = known?.matched ?? (record === undefined ? undefined : 0);
  const newKeys: KeyAssignment[] = missing
    // An entry is found by its own id; that key is not stored.
    .filter((hash) => !(hasOwnKey && hash === keys[0]?.hash && hash === id))
    .map((hash) => ({ hash, id }));
  const linked = new Set<string>();
  if (record === undefined)
    for (const { hash, to } of links) {
      const root = to.record?.storyId ?? to.id;
      if (to.record?.apart === true) newKeys.push({ hash, id, before: to.id });
      else if (root !== id) linked.add(root);
    }
  return {
    id,
    ...(matched !== undefined && { matched }),
    ...(record !== undefined && { stored: record }),
    linked: [...linked],
    sameMoment: record === undefined ? answer.sameMoment : [],
    newKeys,
  };
}

function found(id: string, record: EntryRecord | undefined): FoundEntry {
  return record === undefined ? { id } : { id, record };
}
