import { describe, expect, it } from 'vitest';
import type { ClassifiedEntry } from '../../../src/jobs/ingest/entry-decision.ts';
import type { StoryGroup } from '../../../src/jobs/ingest/story-groups.ts';
import { decideStory, type DecideContext } from '../../../src/jobs/ingest/story-writes.ts';
import type { Post } from '../../../src/model/post.ts';
import { preferPrimary } from '../../../src/stages/classify/stories.ts';
import { plainPost } from '../../support/posts.ts';
import { documentOf, type EntryOf, HOUR, sentences, settingsOf, T0 } from '../newsroom.ts';

const TEXT = sentences(1, 6).join('');
const settings = settingsOf();

function contextOf(primary: readonly string[] = []): DecideContext {
  const { html, edits, categories } = settingsOf({ primary });
  return { html, edits, preference: preferPrimary(categories), within: settings.duplicates.within, now: T0 + HOUR };
}

function offered(
  sourceId: string,
  id: string,
  more: EntryOf & { readonly stored?: { readonly announced: boolean; readonly version: number } } = {},
): ClassifiedEntry {
  const { stored, ...entry } = more;
  const [identified] = documentOf(sourceId, { guid: id, text: TEXT, ...entry });
  if (identified === undefined) throw new Error('no entry');
  const record = { fingerprint: '0', sourceKey: '0', titleKey: '0', tombstone: false, apart: false };
  return {
    entry: identified,
    place: 0,
    id,
    known: {
      id,
      linked: [],
      sameMoment: [],
      newKeys: [],
      ...(stored !== undefined && { matched: 0, stored: { ...record, version: stored.version } }),
    },
    classification: stored === undefined ? { kind: 'new' } : { kind: 'changed', ...stored },
  };
}

const groupOf = (more: Partial<StoryGroup>): StoryGroup => ({
  offered: [],
  stories: [],
  unsaved: [],
  isForgotten: false,
  matches: new Map(),
  ...more,
});

const storyOf = (post: Post, version = 3) => ({ id: post.id, version, tombstone: false, tellings: [], post });

