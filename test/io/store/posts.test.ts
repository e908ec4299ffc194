import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '../../../src/io/store/outbox.ts';
import { createPosts } from '../../../src/io/store/posts.ts';
import type { Post } from '../../../src/model/post.ts';
import type { Outbox } from '../../../src/ports/outbox.ts';
import type { Posts } from '../../../src/ports/posts.ts';
import { key, lookup, post, postsContract, T0, write } from '../../ports/posts.contract.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';

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

async function everythingTouched() {
  return [...(await outbox.dirty()), ...(await outbox.bulk(100))];
}

async function saved(of: Partial<Post> = {}): Promise<string> {
  await posts.save([write(post(key(1), of))], T0);
  return key(1);
}

describe('posts in Redis', () => {
  postsContract(() => posts);
});

describe('lookUp', () => {
  it('notes the day for what is found, and for the story of what was joined', async () => {
    const day = 86_400_000;
    await posts.save([write(post(key(1)), { joins: [{ id: key(2), expectedVersion: 0 }] })], T0);
    const days = async () => {
      const marks = await Promise.all(
        [key(1), key(2)].map((id) =>
          redis.client.hgetBuffer(`${redis.prefix}:m:${id.slice(0, 4)}`, Buffer.from(id.slice(4), 'hex')),
        ),
      );
      return marks.map((mark) => (mark?.readUInt16BE(4) ?? 0) - T0 / day);
    };
    await posts.lookUp([lookup([key(2)])]);
    expect(await days()).toEqual([0, 0]);
    await posts.lookUp([lookup([key(2)])], T0 + 3 * day);
    expect(await days()).toEqual([3, 3]);
  });

  it('counts an entry whose story is forgotten as a tombstone', async () => {
    await posts.save([write(post(key(1)), { joins: [{ id: key(2), expectedVersion: 0 }] })], T0);
    await redis.client.hdel(`${redis.prefix}:m:${key(1).slice(0, 4)}`, Buffer.from(key(1).slice(4), 'hex'));
    expect((await posts.lookUp([lookup([key(2)])]))[0]?.keys[0]?.record?.tombstone).toBe(true);
  });
});

describe('save', () => {
  it('moves a post between feeds and notes every scope it touched', async () => {
    const id = await saved({ tags: ['股市'] });
    await outbox.done(await everythingTouched());
    await posts.save([write(post(id, { categories: ['other'] }), { expectedVersion: 1 })], T0);
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

describe('outbox', () => {
  it('keeps what was touched again while it was published', async () => {
    const id = await saved();
    const read = await everythingTouched();
    await posts.save([write(post(id, { title: 'again' }), { expectedVersion: 1 })], T0);
    await outbox.done(read);
    expect((await everythingTouched()).map(({ key }) => key).sort()).toEqual([
      'all',
      'category:news',
      `post:${id}`,
      'source:a',
    ]);
  });
});
