-- ARGV: the hash to mark in, empty for the usual hash of each key; keys.
local p = KEYS[1]
local few = { all = true, home = true, sources = true, site = true }
for i = 2, #ARGV do
  local own = (few[ARGV[i]] or string.sub(ARGV[i], 1, 9) == 'category:') and 'touched' or 'rest'
  redis.call('HSET', p .. (ARGV[1] ~= '' and ARGV[1] or own), ARGV[i], redis.call('INCR', p .. 'touches'))
end
return #ARGV - 1
