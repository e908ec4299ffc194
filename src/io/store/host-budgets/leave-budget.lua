-- Lua that frees a slot of a host, lets the host rest where it asked for it, and gives back who waited for the slot.
local function leave_budget(budget, holder, rests, now)
  local b = p .. 'b:' .. budget
  redis.call('ZREM', p .. 'bs:' .. budget, holder)
  if rests > 0 then
    redis.call('HSET', b, 'r', rests)
    redis.call('PEXPIRE', b, math.max(tonumber(redis.call('HGET', b, 'n') or 0), rests) - now + 60000)
  end
  local woken = redis.call('ZPOPMIN', p .. 'bw:' .. budget, 1)
  if woken[1] then return {woken[1]} end
  return {}
end
