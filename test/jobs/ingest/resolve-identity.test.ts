import { describe, expect, it } from 'vitest';
import { ingestEntries } from '../../../src/jobs/ingest/ingest-entries.ts';
import { lookUpEntries, resolveIdentity } from '../../../src/jobs/ingest/resolve-identity.ts';
import { memoryStore, type MemoryStore } from '../../support/memory-store.ts';
import { documentOf, type EntryOf, HOUR, sentences, settingsOf, T0 } from '../newsroom.ts';

const TEXTS = [1, 2, 3].map((seed) => sentences(seed, 6).join(''));
const entry = (number: number, more: EntryOf = {}): EntryOf => ({
  guid: `guid-${number}`,
  url: `https://a.example/${number}`,
  title: `Headline ${number}`,
  text: TEXTS[number - 1] ?? '',
  publishedAt: T0 - number * HOUR,
  ...more,
});

/** A store with these entries, and their ids. */
async function storeWith(...entries: readonly EntryOf[]): Promise<{ store: MemoryStore; ids: readonly string[] }> {
  const store = memoryStore();
  const { decisions } = await ingestEntries(documentOf('a', ...entries), { ...store, settings: settingsOf() }, T0);
  const byGuid = new Map(decisions.map((one) => [one.entry.draft.guid, one.entryId]));
  return { store, ids: entries.map(({ guid }) => byGuid.get(guid) ?? '') };
}

/** Which stored entry each entry of a document is, by its id; `new` for none. */
async function resolved(store: MemoryStore, ...entries: readonly EntryOf[]) {
  const document = documentOf('a', ...entries);
  const placed = document.map((one) => ({ entry: one, place: 0 }));
  const { items, evidence } = await resolveIdentity(
    await lookUpEntries(placed, store.posts, T0),
    () => document,
    store.posts,
  );
  return { ids: items.map(({ known }) => (known.stored === undefined ? 'new' : known.id)), evidence };
}

describe('resolveIdentity', () => {
  it('recognises known entries by their guid', async () => {
    const { store, ids } = await storeWith(entry(1), entry(2));
    const found = await resolved(store, entry(1), entry(2), entry(3));
    expect(found).toEqual({ ids: [...ids, 'new'], evidence: { byGuid: 2, renamed: 0, renamedByLink: 0 } });
  });

  it('recognises an entry with another guid by its link, and counts it', async () => {
    const { store, ids } = await storeWith(entry(1));
    const found = await resolved(store, entry(1, { guid: 'another' }));
    expect(found).toEqual({ ids, evidence: { byGuid: 0, renamed: 1, renamedByLink: 1 } });
  });

  it('gives a link to one entry of a document only: the one with the guid keeps its post', async () => {
    const { store, ids } = await storeWith(entry(1));
    const found = await resolved(store, entry(1), entry(2, { title: 'Headline 1', url: 'https://a.example/1' }));
    expect(found.ids).toEqual([ids[0], 'new']);
  });

  it('recognises a headline that was edited, if guid and link are made of it', async () => {
    const { store, ids } = await storeWith(entry(1));
    const edited = entry(1, {
      guid: 'headline-1-edited',
      url: 'https://a.example/headline-1-edited',
      title: 'Headline 1, edited',
    });
    const found = await resolved(store, edited);
    expect(found.ids).toEqual(ids);
    expect(found.evidence.renamed).toBe(1);
  });

  it.each<[string, readonly EntryOf[]]>([
    ['another time', [entry(1, { guid: 'g', url: 'https://a.example/g', publishedAt: T0 })]],
    ['another text', [entry(1, { guid: 'g', url: 'https://a.example/g', title: 'Other', text: TEXTS[2] ?? '' })]],
    [
      'the post still listed',
      [entry(1), entry(1, { guid: 'g', url: 'https://a.example/g', title: 'Headline 1, edited' })],
    ],
  ])('takes an entry for a new one with %s', async (_title, entries) => {
    const { store } = await storeWith(entry(1));
    expect((await resolved(store, ...entries)).ids.at(-1)).toBe('new');
  });

  it('takes an entry that has only its guid in common with the post for another story', async () => {
    const { store, ids } = await storeWith(entry(1));
    const other = entry(2, { guid: 'guid-1', title: 'Quite different words', publishedAt: T0 });
    const found = await resolved(store, other);
    expect(found.ids).toEqual(['new']);
    expect(found.evidence.byGuid).toBe(0);
    expect(ids).toHaveLength(1);
  });

  it('writes nothing but the day on which entries were listed, and reads no further if all is known', async () => {
    const { store } = await storeWith(entry(1), entry(2));
    const before = store.writes.length;
    await resolved(store, entry(1), entry(2));
    expect(store.writes.slice(before)).toEqual(['look up']);
  });
});
