import { describe, expect, it } from 'vitest';
import { ingestDocument } from '../../../src/jobs/ingest/ingest-document.ts';
import type { RuleSettings } from '../../../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { compileRules } from '../../../src/stages/filter/filter.ts';
import { memoryStore, type MemoryStore } from '../../support/memory-store.ts';
import { draftOf, type EntryOf, HOUR, sentences, settingsOf, T0 } from '../newsroom.ts';
import { sampleSource } from '../../stages/render/samples.ts';

const source = sampleSource({ id: 'a', url: 'https://a.example/feed' });
const READ: SourceState = { ...FIRST_STATE, lastSuccessAt: T0 - HOUR, usual: { url: source.url, batches: [2] } };
const DROP_BONDS: RuleSettings = { type: 'keyword', field: 'title', any: ['Bonds'], then: 'drop' };

const entry = (number: number, more: EntryOf = {}): EntryOf => ({
  guid: String(number),
  url: `https://a.example/${number}`,
  title: `Headline ${number}`,
  text: sentences(number, 6).join(''),
  ...more,
});

interface Offer {
  readonly entries: readonly EntryOf[];
  readonly rules?: readonly RuleSettings[];
  readonly isReadAnew?: boolean;
  readonly state?: SourceState;
}

function ingest(store: MemoryStore, { entries, rules = [], isReadAnew = false, state = READ }: Offer) {
  const drafts = entries.map((one) => draftOf('a', one));
  const document = {
    sourceId: 'a',
    url: source.url,
    at: T0,
    isReadAnew,
    state,
    entries: drafts.length,
    whole: () => drafts,
  };
  const deps = { ...store, settings: settingsOf() };
  return ingestDocument(drafts, { source, rules: compileRules(rules) }, document, deps);
}

const titles = (store: MemoryStore): readonly string[] =>
  store
    .all()
    .map(({ title }) => title)
    .sort();

const kinds = async (store: MemoryStore, id: string) =>
  (await store.trace.find([id], T0)).events.map(({ decision }) => decision.kind);

describe('ingestDocument', () => {
  it('publishes the entries that the rules keep, and records the others', async () => {
    const store = memoryStore();
    const offer = { entries: [entry(1), entry(2, { title: 'Bonds' })], rules: [DROP_BONDS] };
    const { ingested, remembered } = await ingest(store, offer);
    expect(titles(store)).toEqual(['Headline 1']);
    expect(ingested).toMatchObject({ added: 1, changed: 0, joined: 0 });
    expect(remembered.usual?.batches).toEqual([1, 2]);
    expect(await kinds(store, store.all()[0]?.id ?? '')).toEqual(['added']);
  });

  it('writes nothing but the day for a document of known entries', async () => {
    const store = memoryStore();
    await ingest(store, { entries: [entry(1), entry(2)] });
    const before = store.writes.length;
    await ingest(store, { entries: [entry(1), entry(2)] });
    expect(store.writes.slice(before)).toEqual(['look up']);
  });

  it('withdraws published posts only when a changed config drops them', async () => {
    const store = memoryStore();
    const bonds = entry(1, { title: 'Bonds' });
    await ingest(store, { entries: [bonds] });
    const id = store.all()[0]?.id ?? '';
    await ingest(store, { entries: [bonds], rules: [DROP_BONDS] });
    expect(titles(store)).toEqual(['Bonds']);
    await ingest(store, { entries: [bonds], rules: [DROP_BONDS], isReadAnew: true });
    expect(titles(store)).toEqual([]);
    expect(await kinds(store, id)).toContain('withdrawn');
  });

  it('dates undated entries of the first document further and further back after the flood limit', async () => {
    const spans: number[] = [];
    for (const state of [FIRST_STATE, READ]) {
      const store = memoryStore();
      const entries = Array.from({ length: 30 }, (_, index) => {
        const { publishedAt: _none, ...draft } = draftOf('a', entry(index + 1));
        return draft;
      });
      const document = {
        sourceId: 'a',
        url: source.url,
        at: T0,
        isReadAnew: false,
        state,
        entries: 30,
        whole: () => entries,
      };
      await ingestDocument(entries, { source, rules: compileRules([]) }, document, {
        ...store,
        settings: settingsOf(),
      });
      const times = store.all().map(({ publishedAt }) => publishedAt);
      spans.push(Math.max(...times) - Math.min(...times));
    }
    expect(spans[0]).toBeGreaterThan(5 * HOUR);
    expect(spans[1]).toBeLessThan(HOUR);
  });
});
