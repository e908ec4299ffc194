-- @include store/hub-subscriptions/library.lua
local ids = redis.call('ZRANGEBYSCORE', p .. 'h:leases', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(ids) do forget(id) end
return #ids
