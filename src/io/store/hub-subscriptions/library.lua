local p = KEYS[1]
local function forget(id)
  local found = redis.call('HMGET', p .. 'h:s:' .. id, 't', 'p')
  if not found[1] then return 0 end
  redis.call('SREM', p .. 'h:t:' .. found[1], id)
  redis.call('ZREM', p .. 'h:leases', id)
  redis.call('ZREM', p .. 'h:failing', id)
  for name in string.gmatch(found[2] or '', '%S+') do
    if redis.call('HINCRBY', p .. 'h:parties', name, -1) <= 0 then redis.call('HDEL', p .. 'h:parties', name) end
  end
  redis.call('DEL', p .. 'h:s:' .. id)
  return 1
end
-- Whether there is a place for the parties in ARGV from `first` on: name, most, name, most. Second result: a
-- subscription whose deliveries fail must be dropped for it.
local function room(first, altogether, reserved, few)
  local largest = 0
  for i = first, #ARGV, 2 do
    local count = tonumber(redis.call('HGET', p .. 'h:parties', ARGV[i]) or 0)
    if count >= tonumber(ARGV[i + 1]) then return false, false end
    if count > largest then largest = count end
  end
  local free = tonumber(altogether) - redis.call('ZCARD', p .. 'h:leases')
  if free <= tonumber(reserved) and largest >= tonumber(few) then return false, false end
  if free > 0 then return true, false end
  local failing = redis.call('ZCARD', p .. 'h:failing') > 0
  return failing, failing
end
