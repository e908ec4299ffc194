-- Takes and releases slots of the budget of a host. The keys are described in host-budgets.ts.
-- @include store/host-budgets/take-slot.lua

-- A key of the budget outlives its latest time by a minute.
local function keep_until(key, at, now)
  local ttl = at - now + 60000
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end

-- Reserves the start, takes a slot. A holder that has to wait keeps its start.
-- Returns 'open'; 'wait' and when to come back at the latest, if not woken before; or 'rest' and until when, if the
-- host asked to wait for more than `longest_rest` ms: nothing is reserved then.
local function enter_budget(budget, holder, concurrency, delay, now, lease, longest_rest)
  local b, starts, slots = p .. 'b:' .. budget, p .. 'br:' .. budget, p .. 'bs:' .. budget
  local h = redis.call('HMGET', b, 'n', 's', 'r')
  local free_from, last_start, rests = tonumber(h[1] or 0), tonumber(h[2] or 0), tonumber(h[3] or 0)
  if rests - now > longest_rest then return 'rest', rests end

  local reserved = redis.call('ZSCORE', starts, holder)
  local start = tonumber(reserved or math.max(now, free_from, rests))
  if not reserved and (start > now or delay > 0) then
    redis.call('HSET', b, 'n', start + delay)
    keep_until(b, math.max(start + delay, rests), now)
  end
  -- A start that was used late must not come too close to the next one.
  if delay > 0 then start = math.max(start, last_start + delay) end
  start = math.max(start, rests)

  local function wait_until(at)
    if start ~= tonumber(reserved) then
      redis.call('ZADD', starts, start, holder)
      -- Drops starts that were never used.
      redis.call('ZREMRANGEBYSCORE', starts, '-inf', now - 3600000)
    end
    keep_until(starts, math.max(at, start), now)
    return 'wait', at
  end
  if start > now then return wait_until(start) end
  if not take_slot(slots, holder, concurrency, now, lease) then
    redis.call('ZADD', p .. 'bw:' .. budget, 'NX', now, holder)
    keep_until(p .. 'bw:' .. budget, now + lease, now)
    return wait_until(tonumber(redis.call('ZRANGE', slots, 0, 0, 'WITHSCORES')[2]))
  end

  if reserved then
    redis.call('ZREM', starts, holder)
    -- The holder may come before it is woken: then the next free slot is for another one.
    redis.call('ZREM', p .. 'bw:' .. budget, holder)
  end
  if delay > 0 then
    redis.call('HSET', b, 's', now)
    keep_until(b, now + delay, now)
  end
  return 'open', now
end

-- Frees the slot, lets the host rest until then if it asked for it, and wakes the holder that waited longest.
-- Returns that holder in a list, empty if none waits.
local function leave_budget(budget, holder, rests, now)
  local b = p .. 'b:' .. budget
  redis.call('ZREM', p .. 'bs:' .. budget, holder)
  if rests > 0 then
    redis.call('HSET', b, 'r', rests)
    keep_until(b, rests, now)
  end
  local woken = redis.call('ZPOPMIN', p .. 'bw:' .. budget, 1)
  if not woken[1] then return {} end
  redis.call('PUBLISH', p .. 'woken', woken[1])
  return {woken[1]}
end
