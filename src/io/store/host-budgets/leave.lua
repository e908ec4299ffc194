local p = KEYS[1]
-- @include store/host-budgets/library.lua
local holder, budget, rests, now = unpack(ARGV)
return leave_budget(budget, holder, tonumber(rests), tonumber(now))
