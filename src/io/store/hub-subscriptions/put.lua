-- @include store/hub-subscriptions/library.lua
local id, json, asked, lease_end, topic, etag = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local key = p .. 'h:s:' .. id
local before = redis.call('HGET', key, 'a') or redis.call('GET', p .. 'h:ended:' .. id)
if before and tonumber(before) > tonumber(asked) then return 'outdated' end
if redis.call('EXISTS', key) == 0 then
  local free, evict = room(10, ARGV[7], ARGV[8], ARGV[9])
  if not free then return 'full' end
  if evict then forget(redis.call('ZRANGE', p .. 'h:failing', 0, 0)[1]) end
  local names = {}
  for i = 10, #ARGV, 2 do
    redis.call('HINCRBY', p .. 'h:parties', ARGV[i], 1)
    names[#names + 1] = ARGV[i]
  end
  redis.call('SADD', p .. 'h:t:' .. topic, id)
  redis.call('HSET', key, 't', topic, 'p', table.concat(names, ' '))
  if etag ~= '' then redis.call('HSET', key, 'e', etag) end
end
redis.call('HSET', key, 'j', json, 'a', asked, 'f', 0)
redis.call('HDEL', key, 'd')
redis.call('ZREM', p .. 'h:failing', id)
redis.call('ZADD', p .. 'h:leases', lease_end, id)
return 'saved'
