local key = KEYS[1] .. 'h:s:' .. ARGV[1]
if redis.call('EXISTS', key) == 0 then return 0 end
redis.call('HSET', key, 'f', ARGV[3])
if ARGV[2] ~= '' then redis.call('HSET', key, 'e', ARGV[2]) end
if ARGV[4] ~= '' then redis.call('HSET', key, 'd', ARGV[4]) else redis.call('HDEL', key, 'd') end
return 1
