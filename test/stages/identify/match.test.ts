import { describe, expect, it } from 'vitest';
import type { EntryRecord, FoundEntry, KnownEntry, LookupAnswer } from '../../../src/model/entry-record.ts';
import { type EntryKeys, lookupOf, matchEntries, redirected } from '../../../src/stages/identify/match.ts';

const A = 'aaaaaaaaaaaaaaaa';
const B = 'bbbbbbbbbbbbbbbb';
const TITLE = '11111111';
const OTHER_TITLE = '22222222';

const record = (more: Partial<EntryRecord> = {}): EntryRecord => ({
  fingerprint: 'f',
  sourceKey: A,
  titleKey: TITLE,
  version: 1,
  tombstone: false,
  apart: false,
  ...more,
});
const found = (id: string, more?: Partial<EntryRecord>): FoundEntry =>
  more === undefined ? { id } : { id, record: record(more) };

const guid = (hash: string) => ({ hash, kind: 'own', name: 'guid' }) as const;
const link = (hash: string) => ({ hash, kind: 'shared', name: 'link' }) as const;
const path = (hash: string) => ({ hash, kind: 'own', name: 'path and title' }) as const;

/** Of source A. */
function entry(...keys: EntryKeys['keys']): EntryKeys {
  const id = keys[0]?.hash ?? '';
  const bound = keys[0]?.kind === 'shared' ? { idInSource: `${id} in A` } : {};
  return { id, ...bound, sourceKey: A, titleKey: TITLE, keys };
}

/** By key or id; what is not named is not stored. */
function answerTo(asked: EntryKeys, stored: Readonly<Record<string, FoundEntry>>, sameMoment: readonly string[] = []) {
  const { ids, keys } = lookupOf(asked);
  const answer: LookupAnswer = {
    ids: ids.map((id) => (stored[id]?.id === id ? stored[id].record : undefined)),
    keys: keys.map((key) => stored[key]),
    sameMoment,
  };
  return answer;
}

function match(asked: EntryKeys, stored: Readonly<Record<string, FoundEntry>>, sameMoment?: readonly string[]) {
  return matchEntries([asked], [answerTo(asked, stored, sameMoment)])[0];
}

const unknown = { linked: [], sameMoment: [], newKeys: [] } as const;

