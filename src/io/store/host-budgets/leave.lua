local p = KEYS[1]
-- @include store/host-budgets/leave-budget.lua
return leave_budget(ARGV[2], ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]))
