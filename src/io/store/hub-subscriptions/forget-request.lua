-- ARGV: id, request, then the names that it waits under
local p, id = KEYS[1], ARGV[1]
local kept = redis.call('GET', p .. 'h:request:' .. id)
if kept and kept ~= ARGV[2] then return 0 end
redis.call('DEL', p .. 'h:request:' .. id)
for i = 3, #ARGV do redis.call('ZREM', p .. 'h:waiting:' .. ARGV[i], id) end
return 1
