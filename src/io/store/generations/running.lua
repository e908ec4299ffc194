-- ARGV: ms that a silent member counts as running. Returns how many processes run the latest config.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZCOUNT', KEYS[1] .. 'generation:members', now - ARGV[1], '+inf')
