import { describe, expect, it } from 'vitest';
import type { EntryDecision } from '../../../src/jobs/ingest/entry-decision.ts';
import { traceEvents } from '../../../src/jobs/ingest/trace-events.ts';
import type { Draft, Post } from '../../../src/model/post.ts';
import type { TraceNote } from '../../../src/model/trace.ts';
import type { Identified } from '../../../src/stages/identify/identify.ts';
import { keysMeant, lookupKeys } from '../../../src/stages/identify/lookups.ts';
import { plainPost } from '../../support/posts.ts';

const DOCUMENT = { sourceId: 'wire', url: 'https://wire.example/feed', at: 1_700_000_000_999 };
const OWN = 'a'.repeat(16);
const STORY = 'b'.repeat(16);

const draft: Draft = {
  source: { id: 'wire', feedUrl: 'https://wire.example/feed' },
  guid: 'tag:17',
  url: 'https://wire.example/17?utm_source=rss',
  title: '基金费率下调',
  authors: [],
  categories: [],
  tags: [],
  enclosures: [],
};
const entry: Identified = {
  draft,
  id: OWN,
  sourceKey: '1'.repeat(16),
  titleKey: '2'.repeat(8),
  keys: [
    { hash: OWN, kind: 'own', name: 'guid' },
    { hash: 'c'.repeat(16), kind: 'shared', name: 'link' },
  ],
  fingerprint: '3'.repeat(16),
};
const post = (more: Partial<Post>): Post =>
  plainPost(1, { id: STORY, source: draft.source, title: 'a title', categories: [], ...more });

function notes(decision: Partial<EntryDecision>, rules: readonly string[] = []): readonly TraceNote[] {
  const decided: EntryDecision = { kind: 'added', entry, entryId: OWN, postId: OWN, ...decision };
  const applied = new Map([[draft, rules]]);
  return traceEvents({ decisions: [decided], drops: [], withdrawn: [], applied }, DOCUMENT);
}

describe('traceNotes', () => {
  it('records the document, the key, and what each rule did', () => {
    expect(notes({}, ['rules[0] tags: tags are 股市'])).toEqual([
      {
        at: 1_700_000_000_000,
        postId: OWN,
        sourceId: 'wire',
        documentUrl: DOCUMENT.url,
        decision: { kind: 'added' },
        key: 'guid',
        rules: ['rules[0] tags: tags are 股市'],
        lookups: lookupKeys(draft),
      },
    ]);
  });

  it.each([['known'], ['forgotten']] as const)('is silent on what is %s', (kind) => {
    expect(notes({ kind })).toEqual([]);
  });

  it('names the fields that changed, and whether the change is announced', () => {
    const before = post({});
    const after = post({ title: 'another', tags: ['x'], revision: 2 });
    const [note] = notes({ kind: 'changed', postId: STORY, announced: true, matched: 1, before, after });
    expect(note).toMatchObject({
      postId: STORY,
      key: 'link',
      decision: { kind: 'changed', announced: true, what: ['title', 'tags'], revision: 2 },
    });
    expect(notes({ kind: 'changed', announced: false, before, after: before })).toEqual([]);
    const [quiet] = notes({ kind: 'changed', announced: false, edit: 'churning', before, after });
    expect(quiet?.decision).toMatchObject({ kind: 'changed', announced: false, quiet: 'churning' });
  });

  it('names the story that an entry was joined to, how alike they are, and is found under both ids', () => {
    const likeness = { entryId: 'd'.repeat(16), score: 0.91, reason: 'the same opening' };
    const [note] = notes({ kind: 'similar', postId: STORY, likeness, after: post({}) });
    expect(note).toMatchObject({
      postId: STORY,
      decision: { kind: 'joined', score: 0.91, of: 'd'.repeat(16) },
      entry: { title: '基金费率下调', url: draft.url, guid: 'tag:17' },
    });
    expect(note?.lookups).toContain(OWN);
    expect(notes({ kind: 'duplicate', postId: STORY, after: post({}) })[0]?.decision).toEqual({ kind: 'joined' });
  });

  it('notes what is held, dropped or withdrawn with what was offered, and the first two once', () => {
    const [held] = notes({ kind: 'held', reason: '40 old entries at once' });
    expect(held).toMatchObject({ decision: { kind: 'held', reason: '40 old entries at once' }, once: true });
    const drop = { entry, rule: 'rules[0] keyword', reason: 'title has "基金"' };
    const outcome = { decisions: [], applied: new Map(), drops: [drop] };
    const [dropped] = traceEvents({ ...outcome, withdrawn: [] }, DOCUMENT);
    expect(dropped).toMatchObject({ postId: OWN, decision: { kind: 'dropped', reason: drop.reason }, once: true });
    const withdrawn = traceEvents({ ...outcome, withdrawn: [{ ...drop, post: post({}) }] }, DOCUMENT);
    expect(withdrawn).toMatchObject([{ postId: STORY, decision: { kind: 'withdrawn' }, entry: { guid: 'tag:17' } }]);
    expect(withdrawn[0]?.once).toBeUndefined();
  });
});

describe('keysMeant', () => {
  it.each([
    ['the link as offered', 'https://wire.example/17?utm_source=rss'],
    ['another form of it', 'http://www.wire.example/17/'],
    ['the guid', ' tag:17 '],
  ])('finds an entry by %s', (_title, text) => {
    expect(keysMeant(text).some((key) => lookupKeys(draft).includes(key))).toBe(true);
  });

  it.each([
    ['an id', OWN],
    ['the address of a page', `https://news.example.org/post/${OWN}.html`],
    ['the id that feeds give', `https://news.example.org/post/${OWN}`],
  ])('takes %s for the post', (_title, text) => {
    expect(keysMeant(text)).toContain(OWN);
  });

  it('needs no key for a guid that is the link', () => {
    const url = 'https://wire.example/17';
    expect(lookupKeys({ guid: url, url })).toHaveLength(1);
  });
});
