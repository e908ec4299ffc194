/** How are posts stored, with the keys of their entries and the feeds that contain them? */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { scopeKey } from '../../model/scope.ts';
import type { FeedScope } from '../../model/output.ts';
import type { Post } from '../../model/post.ts';
import type { LatestQuery, OldestQuery, Posts, PostWrite, StoredStory, StoredTelling } from '../../ports/posts.ts';
import { batchesOf, createEntryKeys, packKeys } from './entry-keys.ts';
import { dayBytes, identityHex } from './entry-records.ts';
import { lua } from './lua.ts';
import { bytesOf, defineScript, failed, listOf, numberOf, type RedisClient, type Reply, textOf } from './script.ts';

/*
 * Keys, all behind the prefix; those of entries are in entry-records.ts:
 *   p:ID       HASH  j the post as JSON, x its scopes, one a line; if several entries report its story, also t and the
 * entry's id: that entry as deflated JSON
 *   x:SCOPE    ZSET  post id -> publishedAt
 *   touched    HASH  all, category:SLUG or site -> number of the change
 *   rest       HASH  the same for bulk keys: tag:TAG, source:ID, post:ID, gone:ID:PUBLISHED
 *   touches    counter
 */

/** Work per script, so that it does not block Redis for long. */
const WRITES_AT_ONCE = 50;
const STORIES_AT_ONCE = 100;
const POSTS_AT_ONCE = 250;
const REMOVALS_AT_ONCE = 100;
const VERSIONS_AT_ONCE = 500;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createPosts(client: RedisClient, prefix: string): Posts {
  const saveScript = defineScript(client, 'saving posts', prefix, lua('store/posts/save.lua'));
  const removeScript = defineScript(client, 'removing posts', prefix, lua('store/posts/remove.lua'));
  const withdrawScript = defineScript(client, 'withdrawing posts', prefix, lua('store/posts/withdraw.lua'));
  const getScript = defineScript(client, 'reading posts', prefix, lua('store/posts/get.lua'));
  const storiesScript = defineScript(client, 'reading stories', prefix, lua('store/posts/stories.lua'));
  const oldestScript = defineScript(client, 'reading the oldest posts', prefix, lua('store/posts/oldest.lua'));
  const versionsScript = defineScript(client, 'reading versions', prefix, lua('store/posts/versions.lua'));
  const latestScript = defineScript(client, 'reading the latest posts', prefix, lua('store/posts/latest.lua'));

  async function save(writes: readonly PostWrite[], now: number): Promise<readonly string[]> {
    const refused: Reply[] = [];
    // One after another: a write may depend on an earlier one.
    for (const some of batchesOf(writes, WRITES_AT_ONCE)) {
      const replies = listOf(await saveScript(dayBytes(now), ...some.flatMap(argumentsOf)));
      for (const reply of replies) refused.push(reply);
    }
    return refused.map((id) => bytesOf(id).toString('hex'));
  }

  async function get(ids: readonly string[]): Promise<readonly (Post | undefined)[]> {
    const found = await readBy(getScript, ids, POSTS_AT_ONCE);
    return found.map((json) => optionalPost(textOf(json)));
  }

  async function stories(ids: readonly string[]): Promise<readonly StoredStory[]> {
    const found = await readBy(storiesScript, ids, STORIES_AT_ONCE);
    return found.map((story) => readStory(listOf(story)));
  }

  async function latest({ scope, limit, since, before }: LatestQuery): Promise<readonly Post[]> {
    const posts: Post[] = [];
    for (let last = before; posts.length < limit;) {
      const most = Math.min(limit - posts.length, POSTS_AT_ONCE);
      const found = listOf(
        await latestScript(
          scopeKey(scope),
          most,
          since ?? '-inf',
          last?.publishedAt ?? '',
          Buffer.from(last?.id ?? '', 'hex'),
        ),
      ).map((json) => readPost(textOf(json)));
      for (const one of found) posts.push(one);
      last = found.at(-1);
      if (last === undefined || found.length < most || (since !== undefined && last.publishedAt < since)) break;
    }
    return since === undefined ? posts : posts.filter((post) => post.publishedAt >= since);
  }

  async function oldest({ scope, limit, until, beyond }: OldestQuery): Promise<readonly Post[]> {
    const found = await oldestScript(scopeKey(scope), limit, until ?? '+inf', beyond ?? 0);
    return listOf(found).map((json) => readPost(textOf(json)));
  }

  async function versions(ids: readonly string[]): Promise<readonly (number | undefined)[]> {
    const found = await readBy(versionsScript, ids, VERSIONS_AT_ONCE);
    return found.map(numberOf).map((version) => (version === 0 ? undefined : version));
  }

  async function count(scope: FeedScope): Promise<number> {
    return client
      .zcard(`${prefix}x:${scopeKey(scope)}`)
      .catch((error: unknown) => Promise.reject(failed('counting posts', error)));
  }

  async function remove(ids: readonly string[]): Promise<void> {
    for (const some of batchesOf(ids, REMOVALS_AT_ONCE)) await removeScript(...some.map(bytes));
  }

  async function withdraw(ids: readonly string[]): Promise<void> {
    for (const some of batchesOf(ids, REMOVALS_AT_ONCE)) await withdrawScript(...some.map(bytes));
  }

  return { ...createEntryKeys(client, prefix), save, get, stories, latest, oldest, count, versions, remove, withdraw };
}

