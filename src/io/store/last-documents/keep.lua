-- ARGV: source id, time, body, rest, most bytes altogether.
local p, id, at, body, rest, most = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local sizes, order = p .. 'originals:sizes', p .. 'originals'
local function forget(name)
  local size = redis.call('HGET', sizes, name)
  if size then redis.call('HINCRBY', sizes, '', -size) end
  redis.call('HDEL', sizes, name)
  redis.call('ZREM', order, name)
  redis.call('DEL', p .. 'original:' .. name)
end
forget(id)
redis.call('HSET', p .. 'original:' .. id, 'g', body, 'm', rest)
redis.call('ZADD', order, at, id)
redis.call('HSET', sizes, id, #body)
local sum = redis.call('HINCRBY', sizes, '', #body)
while sum > most do
  local oldest = redis.call('ZRANGE', order, 0, 0)[1]
  if not oldest then break end
  forget(oldest)
  sum = tonumber(redis.call('HGET', sizes, ''))
end
return sum
