-- The clock was set back. ARGV: now, the longest lease in ms, then for each source: id, budget, due time.
local p, now, longest = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
for i = 3, #ARGV, 3 do
  local id, budget, at = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local s, b = p .. 's:' .. id, p .. 'b:' .. budget
  if redis.call('ZSCORE', p .. 'due', id) then
    redis.call('ZADD', p .. 'due', 'XX', at, id)
    redis.call('HSET', s, 'n', at)
    local lease = tonumber(redis.call('HGET', s, 'l') or 0)
    if lease > now + longest then redis.call('HDEL', s, 'h', 'l') end
  end
  local h = redis.call('HMGET', b, 'n', 's', 'r')
  local last_start = tonumber(h[2] or 0)
  if tonumber(h[1] or 0) > now + longest or last_start > now then
    redis.call('HDEL', b, 'n', 's')
    -- The wait that the host asked for was counted from the wrong time.
    if h[3] and last_start > now then redis.call('HSET', b, 'r', now + math.max(0, tonumber(h[3]) - last_start)) end
    redis.call('DEL', p .. 'br:' .. budget)
  end
  for _, slots in ipairs({p .. 'bs:' .. budget, p .. 'bw:' .. budget}) do
    redis.call('ZREMRANGEBYSCORE', slots, now + longest, '+inf')
  end
end
return 0
