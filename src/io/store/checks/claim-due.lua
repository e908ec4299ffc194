local due = KEYS[1] .. 'due'
local found = redis.call('ZRANGEBYSCORE', due, '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local claimed = {}
for i = 1, #found, 2 do
  redis.call('ZADD', due, ARGV[1] + ARGV[3], found[i])
  claimed[#claimed + 1] = found[i]
  claimed[#claimed + 1] = found[i + 1]
  claimed[#claimed + 1] = redis.call('HGET', KEYS[1] .. 's:' .. found[i], 'a') or ''
end
return claimed
