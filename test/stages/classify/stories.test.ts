import { describe, expect, it } from 'vitest';
import type { Post } from '../../../src/model/post.ts';
import { preferPrimary, tellStory } from '../../../src/stages/classify/stories.ts';
import { plainPost } from '../../support/posts.ts';

const T0 = Date.UTC(2026, 10, 24, 8);
const NOW = T0 + 60_000;

function telling(name: string, more: Partial<Post> = {}): Post {
  return plainPost(T0, {
    id: name.repeat(16),
    source: { id: name, feedUrl: `https://${name}.example/feed` },
    url: `https://${name}.example/1`,
    title: `Title ${name}`,
    ...more,
  });
}

const nobody = preferPrimary([{ slug: 'news', primary: [] }]);
const quiet = { announced: false, now: NOW };
const [a, b, c] = [telling('a'), telling('b'), telling('c')];
const names = (post: Post): string => post.alsoFrom.map(({ source }) => source.id).join();

describe('preferPrimary', () => {
  it.each([
    ['no source', [], ['news'], Infinity],
    ['the first', ['a', 'b'], ['news'], 0],
    ['the second', ['b', 'a'], ['news'], 1],
    ['one of another category', ['a'], ['sport'], Infinity],
    ['one of a category that is gone', ['a'], ['gone', 'news'], 0],
  ])('ranks %s', (_title, primary, categories, rank) => {
    expect(preferPrimary([{ slug: 'news', primary }])(telling('a', { categories }))).toBe(rank);
  });
});

describe('tellStory', () => {
  const flash = telling('a', { content: '<p>Bridge closed.</p>' });
  const full = telling('a', {
    id: 'd'.repeat(16),
    publishedAt: T0 + 1,
    content: '<p>Bridge closed after a crack was found.</p>',
  });
  const within = { ...quiet, within: ['a'] };

  it('shows the later and fuller telling of a source that tells a story again, once, under the same id and date', () => {
    const post = tellStory(flash, [flash, full], nobody, within);
    expect(post).toMatchObject({
      id: flash.id,
      tellingId: full.id,
      content: full.content,
      publishedAt: T0,
      revision: 2,
      alsoFrom: [],
    });
    expect(tellStory(post, [flash, full], nobody, within)).toMatchObject({ content: full.content, revision: 2 });
  });

  it.each<[string, readonly Post[], object]>([
    ['unless the source is one that tells each story once', [flash, full], quiet],
    ['unless the later one is shorter', [flash, { ...full, content: '<p>Closed.</p>' }], within],
    ['unless another source tells it', [flash, { ...full, source: b.source }], within],
  ])('%s', (_title, tellings, options) => {
    expect(tellStory(flash, tellings, nobody, { ...quiet, ...options }).content).toBe(flash.content);
  });

  it('leaves the post as it is, and names the others', () => {
    const post = tellStory(a, [a, b, c], nobody, quiet);
    expect(post).toEqual({ ...a, alsoFrom: post.alsoFrom });
    expect(post.alsoFrom).toEqual([
      { id: b.id, source: b.source, title: 'Title b', url: 'https://b.example/1' },
      { id: c.id, source: c.source, title: 'Title c', url: 'https://c.example/1' },
    ]);
  });

  it('is the same in whichever order the tellings are given', () => {
    expect(tellStory(a, [c, b, a], nobody, quiet)).toEqual(tellStory(a, [a, b, c], nobody, quiet));
  });

  it('names each source once, by its earliest entry, and its own not at all', () => {
    const again = telling('c', { id: 'd'.repeat(16), publishedAt: T0 - 1 });
    const own = telling('a', { id: 'e'.repeat(16) });
    const { alsoFrom } = tellStory(a, [a, b, c, again, own], nobody, quiet);
    expect(alsoFrom.map(({ id }) => id)).toEqual([b.id, again.id]);
  });

  it('stands in the categories of all tellings, its own first', () => {
    const more = telling('b', { categories: ['sport', 'news'] });
    expect(tellStory(a, [more, a], nobody, quiet).categories).toEqual(['news', 'sport']);
  });

  it('takes the words of a primary source, keeps id and date, and tells readers once', () => {
    const prefer = preferPrimary([{ slug: 'news', primary: ['b'] }]);
    const post = tellStory(a, [a, b], prefer, quiet);
    expect(post).toMatchObject({ id: a.id, tellingId: b.id, source: b.source, title: 'Title b', publishedAt: T0 });
    expect(post).toMatchObject({ revision: 2, updatedAt: NOW });
    expect(names(post)).toBe('a');
    expect(tellStory(post, [a, b, c], prefer, quiet)).toMatchObject({ revision: 2, updatedAt: NOW });
  });

  it('goes back to its own words when the primary telling has left', () => {
    const prefer = preferPrimary([{ slug: 'news', primary: ['b'] }]);
    const post = tellStory(tellStory(a, [a, b], prefer, quiet), [a, c], prefer, quiet);
    expect(post).toMatchObject({ title: 'Title a', revision: 3 });
    expect(post.tellingId).toBeUndefined();
    expect(names(post)).toBe('c');
  });

  it('tells readers of a change of the words that are shown, dated as it says itself where that is later', () => {
    const edited = telling('a', { title: 'New', updatedAt: T0 + 5 });
    const announced = { announced: true, now: NOW };
    expect(tellStory(a, [edited, b], nobody, announced)).toMatchObject({
      title: 'New',
      revision: 2,
      updatedAt: T0 + 5,
    });
    expect(tellStory(a, [{ ...edited, updatedAt: T0 }, b], nobody, announced)).toMatchObject({ updatedAt: NOW });
    expect(tellStory(a, [edited, b], nobody, quiet)).toMatchObject({ title: 'New', revision: 1, updatedAt: T0 });
  });
});
