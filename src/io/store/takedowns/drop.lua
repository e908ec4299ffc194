-- Forgets a takedown, and the tombstone of its post, so that the entry is new again. ARGV: id, id in hex.
-- @include store/entry-records/library.lua
local id, name = ARGV[1], ARGV[2]
local found = redis.call('HGET', p .. 'takedowns', name)
if not found then return 0 end
for _, key in ipairs(cjson.decode(found).keys) do
  if redis.call('HGET', p .. 'takedowns:keys', key) == name then redis.call('HDEL', p .. 'takedowns:keys', key) end
end
redis.call('HDEL', p .. 'takedowns', name)
redis.call('DEL', p .. 'takedown:' .. name)
local mark = mark_of(id)
if mark and has(mark, TOMBSTONE) then redis.call('HDEL', bucket('m:', id), string.sub(id, 3)) end
return 1
