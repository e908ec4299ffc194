/** What does every caller rely on who keeps posts in a store? Every implementation of the port passes this. */
import { expect, it } from 'vitest';
import type { EntryLookup, KeyAssignment } from '../../src/model/entry-record.ts';
import type { Post } from '../../src/model/post.ts';
import type { Posts, PostWrite } from '../../src/ports/posts.ts';
import { plainPost } from '../support/posts.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const SOURCE = 'a000000000000000';
export const OTHER_SOURCE = 'b000000000000000';
export const TITLE = '10000000';
const OTHER_TITLE = '20000000';

export const hex = (seed: number): string => seed.toString(16).padStart(16, '0');
export const key = (seed: number): string => hex(0x0001_0000_0000_0000 + seed);
const link = (seed: number): string => hex(0x0002_0000_0000_0000 + seed);

export function lookup(keys: readonly string[], more: Partial<EntryLookup> = {}): EntryLookup {
  return { ids: [], keys, sourceKey: SOURCE, titleKey: TITLE, ...more };
}

export function post(id: string, more: Partial<Post> = {}): Post {
  return plainPost(T0, { id, ...more });
}

export function write(of: Post, more: Partial<PostWrite> = {}): PostWrite {
  return {
    post: of,
    mark: { sourceKey: SOURCE, titleKey: TITLE, fingerprint: hex(1) },
    expectedVersion: 0,
    ...more,
  };
}

const RECORD = {
  fingerprint: hex(1),
  sourceKey: SOURCE,
  titleKey: TITLE,
  version: 1,
  tombstone: false,
  apart: false,
} as const;

