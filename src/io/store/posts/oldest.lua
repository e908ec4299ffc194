-- Reads posts of a scope, oldest first. ARGV: scope, limit, time of the newest, how many newest ones to leave out.
-- @include store/entry-records/library.lua
local index, limit, beyond = p .. 'x:' .. ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local ids = redis.call('ZRANGEBYSCORE', index, '-inf', ARGV[3], 'LIMIT', 0, math.min(limit, math.max(0, redis.call('ZCARD', index) - beyond)))
local posts = {}
for _, id in ipairs(ids) do
  local json = redis.call('HGET', p .. 'p:' .. hex(id), 'j')
  if json then posts[#posts + 1] = json end
end
return posts
