-- @include store/hub-subscriptions/library.lua
local id, json, asked, lease_end, topic, host, etag, per_host, altogether = unpack(ARGV)
local key = p .. 'h:s:' .. id
local before = redis.call('HGET', key, 'a') or redis.call('GET', p .. 'h:ended:' .. id)
if before and tonumber(before) > tonumber(asked) then return 'outdated' end
if redis.call('EXISTS', key) == 0 then
  if not room(host, per_host, altogether) then return 'full' end
  redis.call('HINCRBY', p .. 'h:hosts', host, 1)
  redis.call('SADD', p .. 'h:t:' .. topic, id)
  redis.call('HSET', key, 't', topic, 'c', host)
  if etag ~= '' then redis.call('HSET', key, 'e', etag) end
end
redis.call('HSET', key, 'j', json, 'a', asked, 'f', 0)
redis.call('HDEL', key, 'd')
redis.call('ZADD', p .. 'h:leases', lease_end, id)
return 'saved'
