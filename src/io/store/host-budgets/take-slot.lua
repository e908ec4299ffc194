-- Takes one of `most` slots until `now + lease`, or the holder's own again. False if all are taken.
local function take_slot(slots, holder, most, now, lease)
  if redis.call('ZCARD', slots) >= most and not redis.call('ZSCORE', slots, holder) then
    redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
    if redis.call('ZCARD', slots) >= most then return false end
  end
  redis.call('ZADD', slots, now + lease, holder)
  if redis.call('PTTL', slots) < lease then redis.call('PEXPIRE', slots, lease) end
  return true
end
