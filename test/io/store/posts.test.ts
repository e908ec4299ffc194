import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '../../../src/io/store/outbox.ts';
import { createPosts } from '../../../src/io/store/posts.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Outbox } from '../../../src/ports/outbox.ts';
import type { EntryKeys, Posts, PostWrite } from '../../../src/ports/posts.ts';
import { plainPost } from '../../support/posts.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

const T0 = Date.UTC(2026, 0, 1);

let redis: TestRedis;
let posts: Posts;
let outbox: Outbox;

beforeAll(async () => {
  redis = await startTestRedis();
  posts = createPosts(redis.client, `${redis.prefix}:`);
  outbox = createOutbox(redis.client, `${redis.prefix}:`);
});
beforeEach(() => redis.clear());
afterAll(() => redis.close());

const hex = (seed: number): string => seed.toString(16).padStart(16, '0');
const SOURCE_A = `a${hex(0).slice(1)}`;
const SOURCE_B = `b${hex(0).slice(1)}`;
const TITLE = '00000000';
const own = (seed: number) => ({ hash: hex(0x0001_0000_0000_0000 + seed), kind: 'own' }) as const;
const shared = (seed: number) => ({ hash: hex(0x0002_0000_0000_0000 + seed), kind: 'shared' }) as const;

function claim(keys: EntryKeys['keys'], more: Partial<EntryKeys> = {}): EntryKeys {
  return { id: keys[0]?.hash ?? '', sourceKey: SOURCE_A, titleKey: TITLE, keys, ...more };
}

function post(id: string, more: Partial<Post> = {}): Post {
  return plainPost(T0, { id, ...more });
}

function write(of: Post, expectedVersion = 0, more: Partial<PostWrite['mark']> = {}): PostWrite {
  const mark = { sourceKey: SOURCE_A, titleKey: TITLE, fingerprint: hex(1), ...more };
  return { post: of, mark, expectedVersion };
}

async function everythingTouched() {
  return [...(await outbox.dirty()), ...(await outbox.bulk(100))];
}

async function saved(keys: EntryKeys['keys'], of: Partial<Post> = {}): Promise<string> {
  const [claimed] = await posts.claim([claim(keys)], T0);
  const id = claimed?.id ?? '';
  await posts.save([write(post(id, of))], T0);
  return id;
}

describe('claim', () => {
  it('gives an unknown entry its own id, again and again until it is saved', async () => {
    const claims = [claim([own(1)]), claim([own(2)])];
    expect(await posts.claim(claims, T0)).toEqual([{ id: own(1).hash }, { id: own(2).hash }]);
    expect(await posts.claim(claims, T0)).toEqual([{ id: own(1).hash }, { id: own(2).hash }]);
  });

  it('knows a saved entry by any of its keys, and learns the others', async () => {
    const id = await saved([own(1), shared(1)]);
    const [byLink] = await posts.claim([claim([own(7), shared(1)])], T0);
    expect(byLink).toEqual({
      id,
      matched: 1,
      stored: { fingerprint: hex(1), sourceKey: SOURCE_A, version: 1, tombstone: false },
    });
    const [byNewGuid] = await posts.claim([claim([own(7)])], T0);
    expect(byNewGuid?.id).toBe(id);
  });

  it('tells two entries of one source apart that share only a link', async () => {
    const id = await saved([own(1), shared(1)]);
    const [other] = await posts.claim([claim([own(2), shared(1)], { titleKey: '20000000' })], T0);
    expect(other).toEqual({ id: own(2).hash });
    const [again] = await posts.claim([claim([own(1), shared(1)])], T0);
    expect(again?.id).toBe(id);
  });

  it('finds the story of another source by its link, whatever the title', async () => {
    const id = await saved([own(1), shared(1)]);
    const [other] = await posts.claim([claim([own(2), shared(1)], { sourceKey: SOURCE_B, titleKey: '90000000' })], T0);
    expect(other).toEqual({ id: own(2).hash, linked: [id] });
  });

  it('names the entry of another source by more than its link, where it has nothing else', async () => {
    const id = await saved([shared(1)]);
    const [other] = await posts.claim([claim([shared(1)], { sourceKey: SOURCE_B })], T0);
    expect(other?.linked).toEqual([id]);
    expect(other?.id).not.toBe(id);
  });

  it('tells of a link whose entry was claimed and never saved', async () => {
    await posts.claim([claim([own(1), shared(1)])], T0);
    const [other] = await posts.claim([claim([own(2), shared(1)], { sourceKey: SOURCE_B })], T0);
    expect(other).toEqual({ id: own(2).hash, linked: [own(1).hash] });
  });

  it('tells of a new entry which posts its source published at the very same moment', async () => {
    const moment = { sourceId: 'a', at: T0 };
    const id = await saved([own(1)]);
    const found = await posts.claim(
      [
        claim([own(1)], { moment }),
        claim([own(2)], { moment }),
        claim([own(3)], { moment: { ...moment, at: T0 + 1 } }),
        claim([own(4)], { moment: { ...moment, sourceId: 'other' } }),
        claim([own(5)]),
      ],
      T0,
    );
    expect(found.map(({ sameMoment }) => sameMoment)).toEqual([undefined, [id], undefined, undefined, undefined]);
  });
});

