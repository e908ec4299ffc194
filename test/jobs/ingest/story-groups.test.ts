import { describe, expect, it } from 'vitest';
import type { ClassifiedEntry } from '../../../src/jobs/ingest/entry-decision.ts';
import { groupByStory } from '../../../src/jobs/ingest/story-groups.ts';
import type { StoredStory } from '../../../src/ports/posts.ts';
import { plainPost } from '../../support/posts.ts';
import { documentOf, T0 } from '../newsroom.ts';

function item(
  id: string,
  more: { readonly linked?: readonly string[]; readonly isKnown?: boolean } = {},
): ClassifiedEntry {
  const [entry] = documentOf('a', { guid: id });
  if (entry === undefined) throw new Error('no entry');
  const { linked = [], isKnown = false } = more;
  const record = { fingerprint: '0', sourceKey: '0', titleKey: '0', version: 1, tombstone: false, apart: false };
  return {
    entry,
    place: 0,
    id,
    known: { id, linked, sameMoment: [], newKeys: [], ...(isKnown && { matched: 0, stored: record }) },
    classification: isKnown ? { kind: 'changed', version: 1, announced: true } : { kind: 'new' },
  };
}

type State = 'post' | 'tombstone' | 'unsaved';

function storiesOf(states: Readonly<Record<string, State>>): ReadonlyMap<string, StoredStory> {
  return new Map(
    Object.entries(states).map(([id, state]) => [
      id,
      {
        id,
        version: state === 'unsaved' ? 0 : 1,
        tombstone: state === 'tombstone',
        tellings: [],
        ...(state === 'post' && { post: plainPost(T0, { id }) }),
      },
    ]),
  );
}

const alikeOf = (pairs: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(pairs).map(([id, others]) => [id, others.map((entryId) => ({ entryId, score: 0.9 }))]));

type Names = Readonly<Record<string, readonly string[]>>;

/** Groups as `offered > stories`, in order. */
function grouped(items: readonly ClassifiedEntry[], alike: Names, stories: Readonly<Record<string, State>>) {
  return groupByStory(items, alikeOf(alike), storiesOf(stories)).map((group) => ({
    offered: group.offered.map(({ id }) => id),
    stories: group.stories.map(({ id }) => id),
    unsaved: group.unsaved,
    isForgotten: group.isForgotten,
  }));
}

const group = (offered: readonly string[], stories: readonly string[] = [], more: object = {}) => ({
  offered,
  stories,
  unsaved: [],
  isForgotten: false,
  ...more,
});

describe('groupByStory', () => {
  it('gives each entry without connections a group of its own', () => {
    expect(grouped([item('n1'), item('n2')], {}, { n1: 'unsaved', n2: 'unsaved' })).toEqual([
      group(['n1']),
      group(['n2']),
    ]);
  });

  it.each<[string, readonly ClassifiedEntry[], Names, Readonly<Record<string, State>>, readonly object[]]>([
    ['a link to a post', [item('n1', { linked: ['p'] })], {}, { p: 'post' }, [group(['n1'], ['p'])]],
    ['a text similar to that of a post', [item('n1')], { n1: ['p'] }, { p: 'post' }, [group(['n1'], ['p'])]],
    [
      'a text similar to those of two posts, which become one story',
      [item('n1')],
      { n1: ['p', 'q'] },
      { p: 'post', q: 'post' },
      [group(['n1'], ['p', 'q'])],
    ],
    [
      'two entries of a document that are similar to one post',
      [item('n1'), item('n2')],
      { n1: ['p'], n2: ['p'] },
      { p: 'post' },
      [group(['n1', 'n2'], ['p'])],
    ],
    [
      'a chain of entries, of which only neighbours are similar',
      [item('n1'), item('n2'), item('n3')],
      { n2: ['n1'], n3: ['n2'] },
      { n1: 'unsaved', n2: 'unsaved', n3: 'unsaved' },
      [group(['n1', 'n2', 'n3'])],
    ],
    [
      'an entry that another worker is about to save',
      [item('n1', { linked: ['u'] })],
      {},
      { u: 'unsaved' },
      [group(['n1'], [], { unsaved: ['u'] })],
    ],
  ])('joins by %s', (_title, items, alike, stories, expected) => {
    expect(grouped(items, alike, stories)).toEqual(expected);
  });

  it('recognises a forgotten story by its link, and not by its text', () => {
    const stories = { p: 'tombstone' } as const;
    expect(grouped([item('n1', { linked: ['p'] })], {}, stories)).toEqual([group(['n1'], [], { isForgotten: true })]);
    expect(grouped([item('n1')], { n1: ['p'] }, stories)).toEqual([group(['n1'])]);
  });

  it('never joins two posts because one of them was edited', () => {
    const changed = item('p', { isKnown: true });
    expect(grouped([changed], { p: ['q'] }, { p: 'post', q: 'post' })).toEqual([group(['p'], ['p'])]);
  });

  it('names the similar text that joined an entry, unless a link did', () => {
    const stories = storiesOf({ p: 'post' });
    const bySimilarity = groupByStory([item('n1')], alikeOf({ n1: ['p'] }), stories);
    expect(bySimilarity[0]?.matches.get('n1')).toEqual({ entryId: 'p', score: 0.9 });
    const byLink = groupByStory([item('n1', { linked: ['p'] })], alikeOf({ n1: ['p'] }), stories);
    expect(byLink[0]?.matches.has('n1')).toBe(false);
  });
});
