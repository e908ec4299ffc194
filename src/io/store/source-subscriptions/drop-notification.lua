local p, id = KEYS[1], ARGV[1]
redis.call('LPOP', p .. 'w:p:' .. id)
if redis.call('LLEN', p .. 'w:p:' .. id) == 0 then redis.call('SREM', p .. 'w:pushed', id) end
return 1
