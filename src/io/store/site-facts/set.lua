-- Sets a field of a hash and marks a document as dirty, if the value differs. An empty value removes the field.
-- ARGV: hash, field, value, dirty key.
local p, hash, field, value, dirty = KEYS[1], KEYS[1] .. ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if (redis.call('HGET', hash, field) or '') == value then return 0 end
if value == '' then redis.call('HDEL', hash, field) else redis.call('HSET', hash, field, value) end
redis.call('HSET', p .. 'touched', dirty, redis.call('INCR', p .. 'touches'))
return 1
