import { describe, expect, it } from 'vitest';
import type { ClassifiedEntry } from '../../../src/jobs/ingest/entry-decision.ts';
import { reasonToHold, type SourceHistory } from '../../../src/jobs/ingest/hold-back.ts';
import type { Source } from '../../../src/model/settings.ts';
import { FIRST_STATE } from '../../../src/model/source-state.ts';
import { documentOf, HOUR, T0 } from '../newsroom.ts';

const URL = 'https://a.example/feed';
// Nothing else of a source is read here.
const source = { id: 'a', url: URL } as Source;
const state = {
  ...FIRST_STATE,
  lastSuccessAt: T0 - HOUR,
  publishedTimes: [T0 - HOUR, T0 - 2 * HOUR],
  usual: { url: URL, batches: [3] },
};

/** Entries dated at `at`, each of one kind. */
function entries(kind: 'new' | 'known', count: number, at: number): readonly ClassifiedEntry[] {
  const drafts = Array.from({ length: count }, (_, index) => ({ guid: `${kind}${index}`, publishedAt: at }));
  return documentOf('a', ...drafts).map((entry) => ({
    entry,
    place: 0,
    id: entry.id,
    known: { id: entry.id, linked: [], sameMoment: [], newKeys: [] },
    classification: { kind },
  }));
}

const history = (more: Partial<SourceHistory> = {}): SourceHistory => ({
  source,
  state,
  isReadAnew: false,
  entries: 30,
  ...more,
});

const SETTINGS = { least: 20, times: 3 };
const many = entries('new', 30, T0);

describe('reasonToHold', () => {
  it.each<[string, readonly ClassifiedEntry[], Partial<SourceHistory>, RegExp | undefined]>([
    ['many more new entries than usual', many, {}, /^30 new entries .* more than 3 times the usual 3$/u],
    ['as many new entries as the limit', entries('new', 20, T0), {}, undefined],
    ['known entries only', entries('known', 30, T0), {}, undefined],
    [
      'entries older than the newest known one',
      entries('new', 25, T0 - 5 * HOUR),
      {},
      /^25 of 25 new entries are older/u,
    ],
    ['a document read with other settings', many, { isReadAnew: true }, undefined],
    ['the first document of a source', many, { state: FIRST_STATE }, undefined],
    ['a document of another address', many, { source: { ...source, url: 'https://b.example/' } }, undefined],
    ['a source with a higher limit', many, { source: { ...source, flood: { least: 100 } } }, undefined],
  ])('for %s', (_title, classified, more, expected) => {
    const reason = reasonToHold(classified, history(more), SETTINGS, T0);
    if (expected === undefined) expect(reason).toBeUndefined();
    else expect(reason).toMatch(expected);
  });

  it('counts only new entries beside known ones', () => {
    const classified = [...entries('known', 40, T0), ...entries('new', 5, T0)];
    expect(reasonToHold(classified, history({ entries: 45 }), SETTINGS, T0)).toBeUndefined();
  });
});
