-- @include store/hub-subscriptions/library.lua
local dropped = 0
for _, id in ipairs(ARGV) do dropped = dropped + forget(id) end
return dropped
