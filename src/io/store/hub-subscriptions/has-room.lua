-- @include store/hub-subscriptions/library.lua
local free = room(4, ARGV[1], ARGV[2], ARGV[3])
return free and 1 or 0
