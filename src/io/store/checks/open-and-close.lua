local p = KEYS[1]
-- A rest of the host that is longer than this puts the check off instead of keeping a job waiting.
local LONGEST_WAIT_MS = 60000
-- Arguments of one beginning or end, its kind included.
local FIELDS = 9
-- @include store/host-budgets/leave-budget.lua
local function close(id, holder, budget, state, next_at, rests, now, adopted)
  local s = p .. 's:' .. id
  if redis.call('HGET', s, 'h') ~= holder then return {} end
  if adopted == '' then
    redis.call('HSET', s, 'v', state, 'n', next_at)
    redis.call('HDEL', s, 'h', 'l', 'r', 'a')
  else
    redis.call('HSET', s, 'v', state, 'n', next_at, 'a', adopted)
    redis.call('HDEL', s, 'h', 'l', 'r')
  end
  redis.call('ZADD', p .. 'due', 'XX', next_at, id)
  return leave_budget(budget, holder, tonumber(rests), tonumber(now))
end

local function open(id, holder, due_at, budget, concurrency, delay, now, lease)
  local s, b, slots = p .. 's:' .. id, p .. 'b:' .. budget, p .. 'bs:' .. budget
  due_at, concurrency, delay = tonumber(due_at), tonumber(concurrency), tonumber(delay)
  now, lease = tonumber(now), tonumber(lease)
  local f = redis.call('HMGET', s, 'v', 'n', 'h', 'l', 'r')
  if not f[1] or tonumber(f[2]) > due_at then return {'taken'} end
  if f[3] and f[3] ~= holder and tonumber(f[4]) > now then return {'taken'} end
  local h = redis.call('HMGET', b, 'n', 's', 'r')
  local free_from, last_start, rests = tonumber(h[1] or 0), tonumber(h[2] or 0), tonumber(h[3] or 0)

  if rests - now > LONGEST_WAIT_MS then
    redis.call('HSET', s, 'h', holder, 'l', now + lease)
    redis.call('HDEL', s, 'r')
    return {'rest', tostring(rests), f[1]}
  end

  local start = tonumber(f[5] or 0)
  if start == 0 then
    start = math.max(now, free_from, rests)
    if start > now or delay > 0 then
      redis.call('HSET', b, 'n', start + delay)
      redis.call('PEXPIRE', b, math.max(start + delay, rests) - now + 60000)
    end
  end
  -- A reservation that was used late must not crowd the next one.
  if delay > 0 then start = math.max(start, last_start + delay) end
  start = math.max(start, rests)
  if start > now then
    redis.call('HSET', s, 'r', start)
    redis.call('ZADD', p .. 'due', 'XX', 'GT', start + lease, id)
    return {'wait', tostring(start)}
  end

  if redis.call('ZCARD', slots) >= concurrency and not redis.call('ZSCORE', slots, holder) then
    redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
    if redis.call('ZCARD', slots) >= concurrency then
      local first = redis.call('ZRANGE', slots, 0, 0, 'WITHSCORES')
      redis.call('HSET', s, 'r', start)
      redis.call('ZADD', p .. 'bw:' .. budget, 'NX', now, holder)
      redis.call('PEXPIRE', p .. 'bw:' .. budget, lease)
      redis.call('ZADD', p .. 'due', 'XX', 'GT', tonumber(first[2]) + lease, id)
      return {'wait', first[2]}
    end
  end

  redis.call('HSET', s, 'h', holder, 'l', now + lease)
  if f[5] then
    redis.call('HDEL', s, 'r')
    -- It may have come before it was woken: the next free slot is for another.
    redis.call('ZREM', p .. 'bw:' .. budget, holder)
  end
  redis.call('ZADD', slots, now + lease, holder)
  redis.call('PEXPIRE', slots, lease)
  if delay > 0 then
    redis.call('HSET', b, 's', now)
    redis.call('PEXPIRE', b, math.max(tonumber(redis.call('HGET', b, 'n') or 0) - now, delay, rests - now) + 60000)
  end
  return {'open', f[1]}
end

local replies = {}
for i = 1, #ARGV, FIELDS do
  local step = ARGV[i] == 'close' and close or open
  replies[#replies + 1] = step(unpack(ARGV, i + 1, i + FIELDS - 1))
end
return replies
