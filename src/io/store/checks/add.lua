local p, state, added = KEYS[1], ARGV[1], 0
for i = 2, #ARGV, 2 do
  local id, at = ARGV[i], ARGV[i + 1]
  if redis.call('ZADD', p .. 'due', 'NX', at, id) == 1 then
    local s = p .. 's:' .. id
    redis.call('HSETNX', s, 'v', state)
    redis.call('HSET', s, 'n', at)
    redis.call('PERSIST', s)
    added = added + 1
  end
end
return added
