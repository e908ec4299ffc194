/** Which posts are there, what are they known by, and which feeds do they stand in? */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { scopeKey } from '../../model/scope.ts';
import type { FeedScope } from '../../model/output.ts';
import type { Post } from '../../model/post.ts';
import type { LatestQuery, OldestQuery, Posts, PostWrite, StoredStory, StoredTelling } from '../../ports/posts.ts';
import { createClaims } from './entry-keys.ts';
import { dayBytes, IDENTITY_BYTES, identityHex, LIBRARY } from './entry-records.ts';
import { bytesOf, defineScript, failed, listOf, numberOf, type RedisClient, type Reply, textOf } from './script.ts';

/*
 * Keys, all behind the prefix; those of marks and claim keys are in marks.ts:
 *   p:ID       HASH  j the post as JSON, x its scopes, one a line; where several entries tell its story, t and the
 *                    entry's id: that telling as deflated JSON
 *   x:SCOPE    ZSET  post id -> publishedAt
 *   touched    HASH  all, category:SLUG or site -> number of the touch
 *   rest       HASH  the same for the many: tag:TAG, source:ID, post:ID, gone:ID:PUBLISHED
 *   touches    counter
 */

/** ARGV: today, then for each post: id, version, flags, identity, JSON, time, scopes, tellings, entries to join. */
const SAVE = `${LIBRARY}
local day = ARGV[1]
local function fits(id, expected) return version_of(mark_of(id)) == tonumber(expected) end

-- The entry's own post, if it has one, goes; who was joined to it is joined to the story.
local function join(id, identity, story)
  local old = mark_of(id)
  if old and not has(old, JOINED) then
    local post = p .. 'p:' .. hex(id)
    for _, field in ipairs(redis.call('HKEYS', post)) do
      local other = string.sub(field, 2)
      local mark = #field == 9 and other ~= id and mark_of(other)
      if mark then set_mark(other, new_mark(JOINED, version_of(mark), day_of(mark), identity_of(mark), story)) end
    end
    take_out(id)
  end
  if identity == '' then identity = old and identity_of(old) or string.rep('\\0', ${IDENTITY_BYTES}) end
  set_mark(id, new_mark(JOINED, version_of(old), day, identity, story))
end

local refused, at = {}, 2
while at <= #ARGV do
  local id, expected, apart, identity, json, published, scopes = unpack(ARGV, at, at + 6)
  local first_telling = at + 8
  local first_join = first_telling + 2 * math.max(0, tonumber(ARGV[at + 7])) + 1
  local next_at = first_join + 3 * tonumber(ARGV[first_join - 1])
  local known = mark_of(id)
  local accepted = fits(id, expected)
  for i = first_join, next_at - 1, 3 do accepted = accepted and fits(ARGV[i], ARGV[i + 1]) end
  if not accepted then
    refused[#refused + 1] = id
  else
    local name = hex(id)
    local post = p .. 'p:' .. name
    local new = lines(scopes)
    local flags = (apart == '1' or known and has(known, APART)) and APART or 0
    if identity == '' then identity = identity_of(known) end
    for i = first_join, next_at - 1, 3 do join(ARGV[i], ARGV[i + 2], id) end
    for scope in pairs(lines(redis.call('HGET', post, 'x'))) do
      if not new[scope] then
        redis.call('ZREM', p .. 'x:' .. scope, id)
        touch(scope)
      end
    end
    for scope in pairs(new) do
      redis.call('ZADD', p .. 'x:' .. scope, published, id)
      touch(scope)
    end
    touch('post:' .. name)
    if tonumber(ARGV[at + 7]) >= 0 then
      for _, field in ipairs(redis.call('HKEYS', post)) do
        if #field == 9 then redis.call('HDEL', post, field) end
      end
      for i = first_telling, first_join - 2, 2 do redis.call('HSET', post, 't' .. ARGV[i], ARGV[i + 1]) end
    end
    redis.call('HSET', post, 'j', json, 'x', scopes)
    set_mark(id, new_mark(flags, version_of(known), day, identity))
  end
  at = next_at
end
return refused`;