/** One reply for each id, in order. */
async function readBy(
  script: ReturnType<typeof defineScript>,
  ids: readonly string[],
  most: number,
): Promise<readonly Reply[]> {
  const found = await Promise.all(batchesOf(ids, most).map((some) => script(...some.map(bytes))));
  return found.flatMap(listOf);
}

function bytes(id: string): Buffer {
  return Buffer.from(id, 'hex');
}

/** In the form that `save.lua` reads. */
function argumentsOf({
  post,
  mark,
  expectedVersion,
  apart = false,
  keys = [],
  tellings,
  joins = [],
}: PostWrite): readonly (Buffer | string | number)[] {
  const identity = (of: PostWrite['mark']): Buffer => Buffer.from(of === undefined ? '' : identityHex(of), 'hex');
  return [
    Buffer.from(post.id, 'hex'),
    expectedVersion,
    apart ? 1 : 0,
    identity(mark),
    JSON.stringify(post),
    post.publishedAt,
    scopesOf(post).map(scopeKey).join('\n'),
    packKeys(keys),
    tellings?.length ?? -1,
    ...(tellings ?? []).flatMap((telling) => [Buffer.from(telling.id, 'hex'), deflateRawSync(JSON.stringify(telling))]),
    joins.length,
    ...joins.flatMap((join) => [Buffer.from(join.id, 'hex'), join.expectedVersion, identity(join.mark)]),
  ];
}

/** All scopes of a post. */
function scopesOf(post: Post): readonly FeedScope[] {
  const sourceIds = new Set([post.source.id, ...post.alsoFrom.map(({ source }) => source.id)]);
  return [
    { kind: 'all' },
    ...post.categories.map((slug) => ({ kind: 'category', slug }) as const),
    ...post.tags.map((tag) => ({ kind: 'tag', tag }) as const),
    ...[...sourceIds].map((id) => ({ kind: 'source', id }) as const),
  ];
}

function readStory([id, version, flags, json, ...rest]: readonly Reply[]): StoredStory {
  const post = optionalPost(textOf(json));
  const tellings: StoredTelling[] = [];
  for (let at = 0; at + 2 < rest.length; at += 3)
    tellings.push({
      telling: readPost(inflateRawSync(bytesOf(rest[at + 2])).toString('utf8')),
      version: numberOf(rest[at + 1]),
    });
  return {
    id: bytesOf(id).toString('hex'),
    version: numberOf(version),
    tombstone: (numberOf(flags) & 1) === 1,
    ...(post !== undefined && { post }),
    tellings,
  };
}

function optionalPost(json: string): Post | undefined {
  return json === '' ? undefined : readPost(json);
}

/** Our own JSON is trusted. */
function readPost(json: string): Post {
  return JSON.parse(json) as Post;
}
