-- The state of a source that left the config is kept for 30 days, in case it comes back.
local p, removed = KEYS[1], 0
for i = 1, #ARGV do
  removed = removed + redis.call('ZREM', p .. 'due', ARGV[i])
  redis.call('PEXPIRE', p .. 's:' .. ARGV[i], 2592000000)
end
return removed
