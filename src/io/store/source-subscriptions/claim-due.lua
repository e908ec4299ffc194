local p, now, limit, lease = KEYS[1], tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local due = redis.call('ZRANGEBYSCORE', p .. 'w:due', '-inf', now, 'LIMIT', 0, limit)
for i = 1, #due do redis.call('ZADD', p .. 'w:due', now + lease, due[i]) end
return {due, redis.call('SRANDMEMBER', p .. 'w:pushed', limit)}
