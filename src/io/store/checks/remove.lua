-- The state of a source that left the config is kept for 30 days, should it come back.
local p, removed = KEYS[1], 0
for i = 1, #ARGV do
  removed = removed + redis.call('ZREM', p .. 'due', ARGV[i])
  redis.call('PEXPIRE', p .. 's:' .. ARGV[i], 2592000000)
end
return removed
