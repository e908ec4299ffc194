/** Which posts are there, what are they known by, and which feeds do they stand in? */
import { InvariantError } from '../../model/errors.ts';
import { scopeKey } from '../../model/scope.ts';
import type { FeedScope } from '../../model/output.ts';
import type { Post } from '../../model/post.ts';
import type { Claim, Claimed, LatestQuery, OldestQuery, Posts, PostWrite, StoredMark } from '../../ports.ts';
import { defineScript, listOf, numberOf, type RedisClient, type Reply, textOf } from './script.ts';

/*
 * Keys, all behind the prefix. Ids and hashes are raw bytes, two of them in the bucket's name, so that a
 * remembered entry costs some 25 bytes a key in Redis' packed small hashes.
 *   k:XXXX     HASH  rest of a claim key -> post id
 *   m:XXXX     HASH  rest of a post id -> mark: fingerprint 8, source 8, title 4, version 4, day last seen 2, flags 1
 *   p:ID       HASH  j the post as JSON, x its scopes, one a line
 *   x:SCOPE    ZSET  post id -> publishedAt
 *   touched    HASH  all, category:SLUG or site -> number of the touch
 *   rest       HASH  the same for the many: tag:TAG, source:ID, post:ID, gone:ID:PUBLISHED
 *   touches    counter
 */

const MARK_BYTES = 27;
const DAY_MS = 86_400_000;

const LIBRARY = `
local p = KEYS[1]
local function bucket(kind, bytes) return p .. kind .. string.format('%02x%02x', string.byte(bytes, 1, 2)) end
local function hex(bytes) return (string.gsub(bytes, '.', function(c) return string.format('%02x', string.byte(c)) end)) end
local function mark_of(id) return redis.call('HGET', bucket('m:', id), string.sub(id, 3)) end
local function touch(what)
  local few = what == 'all' or string.sub(what, 1, 9) == 'category:'
  redis.call('HSET', p .. (few and 'touched' or 'rest'), what, redis.call('INCR', p .. 'touches'))
end
local function lines(text)
  local found = {}
  for line in string.gmatch(text or '', '[^\\n]+') do found[line] = true end
  return found
end
`;

const CLAIM = `${LIBRARY}
local blob, today, pos, out = ARGV[1], ARGV[2], 1, {}
while pos <= #blob do
  local id, source = string.sub(blob, pos, pos + 7), string.sub(blob, pos + 8, pos + 15)
  local title, count = string.sub(blob, pos + 16, pos + 19), string.byte(blob, pos + 20)
  pos = pos + 21
  local has_own, found, missing = string.byte(blob, pos) == 0, nil, {}
  for _ = 1, count do
    local shared, key = string.byte(blob, pos) == 1, string.sub(blob, pos + 1, pos + 8)
    pos = pos + 9
    local known = redis.call('HGET', bucket('k:', key), string.sub(key, 3))
    if not known then
      missing[#missing + 1] = key
    elseif not found then
      local mark = shared and has_own and mark_of(known)
      -- One source, one link, another guid and another title: another entry.
      if not (mark and string.sub(mark, 9, 16) == source and string.sub(mark, 17, 20) ~= title) then found = known end
    end
  end
  local post = found or id
  for _, key in ipairs(missing) do redis.call('HSET', bucket('k:', key), string.sub(key, 3), post) end
  local mark = mark_of(post)
  if mark and string.sub(mark, 25, 26) ~= today then
    redis.call('HSET', bucket('m:', post), string.sub(post, 3), string.sub(mark, 1, 24) .. today .. string.sub(mark, 27))
  end
  out[#out + 1] = post
  out[#out + 1] = mark or ''
end
return out`;

const SAVE = `${LIBRARY}
local refused, day = {}, ARGV[1]
for i = 2, #ARGV, 6 do
  local id, expected, mark, json, at, scopes = unpack(ARGV, i, i + 5)
  local known = mark_of(id)
  local version = known and struct.unpack('>I4', known, 21) or 0
  if version ~= tonumber(expected) then
    refused[#refused + 1] = id
  else
    local name = hex(id)
    local post = p .. 'p:' .. name
    local new = lines(scopes)
    if mark == '' then mark = string.sub(known, 1, 20) end
    mark = mark .. struct.pack('>I4', version + 1) .. day .. '\\0'
    for scope in pairs(lines(redis.call('HGET', post, 'x') or '')) do
      if not new[scope] then
        redis.call('ZREM', p .. 'x:' .. scope, id)
        touch(scope)
      end
    end
    for scope in pairs(new) do
      redis.call('ZADD', p .. 'x:' .. scope, at, id)
      touch(scope)
    end
    touch('post:' .. name)
    redis.call('HSET', post, 'j', json, 'x', scopes)
    redis.call('HSET', bucket('m:', id), string.sub(id, 3), mark)
  end
end
return refused`;

