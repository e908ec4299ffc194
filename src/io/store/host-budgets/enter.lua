local p = KEYS[1]
-- @include store/host-budgets/library.lua
local holder, budget, concurrency, delay, now, lease = unpack(ARGV)
local kind, at =
  enter_budget(budget, holder, tonumber(concurrency), tonumber(delay), tonumber(now), tonumber(lease), math.huge)
return {kind, tostring(at)}
