local p, holder, budget, concurrency, delay = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local now, lease, again = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local b, slots, others = p .. 'b:' .. budget, p .. 'bs:' .. budget, p .. 'bo:' .. budget
local h = redis.call('HMGET', b, 'n', 's', 'r')
local free_from, last_start, rests = tonumber(h[1] or 0), tonumber(h[2] or 0), tonumber(h[3] or 0)
local start = tonumber(redis.call('HGET', others, holder) or 0)
if start == 0 then
  start = math.max(now, free_from, rests)
  if delay > 0 then
    redis.call('HSET', b, 'n', start + delay)
    redis.call('PEXPIRE', b, math.max(start + delay, rests) - now + 60000)
  end
end
if delay > 0 then start = math.max(start, last_start + delay) end
start = math.max(start, rests)
local function wait_until(at)
  redis.call('HSET', others, holder, start)
  redis.call('PEXPIRE', others, at - now + 60000)
  return {'wait', tostring(at)}
end
if start > now then return wait_until(start) end
redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
if redis.call('ZCARD', slots) >= concurrency and not redis.call('ZSCORE', slots, holder) then
  return wait_until(now + again)
end
redis.call('HDEL', others, holder)
redis.call('ZADD', slots, now + lease, holder)
local left = redis.call('PTTL', slots)
if left < lease then redis.call('PEXPIRE', slots, lease) end
if delay > 0 then
  redis.call('HSET', b, 's', now)
  redis.call('PEXPIRE', b, math.max(tonumber(redis.call('HGET', b, 'n') or 0) - now, delay, rests - now) + 60000)
end
return {'open'}