const REMOVE = `${LIBRARY}
local removed = 0
for i = 1, #ARGV do
  local id = ARGV[i]
  local name = hex(id)
  local post = p .. 'p:' .. name
  local scopes = redis.call('HGET', post, 'x')
  if scopes then
    -- Files are named by date and id: whoever removes them must still know the date.
    touch('gone:' .. name .. ':' .. (redis.call('ZSCORE', p .. 'x:all', id) or '0'))
    redis.call('HDEL', p .. 'rest', 'post:' .. name)
    for scope in pairs(lines(scopes)) do
      redis.call('ZREM', p .. 'x:' .. scope, id)
      touch(scope)
    end
    redis.call('DEL', post)
    removed = removed + 1
  end
  local mark = mark_of(id)
  if mark then
    local version = struct.pack('>I4', struct.unpack('>I4', mark, 21) + 1)
    redis.call('HSET', bucket('m:', id), string.sub(id, 3), string.sub(mark, 1, 20) .. version .. string.sub(mark, 25, 26) .. '\\1')
  end
end
return removed`;

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
  versions[i] = mark and struct.unpack('>I4', mark, 21) or 0
end
return versions`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createPosts(client: RedisClient, prefix: string): Posts {
  const claimScript = defineScript(client, 'claiming entries', prefix, CLAIM);
  const saveScript = defineScript(client, 'saving posts', prefix, SAVE);
  const removeScript = defineScript(client, 'removing posts', prefix, REMOVE);
  const oldestScript = defineScript(client, 'reading the oldest posts', prefix, OLDEST);
  const versionsScript = defineScript(client, 'reading versions', prefix, VERSIONS);
  const latestScript = defineScript(client, 'reading the latest posts', prefix, LATEST);

  async function claim(claims: readonly Claim[], now: number): Promise<readonly Claimed[]> {
    if (claims.length === 0) return [];
    const reply = listOf(await claimScript(packClaims(claims), dayBytes(now)));
    return claims.map((_, index) => {
      const mark = bytesOf(reply[2 * index + 1]);
      const id = bytesOf(reply[2 * index]).toString('hex');
      return mark.length === 0 ? { id } : { id, stored: readMark(mark) };
    });
  }

  async function save(writes: readonly PostWrite[], now: number): Promise<readonly string[]> {
    if (writes.length === 0) return [];
    const args = writes.flatMap((write) => [
      Buffer.from(write.post.id, 'hex'),
      write.expectedVersion,
      Buffer.from(
        write.mark === undefined ? '' : write.mark.fingerprint + write.mark.sourceKey + write.mark.titleKey,
        'hex',
      ),
      JSON.stringify(write.post),
      write.post.publishedAt,
      scopesOf(write.post).map(scopeKey).join('\n'),
    ]);
    return listOf(await saveScript(dayBytes(now), ...args)).map((id) => bytesOf(id).toString('hex'));
  }

  async function get(ids: readonly string[]): Promise<readonly (Post | undefined)[]> {
    const found = await Promise.all(ids.map((id) => client.hget(`${prefix}p:${id}`, 'j')));
    return found.map((json) => (json === null ? undefined : readPost(json)));
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
    return client.zcard(`${prefix}x:${scopeKey(scope)}`);
  }

  async function remove(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) numberOf(await removeScript(...ids.map((id) => Buffer.from(id, 'hex'))));
  }

  return { claim, save, get, latest, oldest, count, versions, remove };
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

function packClaims(claims: readonly Claim[]): Buffer {
  const parts = claims.flatMap(({ id, sourceKey, titleKey, keys }) => [
    id,
    sourceKey,
    titleKey,
    byteHex(keys.length),
    ...keys.map(({ kind, hash }) => (kind === 'own' ? '00' : '01') + hash),
  ]);
  return Buffer.from(parts.join(''), 'hex');
}

function readMark(mark: Buffer): StoredMark {
  if (mark.length !== MARK_BYTES) throw new InvariantError(`a mark has ${MARK_BYTES} bytes, found ${mark.length}`);
  return {
    fingerprint: mark.toString('hex', 0, 8),
    sourceKey: mark.toString('hex', 8, 16),
    version: mark.readUInt32BE(20),
    tombstone: mark[26] === 1,
  };
}

/** Days since 1970, two bytes: enough until 2149. */
function dayBytes(at: number): Buffer {
  const day = Buffer.alloc(2);
  day.writeUInt16BE(Math.floor(at / DAY_MS));
  return day;
}

function byteHex(value: number): string {
  return value.toString(16).padStart(2, '0');
}

function bytesOf(reply: Reply | undefined): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  throw new InvariantError(`expected bytes from a script, found ${typeof reply}`);
}

/** What we wrote ourselves is trusted. */
function readPost(json: string): Post {
  return JSON.parse(json) as Post;
}
