local p = KEYS[1]
local few = { all = true, home = true, sources = true, site = true }
for i = 1, #ARGV do
  local hash = (few[ARGV[i]] or string.sub(ARGV[i], 1, 9) == 'category:') and 'touched' or 'rest'
  redis.call('HSET', p .. hash, ARGV[i], redis.call('INCR', p .. 'touches'))
end
return #ARGV
