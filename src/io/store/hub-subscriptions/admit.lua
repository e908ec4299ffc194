local key = KEYS[1] .. 'h:rate:' .. ARGV[1]
local count = redis.call('INCR', key)
if count == 1 then redis.call('PEXPIRE', key, ARGV[3]) end
return count <= tonumber(ARGV[2]) and 1 or 0