describe('peek', () => {
  it('answers as a claim does, and writes nothing down', async () => {
    const id = await saved([own(1), shared(1)]);
    const claims = [claim([own(7), shared(1)]), claim([own(8), shared(8)])];
    expect((await posts.peek(claims, T0)).map((found) => found.id)).toEqual([id, own(8).hash]);
    expect((await posts.peek([claim([own(7)]), claim([own(9), shared(8)])], T0)).map((found) => found.id)).toEqual([
      own(7).hash,
      own(9).hash,
    ]);
  });
});

describe('save', () => {
  it('refuses a write that another one overtook, and writes the rest', async () => {
    const id = await saved([own(1)]);
    const refused = await posts.save([write(post(id, { title: 'late' })), write(post(hex(99)))], T0);
    expect(refused).toEqual([id]);
    expect((await posts.get([id, hex(99)])).map((found) => found?.title)).toEqual(['A title', 'A title']);
    expect(await posts.save([write(post(id, { title: 'next' }), 1)], T0)).toEqual([]);
    expect((await posts.get([id]))[0]?.title).toBe('next');
  });

  it('keeps the mark of a write that names none', async () => {
    const id = await saved([own(1)]);
    await posts.save([{ post: post(id, { categories: ['news', 'more'] }), expectedVersion: 1 }], T0);
    const [claimed] = await posts.claim([claim([own(1)])], T0);
    expect(claimed?.stored).toEqual({ fingerprint: hex(1), sourceKey: SOURCE_A, version: 2, tombstone: false });
  });

  it('moves a post between feeds and notes every scope it touched', async () => {
    const id = await saved([own(1)], { tags: ['股市'] });
    await outbox.done(await everythingTouched());
    await posts.save([write(post(id, { categories: ['other'] }), 1)], T0);
    expect(await posts.count({ kind: 'category', slug: 'news' })).toBe(0);
    expect(await posts.count({ kind: 'category', slug: 'other' })).toBe(1);
    expect(await posts.count({ kind: 'tag', tag: '股市' })).toBe(0);
    expect((await everythingTouched()).map(({ key }) => key).sort()).toEqual([
      'all',
      'category:news',
      'category:other',
      `post:${id}`,
      'source:a',
      'tag:股市',
    ]);
  });
});

describe('latest', () => {
  it('pages through posts of the same time without losing or repeating one', async () => {
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

  it('stops at the time asked for', async () => {
    await posts.save([write(post(hex(1), { publishedAt: T0 - 1 })), write(post(hex(2)))], T0);
    expect((await posts.latest({ scope: { kind: 'all' }, limit: 9, since: T0 })).map(({ id }) => id)).toEqual([hex(2)]);
  });
});

describe('remove', () => {
  it('leaves a tombstone: what is still listed is not new again', async () => {
    const id = await saved([own(1)]);
    await posts.remove([id]);
    expect(await posts.get([id])).toEqual([undefined]);
    expect(await posts.count({ kind: 'all' })).toBe(0);
    const [claimed] = await posts.claim([claim([own(1)])], T0);
    expect(claimed?.stored?.tombstone).toBe(true);
  });
});

describe('outbox', () => {
  it('keeps what was touched again while it was published', async () => {
    const id = await saved([own(1)]);
    const read = await everythingTouched();
    await posts.save([write(post(id, { title: 'again' }), 1)], T0);
    await outbox.done(read);
    expect((await everythingTouched()).map(({ key }) => key).sort()).toEqual([
      'all',
      'category:news',
      `post:${id}`,
      'source:a',
    ]);
  });
});
