-- Forgets entries that were listed last before a day and have neither a post nor a takedown, and keys that lead to no entry, in the next few of the
-- 65,536 buckets; the next bucket is stored.
-- ARGV: day, most buckets, most entries and keys to look at.
-- Returns the numbers of buckets, entries and keys that were looked at, and of entries and keys that were forgotten.
-- @include store/entry-records/library.lua
local before, most_buckets, most = struct.unpack('>I2', ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local cursor = p .. 'forget:next'
local number = tonumber(redis.call('GET', cursor) or 0) % 65536
local buckets, looked, entries, keys = 0, 0, 0, 0

-- Posts that the operator removed are remembered permanently, with all entries of their stories.
local function is_kept(id, mark)
  local name = hex(has(mark, JOINED) and story_of(mark) or id)
  return redis.call('EXISTS', p .. 'p:' .. name) == 1 or redis.call('HEXISTS', p .. 'takedowns', name) == 1
end

while buckets < most_buckets and (buckets == 0 or looked < most) do
  local suffix = string.format('%04x', number)
  local first = string.char(math.floor(number / 256), number % 256)
  local found = redis.call('HGETALL', p .. 'm:' .. suffix)
  for at = 1, #found, 2 do
    local id, mark = first .. found[at], found[at + 1]
    if struct.unpack('>I2', day_of(mark)) < before and not is_kept(id, mark) then
      redis.call('HDEL', p .. 'm:' .. suffix, found[at])
      redis.call('SREM', p .. 'n:apart', id)
      entries = entries + 1
    end
  end
  looked = looked + #found / 2
  found = redis.call('HGETALL', p .. 'k:' .. suffix)
  for at = 1, #found, 2 do
    local id = found[at + 1]
    if redis.call('HEXISTS', bucket('m:', id), string.sub(id, 3)) == 0 then
      redis.call('HDEL', p .. 'k:' .. suffix, found[at])
      keys = keys + 1
    end
  end
  looked = looked + #found / 2
  number = (number + 1) % 65536
  buckets = buckets + 1
end
redis.call('SET', cursor, number)
return { buckets, looked, entries, keys }
