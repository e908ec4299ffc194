local key, now = KEYS[1] .. 'h:busy:' .. ARGV[1], tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
if not redis.call('ZSCORE', key, ARGV[2]) and redis.call('ZCARD', key) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', key, now + ARGV[5], ARGV[2])
redis.call('PEXPIRE', key, ARGV[5])
return 1
