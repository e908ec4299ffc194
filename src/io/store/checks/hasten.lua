local p, id, at = KEYS[1], ARGV[1], tonumber(ARGV[2])
local next_at = tonumber(redis.call('HGET', p .. 's:' .. id, 'n') or 0)
if next_at <= at or next_at == math.huge then return 0 end
redis.call('HSET', p .. 's:' .. id, 'n', at)
redis.call('ZADD', p .. 'due', 'XX', at, id)
return 1
