-- ARGV: source, when it is due again. A source that is paused, or due sooner, stays as it is.
local p, id, at = KEYS[1], ARGV[1], tonumber(ARGV[2])
local next_at = tonumber(redis.call('HGET', p .. 's:' .. id, 'n') or math.huge)
if next_at == math.huge then return 0 end
return redis.call('ZADD', p .. 'due', 'XX', 'LT', 'CH', math.max(at, next_at), id)