describe('decideStory', () => {
  it('makes a new entry a post of its own, with the record and keys of the entry', () => {
    const { write, decisions } = decideStory(groupOf({ offered: [offered('a', 'n1')] }), contextOf());
    expect(write).toMatchObject({ post: { id: 'n1', revision: 1 }, expectedVersion: 0, mark: {} });
    expect(write).not.toHaveProperty('joins');
    expect(write).not.toHaveProperty('tellings');
    expect(decisions).toMatchObject([{ kind: 'added', entryId: 'n1', postId: 'n1' }]);
  });

  it('joins a new entry to an existing post, which keeps its id', () => {
    const post = plainPost(T0, { id: 'p', source: { id: 'b', feedUrl: 'https://b.example/feed' } });
    const group = groupOf({ offered: [offered('a', 'n1')], stories: [storyOf(post)] });
    const { write, decisions } = decideStory(group, contextOf());
    expect(write).toMatchObject({ post: { id: 'p' }, expectedVersion: 3, joins: [{ id: 'n1', expectedVersion: 0 }] });
    expect(write?.post.alsoFrom.map(({ source }) => source.id)).toEqual(['a']);
    expect(write?.tellings?.map(({ id }) => id)).toEqual(['p', 'n1']);
    expect(decisions).toMatchObject([{ kind: 'duplicate', entryId: 'n1', postId: 'p' }]);
  });

  it('says which text an entry is similar to', () => {
    const post = plainPost(T0, { id: 'p' });
    const match = { entryId: 'p', score: 0.8 };
    const group = groupOf({
      offered: [offered('b', 'n1')],
      stories: [storyOf(post)],
      matches: new Map([['n1', match]]),
    });
    expect(decideStory(group, contextOf()).decisions).toMatchObject([{ kind: 'similar', likeness: match }]);
  });

  it('makes one story of two posts: the earlier one stays, the later one joins it', () => {
    const [early, late] = [plainPost(T0 - HOUR, { id: 'p2' }), plainPost(T0, { id: 'p1' })];
    const group = groupOf({ offered: [offered('b', 'n1')], stories: [storyOf(late, 5), storyOf(early, 2)] });
    const { write } = decideStory(group, contextOf());
    expect(write).toMatchObject({ post: { id: 'p2' }, expectedVersion: 2 });
    expect(write?.joins).toMatchObject([{ id: 'p1', expectedVersion: 5 }, { id: 'n1' }]);
  });

  it('gives the story of several new entries the id of the earliest', () => {
    const [first, second] = [offered('a', 'n1', { publishedAt: T0 }), offered('b', 'n2', { publishedAt: T0 - HOUR })];
    const { write, decisions } = decideStory(groupOf({ offered: [first, second] }), contextOf());
    expect(write?.post.id).toBe('n2');
    expect(decisions.map(({ kind }) => kind)).toEqual(['duplicate', 'added']);
  });

  it('joins entries that another worker is about to save, if they are still unsaved', () => {
    const { write } = decideStory(groupOf({ offered: [offered('a', 'n1')], unsaved: ['u'] }), contextOf());
    expect(write?.joins).toEqual([{ id: 'u', expectedVersion: 0 }]);
  });

  it('shows the entry of a primary source', () => {
    const post = plainPost(T0, { id: 'p', source: { id: 'b', feedUrl: 'https://b.example/feed' }, title: 'Of b' });
    const group = groupOf({ offered: [offered('a', 'n1', { title: 'Of a' })], stories: [storyOf(post)] });
    expect(decideStory(group, contextOf(['a'])).write?.post).toMatchObject({ id: 'p', title: 'Of a', tellingId: 'n1' });
    expect(decideStory(group, contextOf()).write?.post.title).toBe('Of b');
  });

  it.each<[string, EntryOf, boolean, string]>([
    ['another text', { text: sentences(2, 6).join('') }, true, 'large'],
    ['a small change', { text: TEXT.replace('。', '，') }, false, 'small'],
  ])('announces %s by its size', (_title, more, announced, why) => {
    const before = plainPost(T0, { id: 'p', content: `<p>${TEXT}</p>`, title: 'A headline' });
    const item = offered('a', 'p', { ...more, stored: { announced: true, version: 3 } });
    const { write, decisions } = decideStory(groupOf({ offered: [item], stories: [storyOf(before)] }), contextOf());
    expect(decisions).toMatchObject([{ kind: 'changed', announced, before: { id: 'p' } }]);
    expect(write?.post.revision).toBe(announced ? 2 : 1);
    expect(announced ? 'large' : decisions[0]?.edit).toBe(why);
  });

  it('does not announce a change that readers do not see', () => {
    const before = plainPost(T0, { id: 'p', content: `<p>${TEXT}</p>`, title: 'A headline' });
    const item = offered('a', 'p', { categories: ['news', 'more'], stored: { announced: false, version: 3 } });
    const { write } = decideStory(groupOf({ offered: [item], stories: [storyOf(before)] }), contextOf());
    expect(write?.post).toMatchObject({ revision: 1, categories: ['news', 'more'] });
  });

  it('writes nothing for a forgotten story', () => {
    const { write, decisions } = decideStory(
      groupOf({ offered: [offered('a', 'n1')], isForgotten: true }),
      contextOf(),
    );
    expect(write).toBeUndefined();
    expect(decisions).toMatchObject([{ kind: 'forgotten', entryId: 'n1' }]);
  });

  it('publishes sanitised HTML only', () => {
    const item = offered('a', 'n1', { text: 'Text<script>alert(1)</script>' });
    expect(decideStory(groupOf({ offered: [item] }), contextOf()).write?.post.content).toBe('<p>Text</p>');
  });
});
