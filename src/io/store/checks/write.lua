local p, id, state, next_at, now, adopted = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local s = p .. 's:' .. id
local f = redis.call('HMGET', s, 'h', 'l')
if f[1] and tonumber(f[2]) > now then return 0 end
redis.call('HSET', s, 'v', state, 'n', next_at)
redis.call('HDEL', s, 'h', 'l')
if adopted == '' then redis.call('HDEL', s, 'a') else redis.call('HSET', s, 'a', adopted) end
redis.call('ZADD', p .. 'due', next_at, id)
return 1
