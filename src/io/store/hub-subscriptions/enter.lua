-- ARGV: holder, now, lease, then name and most, alternating
local holder, now, lease = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local function busy(name) return KEYS[1] .. 'h:busy:' .. name end
for i = 4, #ARGV, 2 do
  local key = busy(ARGV[i])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if not redis.call('ZSCORE', key, holder) and redis.call('ZCARD', key) >= tonumber(ARGV[i + 1]) then return 0 end
end
for i = 4, #ARGV, 2 do
  redis.call('ZADD', busy(ARGV[i]), now + lease, holder)
  redis.call('PEXPIRE', busy(ARGV[i]), lease)
end
return 1
