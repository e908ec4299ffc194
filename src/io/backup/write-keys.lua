-- Writes the keys of an export. ARGV, for each key: name without the prefix, kind, epoch ms when it expires (0:
-- never), how
-- many values, the values. A kind with + adds to the existing values. Returns how many posts were left out, because
-- there is no record of their entries: these are fetched again.
-- @include store/entry-records/library.lua
local WRITE = { hash = 'HSET', ['hash+'] = 'HSET', set = 'SADD', ['set+'] = 'SADD', list = 'RPUSH' }
-- Most arguments of one call in Lua, an even number.
local AT_ONCE = 4000

local function write(key, kind, first, last)
  if string.sub(kind, -1) ~= '+' then redis.call('DEL', key) end
  if kind == 'string' then return redis.call('SET', key, ARGV[first]) end
  if kind == 'zset' or kind == 'zset+' then
    for i = first, last, 2 do redis.call('ZADD', key, ARGV[i + 1], ARGV[i]) end
    return
  end
  for i = first, last, AT_ONCE do redis.call(WRITE[kind], key, unpack(ARGV, i, math.min(i + AT_ONCE - 1, last))) end
end

local function write_post(name, key, first, last)
  local id = string.gsub(string.sub(name, 3), '%x%x', function(pair) return string.char(tonumber(pair, 16)) end)
  if not mark_of(id) then return 1 end
  for scope in pairs(lines(redis.call('HGET', key, 'x'))) do redis.call('ZREM', p .. 'x:' .. scope, id) end
  write(key, 'hash', first + 1, last)
  for scope in pairs(lines(redis.call('HGET', key, 'x'))) do redis.call('ZADD', p .. 'x:' .. scope, ARGV[first], id) end
  return 0
end

local left_out, at = 0, 1
while at <= #ARGV do
  local name, kind, expires, count = unpack(ARGV, at, at + 3)
  local key, first, last = p .. name, at + 4, at + 3 + tonumber(count)
  if kind == 'post' then
    left_out = left_out + write_post(name, key, first, last)
  elseif last >= first then
    write(key, kind, first, last)
    if expires ~= '0' then redis.call('PEXPIREAT', key, expires) end
  end
  at = last + 1
end
return left_out