/** @param open  a fresh, empty store for each test */
export function postsContract(open: () => Posts | Promise<Posts>): void {
  const lead = async (posts: Posts, ...keys: readonly string[]) =>
    (await posts.lookUp([lookup(keys)]))[0]?.keys.map((found) => found?.id);
  const saveOne = async (posts: Posts, id: string, keys: readonly string[] = [], more: Partial<Post> = {}) => {
    const assigned = keys.map((hash): KeyAssignment => ({ hash, id }));
    expect(await posts.save([write(post(id, more), { keys: assigned })], T0)).toEqual([]);
  };

  it('finds nothing where nothing is stored, in the order of the question', async () => {
    const posts = await open();
    expect(await posts.lookUp([lookup([key(1), link(1)], { ids: [hex(5)] }), lookup([])])).toEqual([
      { ids: [undefined], keys: [undefined, undefined], sameMoment: [] },
      { ids: [], keys: [], sameMoment: [] },
    ]);
    expect(await posts.lookUp([])).toEqual([]);
  });

  it('finds an entry by its id and by each of its keys', async () => {
    const posts = await open();
    await saveOne(posts, key(1), [link(1)]);
    const found = { id: key(1), record: RECORD };
    expect(await posts.lookUp([lookup([key(2), link(1), key(1)], { ids: [key(1), key(3)] })])).toEqual([
      { ids: [RECORD, undefined], keys: [undefined, found, found], sameMoment: [] },
    ]);
  });

  it('tells whether source and title are those of the question', async () => {
    const posts = await open();
    await saveOne(posts, key(1));
    const asked = lookup([key(1)], { sourceKey: OTHER_SOURCE, titleKey: OTHER_TITLE });
    const [answer] = await posts.lookUp([asked]);
    expect(answer?.keys[0]?.record?.sourceKey).not.toBe(OTHER_SOURCE);
    expect(answer?.keys[0]?.record?.titleKey).not.toBe(OTHER_TITLE);
  });

  it('writes nothing but the day when it looks', async () => {
    const posts = await open();
    await posts.lookUp([lookup([key(1), link(1)])], T0);
    expect(await lead(posts, key(1), link(1))).toEqual([undefined, undefined]);
  });

  it('finds the posts of a moment for an entry whose first key leads to none of its source', async () => {
    const posts = await open();
    await saveOne(posts, key(1));
    const moment = { sourceId: 'a', at: T0 };
    const answers = await posts.lookUp([
      lookup([key(1)], { moment }),
      lookup([key(2)], { moment }),
      lookup([key(1)], { moment, sourceKey: OTHER_SOURCE }),
      lookup([key(2)], { moment: { ...moment, at: T0 + 1 } }),
      lookup([key(2)], { moment: { ...moment, sourceId: 'other' } }),
      lookup([key(2)]),
    ]);
    expect(answers.map(({ sameMoment }) => sameMoment)).toEqual([[], [key(1)], [key(1)], [], [], []]);
  });

  it('answers for a document with more entries than one step takes', async () => {
    const posts = await open();
    const ids = Array.from({ length: 450 }, (_, index) => key(index));
    await posts.save(
      ids.map((id) => write(post(id))),
      T0,
    );
    const answers = await posts.lookUp(ids.map((id) => lookup([id])));
    expect(answers.map(({ keys }) => keys[0]?.id)).toEqual(ids);
    expect((await posts.get(ids)).map((found) => found?.id)).toEqual(ids);
    expect((await posts.stories(ids)).map(({ id }) => id)).toEqual(ids);
    expect(await posts.versions([...ids, hex(9)])).toEqual([...ids.map(() => 1), undefined]);
    const latest = await posts.latest({ scope: { kind: 'all' }, limit: 1_000 });
    expect(latest.map(({ id }) => id)).toEqual([...ids].reverse());
    await posts.remove(ids);
    expect(await posts.count({ kind: 'all' })).toBe(0);
  });

  it('assigns keys that lead where they led when they were read, and leaves the others', async () => {
    const posts = await open();
    await posts.assignKeys([
      { hash: link(1), id: key(1) },
      { hash: link(1), id: key(2) },
      { hash: link(1), id: key(3), before: key(1) },
      { hash: link(2), id: key(3), before: key(1) },
    ]);
    expect(await lead(posts, link(1), link(2))).toEqual([key(3), undefined]);
  });

  it('refuses a write that another one overtook, and writes the rest', async () => {
    const posts = await open();
    await saveOne(posts, key(1));
    const late = post(key(1), { title: 'late' });
    expect(await posts.save([write(late), write(post(key(2)))], T0)).toEqual([key(1)]);
    expect((await posts.get([key(1), key(2)])).map((found) => found?.title)).toEqual(['A title', 'A title']);
    expect(await posts.save([write(late, { expectedVersion: 1 })], T0)).toEqual([]);
    expect((await posts.get([key(1)]))[0]?.title).toBe('late');
  });

  it('refuses a write whose key leads elsewhere by now, and assigns none of its keys', async () => {
    const posts = await open();
    await saveOne(posts, key(1), [link(1)]);
    const keys = [link(2), link(1)].map((hash): KeyAssignment => ({ hash, id: key(2) }));
    expect(await posts.save([write(post(key(2)), { keys })], T0)).toEqual([key(2)]);
    expect(await lead(posts, link(1), link(2), key(2))).toEqual([key(1), undefined, undefined]);
  });

  it('refuses the second of two writes of one step that claim one key', async () => {
    const posts = await open();
    const both = [key(1), key(2)].map((id) => write(post(id), { keys: [{ hash: link(1), id }] }));
    expect(await posts.save(both, T0)).toEqual([key(2)]);
    expect(await lead(posts, link(1))).toEqual([key(1)]);
  });

  it('lets a key lead elsewhere with the write that read where it led', async () => {
    const posts = await open();
    await saveOne(posts, key(1), [link(1)]);
    const keys: readonly KeyAssignment[] = [{ hash: link(1), id: key(2), before: key(1) }];
    expect(await posts.save([write(post(key(2)), { keys })], T0)).toEqual([]);
    expect(await lead(posts, link(1))).toEqual([key(2)]);
  });

  it('keeps the record of a write that names none', async () => {
    const posts = await open();
    await saveOne(posts, key(1));
    await posts.save([{ post: post(key(1), { categories: ['news', 'more'] }), expectedVersion: 1 }], T0);
    const [answer] = await posts.lookUp([lookup([key(1)])]);
    expect(answer?.keys[0]?.record).toEqual({ ...RECORD, version: 2 });
  });

  it('joins entries to a story, saved or not, and their posts go', async () => {
    const posts = await open();
    await saveOne(posts, key(1));
    await saveOne(posts, key(2));
    const joins = [
      { id: key(2), expectedVersion: 1 },
      { id: key(3), expectedVersion: 0, mark: { sourceKey: OTHER_SOURCE, titleKey: TITLE, fingerprint: hex(3) } },
      { id: key(4), expectedVersion: 0 },
    ];
    const tellings = [1, 2, 3].map((seed) => post(key(seed)));
    expect(await posts.save([write(tellings[0] ?? post(''), { expectedVersion: 1, joins, tellings })], T0)).toEqual([]);
    expect(await posts.count({ kind: 'all' })).toBe(1);
    expect((await posts.get([key(2), key(4)])).map((found) => found?.id)).toEqual([key(1), key(1)]);
    const [story] = await posts.stories([key(3)]);
    expect(story).toMatchObject({ id: key(1), version: 2, tombstone: false });
    expect(story?.tellings.map(({ telling, version }) => [telling.id, version]).sort()).toEqual([
      [key(1), 2],
      [key(2), 2],
      [key(3), 1],
    ]);
    const [, second, third, fourth] = (await posts.lookUp([lookup([1, 2, 3, 4].map(key))]))[0]?.keys ?? [];
    expect([second, third, fourth].map((found) => found?.record?.storyId)).toEqual([key(1), key(1), key(1)]);
    expect(fourth?.record?.fingerprint).toBe('0'.repeat(16));
    await posts.remove([key(1)]);
    const after = (await posts.lookUp([lookup([1, 2, 3].map(key))]))[0]?.keys ?? [];
    expect(after.map((found) => found?.record?.tombstone)).toEqual([true, true, true]);
  });

  it('refuses a whole story where one of its entries was overtaken', async () => {
    const posts = await open();
    await saveOne(posts, key(2));
    const joins = [{ id: key(2), expectedVersion: 0 }];
    expect(await posts.save([write(post(key(1)), { joins })], T0)).toEqual([key(1)]);
    expect(await posts.versions([key(1), key(2)])).toEqual([undefined, 1]);
  });

  it('remembers that an entry stands apart until it is part of a story again', async () => {
    const posts = await open();
    await posts.save([write(post(key(1)), { apart: true })], T0);
    await posts.save([write(post(key(1)), { expectedVersion: 1 })], T0);
    expect((await posts.lookUp([lookup([key(1)])]))[0]?.keys[0]?.record?.apart).toBe(true);
  });

  it('leaves a tombstone of a removed post', async () => {
    const posts = await open();
    await saveOne(posts, key(1));
    await posts.remove([key(1)]);
    expect(await posts.get([key(1)])).toEqual([undefined]);
    expect(await posts.count({ kind: 'all' })).toBe(0);
    expect((await posts.lookUp([lookup([key(1)])]))[0]?.keys[0]?.record).toMatchObject({ version: 2, tombstone: true });
  });

  it('knows a withdrawn entry by its keys alone: it is new again, under the same id', async () => {
    const posts = await open();
    await saveOne(posts, key(1), [link(1)]);
    await posts.withdraw([key(1)]);
    expect(await posts.get([key(1)])).toEqual([undefined]);
    expect((await posts.lookUp([lookup([link(1)], { ids: [key(1)] })]))[0]).toEqual({
      ids: [undefined],
      keys: [{ id: key(1) }],
      sameMoment: [],
    });
    expect(await posts.versions([key(1)])).toEqual([undefined]);
    await saveOne(posts, key(1));
  });

  it('does not withdraw a story that several entries report', async () => {
    const posts = await open();
    const tellings = [post(key(1)), post(key(2))];
    await posts.save([write(post(key(1)), { tellings, joins: [{ id: key(2), expectedVersion: 0 }] })], T0);
    await posts.withdraw([key(1), key(2)]);
    expect(await posts.count({ kind: 'all' })).toBe(1);
  });

  it('pages through posts of the same time without losing or repeating one', async () => {
    const posts = await open();
    const ids = Array.from({ length: 7 }, (_, index) => hex(0x100 + index));
    await posts.save(
      ids.map((id, index) => write(post(id, { publishedAt: T0 + (index < 5 ? 0 : index) }))),
      T0,
    );
    const scope = { kind: 'category', slug: 'news' } as const;
    const first = await posts.latest({ scope, limit: 3 });
    const last = first[2];
    if (last === undefined) throw new Error('three posts were expected');
    const before = { publishedAt: last.publishedAt, id: last.id };
    const rest = await posts.latest({ scope, limit: 10, before });
    expect([...first, ...rest].map(({ id }) => id)).toEqual([...ids].reverse());
    await posts.remove([last.id]);
    expect(await posts.latest({ scope, limit: 10, before })).toEqual(rest);
  });

  it('reads the newest down to a time and the oldest up to one', async () => {
    const posts = await open();
    await posts.save(
      [1, 2, 3].map((seed) => write(post(hex(seed), { publishedAt: T0 + seed }))),
      T0,
    );
    const scope = { kind: 'all' } as const;
    const ids = (found: readonly Post[]) => found.map(({ id }) => id);
    expect(ids(await posts.latest({ scope, limit: 9, since: T0 + 2 }))).toEqual([hex(3), hex(2)]);
    expect(ids(await posts.oldest({ scope, limit: 9, until: T0 + 2 }))).toEqual([hex(1), hex(2)]);
    expect(ids(await posts.oldest({ scope, limit: 9, beyond: 2 }))).toEqual([hex(1)]);
  });
}