const REMOVE = `${LIBRARY}
local removed = 0
for i = 1, #ARGV do
  local id = ARGV[i]
  if take_out(id) then removed = removed + 1 end
  local mark = mark_of(id)
  if mark and not has(mark, JOINED) then
    set_mark(id, new_mark(TOMBSTONE, version_of(mark), day_of(mark), identity_of(mark)))
  end
end
return removed`;

/** Where others tell the story too, nothing is done. */
const WITHDRAW = `${LIBRARY}
local withdrawn = 0
for i = 1, #ARGV do
  local id = ARGV[i]
  local mark = mark_of(id)
  if mark and not has(mark, JOINED) and redis.call('HLEN', p .. 'p:' .. hex(id)) <= 2 and take_out(id) then
    redis.call('HDEL', bucket('m:', id), string.sub(id, 3))
    withdrawn = withdrawn + 1
  end
end
return withdrawn`;

/** The post of an entry that was joined to a story is the story's. */
const GET = `${LIBRARY}
local posts = {}
for i = 1, #ARGV do
  posts[i] = redis.call('HGET', p .. 'p:' .. hex(ARGV[i]), 'j')
    or redis.call('HGET', p .. 'p:' .. hex(root_of(ARGV[i])), 'j') or ''
end
return posts`;

const STORIES = `${LIBRARY}
local stories = {}
for i = 1, #ARGV do
  local root = root_of(ARGV[i])
  local mark, post = mark_of(root), p .. 'p:' .. hex(root)
  local story = { root, version_of(mark), mark and string.byte(mark) or 0, redis.call('HGET', post, 'j') or '' }
  if redis.call('HLEN', post) > 2 then
    local fields = redis.call('HGETALL', post)
    for at = 1, #fields, 2 do
      if #fields[at] == 9 then
        local id = string.sub(fields[at], 2)
        story[#story + 1] = id
        story[#story + 1] = version_of(mark_of(id))
        story[#story + 1] = fields[at + 1]
      end
    end
  end
  stories[i] = story
end
return stories`;

/** Newest first; equal times by id, downwards, as ZREVRANGE gives them. */
const LATEST = `${LIBRARY}
local index, limit, since, before_at, before_id = p .. 'x:' .. ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local ids
if before_at == '' then
  ids = redis.call('ZREVRANGEBYSCORE', index, '+inf', since, 'LIMIT', 0, limit)
else
  local rank = redis.call('ZREVRANK', index, before_id)
  if rank then
    ids = redis.call('ZREVRANGE', index, rank + 1, rank + limit)
  else
    ids = {}
    local from = redis.call('ZCOUNT', index, '(' .. before_at, '+inf')
    while #ids < limit do
      local page = redis.call('ZREVRANGE', index, from, from + limit - 1, 'WITHSCORES')
      if #page == 0 then break end
      for i = 1, #page, 2 do
        if (tonumber(page[i + 1]) < tonumber(before_at) or page[i] < before_id) and #ids < limit then ids[#ids + 1] = page[i] end
      end
      from = from + limit
    end
  end
end
local posts = {}
for _, id in ipairs(ids) do
  local json = redis.call('HGET', p .. 'p:' .. hex(id), 'j')
  if json then posts[#posts + 1] = json end
end
return posts`;

const OLDEST = `${LIBRARY}
local index, limit, beyond = p .. 'x:' .. ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local ids = redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[3], 'LIMIT', 0, math.min(limit, math.max(0, redis.call('ZCARD', index) - beyond)))
local posts = {}
for _, id in ipairs(ids) do
  local json = redis.call('HGET', p .. 'p:' .. hex(id), 'j')
  if json then posts[#posts + 1] = json end
end
return posts`;