describe('matchEntries', () => {
  it.each<[string, EntryKeys, Readonly<Record<string, FoundEntry>>, KnownEntry]>([
    ['an unknown entry is new, under its strongest key', entry(guid('g')), {}, { ...unknown, id: 'g' }],
    [
      'its other keys are to lead to it',
      entry(guid('g'), link('l')),
      {},
      { ...unknown, id: 'g', newKeys: [{ hash: 'l', id: 'g' }] },
    ],
    [
      'the guid decides before every other key',
      entry(guid('g'), link('l'), path('p')),
      { g: found('g', {}), l: found('x', {}), p: found('y', {}) },
      { ...unknown, id: 'g', matched: 0, stored: record() },
    ],
    [
      'an own key decides whatever the title',
      entry(guid('g'), path('p')),
      { p: found('x', { titleKey: OTHER_TITLE }) },
      { ...unknown, id: 'x', matched: 1, stored: record({ titleKey: OTHER_TITLE }), newKeys: [{ hash: 'g', id: 'x' }] },
    ],
    [
      'a link decides within the source for the same title',
      entry(guid('g'), link('l')),
      { l: found('x', {}) },
      { ...unknown, id: 'x', matched: 1, stored: record(), newKeys: [{ hash: 'g', id: 'x' }] },
    ],
    [
      'one source, one link, another guid and another title is another entry',
      entry(guid('g'), link('l')),
      { l: found('x', { titleKey: OTHER_TITLE }) },
      { ...unknown, id: 'g' },
    ],
    [
      'a link decides for an entry without a guid whatever the title',
      entry(link('l')),
      { l: found('l', { titleKey: OTHER_TITLE }) },
      { ...unknown, id: 'l', matched: 0, stored: record({ titleKey: OTHER_TITLE }) },
    ],
    [
      'a link to another source joins, and does not identify',
      entry(guid('g'), link('l')),
      { l: found('x', { sourceKey: B }) },
      { ...unknown, id: 'g', linked: ['x'] },
    ],
    [
      'a link to an entry that is part of a story leads to the story',
      entry(guid('g'), link('l')),
      { l: found('x', { sourceKey: B, storyId: 's' }) },
      { ...unknown, id: 'g', linked: ['s'] },
    ],
    [
      'a link to an entry that was never saved may be another source’s',
      entry(guid('g'), link('l')),
      { l: found('x') },
      { ...unknown, id: 'g', linked: ['x'] },
    ],
    [
      'a link to an entry that stands apart is taken over',
      entry(guid('g'), link('l')),
      { l: found('x', { sourceKey: B, apart: true }) },
      { ...unknown, id: 'g', newKeys: [{ hash: 'l', id: 'g', before: 'x' }] },
    ],
    [
      'a known entry has its link from elsewhere and joins no more',
      entry(guid('g'), link('l')),
      { g: found('g', {}), l: found('x', { sourceKey: B }) },
      { ...unknown, id: 'g', matched: 0, stored: record() },
    ],
    [
      'an entry whose only name is another source’s gets a name within its source',
      entry(link('l')),
      { l: found('l', { sourceKey: B }) },
      { ...unknown, id: 'l in A', linked: ['l'] },
    ],
    [
      'and is known by that name the next time',
      entry(link('l')),
      { l: found('l', { sourceKey: B }), 'l in A': found('l in A', {}) },
      { ...unknown, id: 'l in A', matched: 0, stored: record() },
    ],
    [
      'an entry without a guid keeps its name though the link leads to another source’s by now',
      entry(link('l')),
      { l: found('x', { sourceKey: B }) },
      { ...unknown, id: 'l in A', linked: ['x'] },
    ],
    ['a name that was given and never saved is its own', entry(link('l')), { l: found('l') }, { ...unknown, id: 'l' }],
    [
      'a withdrawn entry is new under the id that its keys lead to',
      entry(guid('g'), path('p')),
      { p: found('x') },
      { ...unknown, id: 'x', matched: 1, newKeys: [{ hash: 'g', id: 'x' }] },
    ],
  ])('%s', (_title, asked, stored, expected) => {
    expect(match(asked, stored)).toEqual(expected);
  });

  it('knows a released entry by the id that it was held under', () => {
    const { idInSource, ...held } = { ...entry(link('l')), id: 'l in A' };
    const stored = { l: found('l', { sourceKey: B }), [idInSource ?? '']: found('l in A', {}) };
    expect(match(held, stored)).toEqual({ ...unknown, id: 'l in A', matched: 0, stored: record() });
    expect(match(held, { l: found('l', { sourceKey: B }) })).toEqual({ ...unknown, id: 'l in A', linked: ['l'] });
  });

  it('tells of posts of the same moment for new entries alone', () => {
    expect(match(entry(guid('g')), {}, ['m'])?.sameMoment).toEqual(['m']);
    expect(match(entry(guid('g')), { g: found('g', {}) }, ['m'])?.sameMoment).toEqual([]);
  });

  it('counts the keys that an entry gets for those after it in the document', () => {
    const both = [entry(guid('g1'), path('p')), entry(guid('g2'), path('p'))];
    const known = matchEntries(both, [answerTo(both[0] ?? entry(), {}), answerTo(both[1] ?? entry(), {})]);
    expect(known).toEqual([
      { ...unknown, id: 'g1', newKeys: [{ hash: 'p', id: 'g1' }] },
      { ...unknown, id: 'g1', matched: 1, newKeys: [{ hash: 'g2', id: 'g1' }] },
    ]);
  });

  it('counts the keys of entries that are matched already', () => {
    const asked = entry(guid('g2'), path('p'));
    const other = { ...unknown, id: 'g1', newKeys: [{ hash: 'p', id: 'g1' }] };
    expect(matchEntries([asked], [answerTo(asked, {})], [other])[0]?.id).toBe('g1');
  });
});

describe('redirected', () => {
  it('answers as if some keys led to another entry', () => {
    const asked = entry(guid('g'), link('l'));
    const answer = redirected(answerTo(asked, { g: found('x', {}) }), [true, false], found('y', {}));
    expect(answer.keys).toEqual([found('y', {}), undefined]);
  });
});
