local p, id, most = KEYS[1], ARGV[1], tonumber(ARGV[2])
local list = p .. 'w:p:' .. id
if redis.call('LLEN', list) >= most then return 0 end
redis.call('RPUSH', list, ARGV[3])
redis.call('PEXPIRE', list, 604800000)
redis.call('SADD', p .. 'w:pushed', id)
return 1
