import { describe, expect, it } from 'vitest';
import type { EntryDecision } from '../../../src/jobs/ingest/entry-decision.ts';
import type { Ingested } from '../../../src/jobs/ingest/ingest-entries.ts';
import { rememberedOf } from '../../../src/jobs/ingest/source-memory.ts';
import type { Source } from '../../../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../../../src/model/source-state.ts';
import { documentOf, draftOf, HOUR, T0 } from '../newsroom.ts';

const URL = 'https://a.example/feed';
// Nothing else of a source is read here.
const source = { id: 'a', url: URL } as Source;
const drafts = ['1', '2', '3', '4'].map((guid) => draftOf('a', { guid, url: `https://a.example/${guid}` }));

/** What ingesting came to, of which only what the test names matters. */
function ingested(more: Partial<Ingested>): Ingested {
  return { added: 0, changed: 0, joined: 0, decisions: [], ...more };
}

function churning(title: string): EntryDecision {
  const [entry] = documentOf('a', { guid: title, title });
  if (entry === undefined) throw new Error('no entry');
  return { kind: 'changed', entry, entryId: entry.id, postId: entry.id, announced: false, edit: 'churning' };
}

const after = (result: Partial<Ingested>, state: SourceState = FIRST_STATE, read = drafts) =>
  rememberedOf(read, ingested(result), { source, state, at: T0 });

describe('rememberedOf', () => {
  it('counts new entries and those that joined a story as usual for the source', () => {
    const state = { ...FIRST_STATE, lastSuccessAt: T0 - HOUR, usual: { url: URL, batches: [2] } };
    expect(after({ added: 3, joined: 2 }, state).usual).toEqual({ url: URL, batches: [5, 2] });
  });

  it('keeps nothing about guids that serve', () => {
    expect(after({ evidence: { byGuid: 4, renamed: 0, renamedByLink: 0 } }).identity?.by).toBeUndefined();
  });

  it('identifies entries by guid and link once several of one document share a guid', () => {
    const shared = drafts.map((draft, index) => ({ ...draft, guid: 'same', title: `Title ${index}` }));
    expect(after({}, FIRST_STATE, shared).identity).toMatchObject({ by: 'guid and link' });
  });

  it('gives up guids that changed in several documents in a row', () => {
    let state: SourceState = FIRST_STATE;
    for (let document = 0; document < 5 && state.identity?.by === undefined; document += 1) {
      const { identity } = after({ evidence: { byGuid: 0, renamed: 4, renamedByLink: 4 } }, state);
      state = { ...state, ...(identity !== undefined && { identity }) };
    }
    expect(state.identity?.by).toBe('link');
  });

  it('counts changes that are too frequent to announce, and names the last entry', () => {
    const before = { ...FIRST_STATE, churning: { at: T0 - HOUR, count: 2, title: 'Old' } };
    const decisions = [churning('One'), churning('Two')];
    expect(after({ decisions }, before).churning).toEqual({ at: T0, count: 4, title: 'Two' });
  });

  it('keeps the count of a document without such changes', () => {
    const before = { ...FIRST_STATE, churning: { at: T0 - HOUR, count: 2, title: 'Old' } };
    expect(after({}, before).churning).toEqual(before.churning);
    expect(after({})).not.toHaveProperty('churning');
  });
});
