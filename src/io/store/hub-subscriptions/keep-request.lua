-- ARGV: id, request, now, how long it may wait, then name and most, alternating
local p, id, now, lasts = KEYS[1], ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local function waiting(name) return p .. 'h:waiting:' .. name end
for i = 5, #ARGV, 2 do
  local key = waiting(ARGV[i])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if not redis.call('ZSCORE', key, id) and redis.call('ZCARD', key) >= tonumber(ARGV[i + 1]) then return 0 end
end
for i = 5, #ARGV, 2 do
  redis.call('ZADD', waiting(ARGV[i]), now + lasts, id)
  redis.call('PEXPIRE', waiting(ARGV[i]), lasts)
end
redis.call('SET', p .. 'h:request:' .. id, ARGV[2], 'PX', lasts)
return 1
