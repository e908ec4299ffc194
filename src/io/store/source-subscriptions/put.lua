local p, id, expected, json, due, callbacks = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local s = p .. 'w:s:' .. id
local f = redis.call('HMGET', s, 'v', 'c')
if tonumber(f[1] or 0) ~= expected then return 0 end
for callback in string.gmatch(f[2] or '', '%S+') do redis.call('DEL', p .. 'w:c:' .. callback) end
for callback in string.gmatch(callbacks, '%S+') do redis.call('SET', p .. 'w:c:' .. callback, id) end
if due == '' then redis.call('ZREM', p .. 'w:due', id) else redis.call('ZADD', p .. 'w:due', due, id) end
if json == '' then
  redis.call('DEL', s)
  redis.call('SREM', p .. 'w:all', id)
else
  redis.call('HSET', s, 'j', json, 'v', expected + 1, 'c', callbacks)
  redis.call('SADD', p .. 'w:all', id)
end
return 1