const VERSIONS = `${LIBRARY}
local versions = {}
for i = 1, #ARGV do
  local mark = mark_of(ARGV[i])
  versions[i] = version_of(mark)
end
return versions`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createPosts(client: RedisClient, prefix: string): Posts {
  const saveScript = defineScript(client, 'saving posts', prefix, SAVE);
  const removeScript = defineScript(client, 'removing posts', prefix, REMOVE);
  const withdrawScript = defineScript(client, 'withdrawing posts', prefix, WITHDRAW);
  const getScript = defineScript(client, 'reading posts', prefix, GET);
  const storiesScript = defineScript(client, 'reading stories', prefix, STORIES);
  const oldestScript = defineScript(client, 'reading the oldest posts', prefix, OLDEST);
  const versionsScript = defineScript(client, 'reading versions', prefix, VERSIONS);
  const latestScript = defineScript(client, 'reading the latest posts', prefix, LATEST);

  async function save(writes: readonly PostWrite[], now: number): Promise<readonly string[]> {
    if (writes.length === 0) return [];
    return listOf(await saveScript(dayBytes(now), ...writes.flatMap(argumentsOf))).map((id) =>
      bytesOf(id).toString('hex'),
    );
  }

  async function get(ids: readonly string[]): Promise<readonly (Post | undefined)[]> {
    if (ids.length === 0) return [];
    const found = listOf(await getScript(...ids.map((id) => Buffer.from(id, 'hex'))));
    return found.map((json) => optionalPost(textOf(json)));
  }

  async function stories(ids: readonly string[]): Promise<readonly StoredStory[]> {
    if (ids.length === 0) return [];
    const found = listOf(await storiesScript(...ids.map((id) => Buffer.from(id, 'hex'))));
    return found.map((story) => readStory(listOf(story)));
  }

  async function latest(query: LatestQuery): Promise<readonly Post[]> {
    const found = await latestScript(
      scopeKey(query.scope),
      query.limit,
      query.since ?? '-inf',
      query.before?.publishedAt ?? '',
      Buffer.from(query.before?.id ?? '', 'hex'),
    );
    const posts = listOf(found).map((json) => readPost(textOf(json)));
    const since = query.since;
    return since === undefined ? posts : posts.filter((post) => post.publishedAt >= since);
  }

  async function oldest({ scope, limit, until, beyond }: OldestQuery): Promise<readonly Post[]> {
    const found = await oldestScript(scopeKey(scope), limit, until ?? '+inf', beyond ?? 0);
    return listOf(found).map((json) => readPost(textOf(json)));
  }

  async function versions(ids: readonly string[]): Promise<readonly (number | undefined)[]> {
    if (ids.length === 0) return [];
    const found = listOf(await versionsScript(...ids.map((id) => Buffer.from(id, 'hex'))));
    return found.map(numberOf).map((version) => (version === 0 ? undefined : version));
  }

  async function count(scope: FeedScope): Promise<number> {
    return client
      .zcard(`${prefix}x:${scopeKey(scope)}`)
      .catch((error: unknown) => Promise.reject(failed('counting posts', error)));
  }

  async function remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) numberOf(await removeScript(...ids.map((id) => Buffer.from(id, 'hex'))));
  }

  async function withdraw(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) numberOf(await withdrawScript(...ids.map((id) => Buffer.from(id, 'hex'))));
  }

  return { ...createClaims(client, prefix), save, get, stories, latest, oldest, count, versions, remove, withdraw };
}

/** As `SAVE` reads them. */
function argumentsOf({
  post,
  mark,
  expectedVersion,
  apart = false,
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
    tellings?.length ?? -1,
    ...(tellings ?? []).flatMap((telling) => [Buffer.from(telling.id, 'hex'), deflateRawSync(JSON.stringify(telling))]),
    joins.length,
    ...joins.flatMap((join) => [Buffer.from(join.id, 'hex'), join.expectedVersion, identity(join.mark)]),
  ];
}

/** Every group of posts that a post stands in. */
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

/** What we wrote ourselves is trusted. */
function readPost(json: string): Post {
  return JSON.parse(json) as Post;
}
