-- @include store/host-budgets/take-slot.lua
local host, holder, most, now, lease = unpack(ARGV)
local is_taken = take_slot(KEYS[1] .. 'h:busy:' .. host, holder, tonumber(most), tonumber(now), tonumber(lease))
return is_taken and 1 or 0
