-- Writes posts, each completely or not at all. Returns the ids that were refused because of a version or a key.
-- ARGV: today, then for each post: id, version, 1 if apart, identity, JSON, publishing time, scopes, keys, how many tellings
-- (-1: unchanged), then id and deflated JSON of each, how many entries to join, then id, version and identity of each.
-- @include store/entry-records/library.lua
-- @include store/entry-keys/keys.lua
local day = ARGV[1]
local function fits(id, expected) return version_of(mark_of(id)) == tonumber(expected) end

-- Removes the entry's own post, if it has one; entries that were joined to it are joined to the story.
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
  if identity == '' then identity = old and identity_of(old) or string.rep('\0', IDENTITY_BYTES) end
  set_mark(id, new_mark(JOINED, version_of(old), day, identity, story))
end

local refused, at = {}, 2
while at <= #ARGV do
  local id, expected, apart, identity, json, published, scopes, keys = unpack(ARGV, at, at + 7)
  local tellings = tonumber(ARGV[at + 8])
  local first_telling = at + 9
  local first_join = first_telling + 2 * math.max(0, tellings) + 1
  local next_at = first_join + 3 * tonumber(ARGV[first_join - 1])
  local known = mark_of(id)
  local accepted = fits(id, expected) and lead_as_read(keys)
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
    if tellings >= 0 then
      for _, field in ipairs(redis.call('HKEYS', post)) do
        if #field == 9 then redis.call('HDEL', post, field) end
      end
      for i = first_telling, first_join - 2, 2 do redis.call('HSET', post, 't' .. ARGV[i], ARGV[i + 1]) end
    end
    redis.call('HSET', post, 'j', json, 'x', scopes)
    set_mark(id, new_mark(flags, version_of(known), day, identity))
    for key = 1, #keys, 25 do assign(keys, key) end
  end
  at = next_at
end
return refused
