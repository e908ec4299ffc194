-- Starts and ends checks. The keys are described in checks.ts. In a call, all ends come before all starts, so that
-- released slots can be taken. ARGV: for each, `open` or `close` and the arguments of that function, FIELDS in all.
local p = KEYS[1]
local FIELDS = 9
-- A host that asks to wait longer than this puts the check off instead of keeping a job waiting.
local LONGEST_REST_MS = 60000
-- @include store/host-budgets/library.lua

local function close(id, holder, budget, state, next_at, rests, now, adopted)
  local s = p .. 's:' .. id
  if redis.call('HGET', s, 'h') ~= holder then return {} end
  if adopted == '' then
    redis.call('HSET', s, 'v', state, 'n', next_at)
    redis.call('HDEL', s, 'h', 'l', 'a')
  else
    redis.call('HSET', s, 'v', state, 'n', next_at, 'a', adopted)
    redis.call('HDEL', s, 'h', 'l')
  end
  redis.call('ZADD', p .. 'due', 'XX', next_at, id)
  return leave_budget(budget, holder, tonumber(rests), tonumber(now))
end

local function open(id, holder, due_at, budget, concurrency, delay, now, lease)
  local s = p .. 's:' .. id
  now, lease = tonumber(now), tonumber(lease)
  local f = redis.call('HMGET', s, 'v', 'n', 'h', 'l')
  if not f[1] or tonumber(f[2]) > tonumber(due_at) then return {'taken'} end
  if f[3] and f[3] ~= holder and tonumber(f[4]) > now then return {'taken'} end
  local kind, at =
    enter_budget(budget, holder, tonumber(concurrency), tonumber(delay), now, lease, LONGEST_REST_MS)
  if kind == 'wait' then
    redis.call('ZADD', p .. 'due', 'XX', 'GT', at + lease, id)
    return {kind, tostring(at)}
  end
  redis.call('HSET', s, 'h', holder, 'l', now + lease)
  if kind == 'rest' then return {kind, tostring(at), f[1]} end
  return {kind, f[1]}
end

local replies = {}
for i = 1, #ARGV, FIELDS do
  local step = ARGV[i] == 'close' and close or open
  replies[#replies + 1] = step(unpack(ARGV, i + 1, i + FIELDS - 1))
end
return replies
