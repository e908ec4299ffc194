-- @include store/hub-subscriptions/library.lua
local id, asked = ARGV[1], ARGV[2]
local before = redis.call('HGET', p .. 'h:s:' .. id, 'a')
if before and tonumber(before) > tonumber(asked) then return 0 end
redis.call('SET', p .. 'h:ended:' .. id, asked, 'PX', 3600000)
return forget(id)
