local p, id = KEYS[1], ARGV[1]
local key = p .. 'h:s:' .. id
if redis.call('EXISTS', key) == 0 then return 0 end
redis.call('HSET', key, 'f', ARGV[3])
if ARGV[2] ~= '' then redis.call('HSET', key, 'e', ARGV[2]) end
if ARGV[4] ~= '' then
  redis.call('HSET', key, 'd', ARGV[4])
  redis.call('ZADD', p .. 'h:failing', ARGV[4], id)
else
  redis.call('HDEL', key, 'd')
  redis.call('ZREM', p .. 'h:failing', id)
end
return 1
