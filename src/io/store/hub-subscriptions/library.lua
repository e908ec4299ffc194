local p = KEYS[1]
local function forget(id)
  local found = redis.call('HMGET', p .. 'h:s:' .. id, 't', 'c')
  if not found[1] then return 0 end
  redis.call('SREM', p .. 'h:t:' .. found[1], id)
  redis.call('ZREM', p .. 'h:leases', id)
  if redis.call('HINCRBY', p .. 'h:hosts', found[2], -1) <= 0 then redis.call('HDEL', p .. 'h:hosts', found[2]) end
  redis.call('DEL', p .. 'h:s:' .. id)
  return 1
end
local function room(host, per_host, altogether)
  return tonumber(redis.call('HGET', p .. 'h:hosts', host) or 0) < tonumber(per_host)
    and redis.call('ZCARD', p .. 'h:leases') < tonumber(altogether)
end
