import { describe, expect, it } from 'vitest';
import { findSimilar } from '../../../src/jobs/ingest/find-similar.ts';
import type { DuplicateSettings } from '../../../src/model/settings.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { documentOf, type EntryOf, HOUR, sentences, T0 } from '../newsroom.ts';

const SETTINGS: DuplicateSettings = { windowMs: 72 * HOUR, threshold: 0.6, within: [] };
const TEXT = sentences(1, 12);

/** Asks for the near-duplicates of one entry of a source. */
async function ask(
  store: ReturnType<typeof memoryStore>,
  sourceId: string,
  id: string,
  more: EntryOf & { readonly at?: number } = {},
  settings = SETTINGS,
) {
  const { at = T0, ...entry } = more;
  const [identified] = documentOf(sourceId, { title: 'Headline', text: TEXT.join(''), ...entry });
  if (identified === undefined) throw new Error('no entry');
  const found = await findSimilar([{ entry: identified, id, publishedAt: at }], settings, store.nearDuplicates, T0);
  return found.get(id);
}

const idOf = (number: number): string => String(number).padStart(16, '0');

describe('findSimilar', () => {
  it.each<[string, DuplicateSettings]>([['a threshold of 1', { ...SETTINGS, threshold: 1 }]])(
    'with %s reads and remembers nothing',
    async (_title, settings) => {
      const store = memoryStore();
      expect(await ask(store, 'a', idOf(1), {}, settings)).toBeUndefined();
      expect(store.writes).toEqual([]);
    },
  );

  it('of no entries takes no round trip', async () => {
    const store = memoryStore();
    expect(await findSimilar([], SETTINGS, store.nearDuplicates, T0)).toEqual(new Map());
    expect(store.writes).toEqual([]);
  });

  it('takes one round trip for all entries of a document', async () => {
    const store = memoryStore();
    const entries = documentOf('a', { guid: '1', text: TEXT.join('') }, { guid: '2', text: sentences(2, 9).join('') });
    const queries = entries.map((entry, index) => ({ entry, id: idOf(index), publishedAt: T0 }));
    await findSimilar(queries, SETTINGS, store.nearDuplicates, T0);
    expect(store.writes).toEqual(['remember texts']);
  });

  it('finds the text of another source, the most similar first', async () => {
    const store = memoryStore();
    await ask(store, 'a', idOf(1));
    await ask(store, 'b', idOf(2), { text: [...TEXT.slice(0, 10), ...sentences(3, 2)].join('') });
    const found = await ask(store, 'c', idOf(3));
    expect(found?.map(({ entryId }) => entryId)).toEqual([idOf(1), idOf(2)]);
    expect(found?.[0]?.score).toBeGreaterThan(found?.[1]?.score ?? 1);
  });

  it.each<[string, string, EntryOf & { readonly at?: number }, readonly string[], readonly string[]]>([
    ['of the same source', 'a', {}, [], []],
    ['of the same source, if that is configured', 'a', {}, ['a'], [idOf(1)]],
    ['of a source without a category in common', 'b', { categories: ['sport'] }, [], []],
    ['published at the end of the window', 'b', { at: T0 + 72 * HOUR }, [], [idOf(1)]],
    ['published after the window', 'b', { at: T0 + 72 * HOUR + 1000 }, [], []],
    ['with another text', 'b', { title: 'Other', text: sentences(7, 12).join('') }, [], []],
  ])('compares a text %s', async (_title, sourceId, more, within, expected) => {
    const store = memoryStore();
    await ask(store, 'a', idOf(1));
    const found = await ask(store, sourceId, idOf(2), more, { ...SETTINGS, within });
    expect(found?.map(({ entryId }) => entryId)).toEqual(expected);
  });

  it('neither compares nor finds an entry that was split from a story', async () => {
    const store = memoryStore();
    await ask(store, 'a', idOf(1));
    await store.nearDuplicates.exclude([idOf(1)]);
    expect(await ask(store, 'b', idOf(2))).toEqual([]);
    expect(await ask(store, 'a', idOf(1))).toEqual([]);
  });
});
