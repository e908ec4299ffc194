-- Reads posts of a scope, oldest first. ARGV: scope, limit, time of the newest, how many newest ones to leave out.
-- @include store/entry-records/library.lua
-- @include store/posts/library.lua
local index, limit, beyond = p .. 'x:' .. ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local ids = redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[3], 'LIMIT', 0, math.min(limit, math.max(0, redis.call('ZCARD', index) - beyond)))
return posts_of(ids)
