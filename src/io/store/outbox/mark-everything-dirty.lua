-- So many posts from that place on, and all groups that they stand in.
local p, from, count = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local version = redis.call('INCR', p .. 'touches')
local ids = redis.call('ZRANGE', p .. 'x:all', from, from + count - 1)
for _, id in ipairs(ids) do
  local name = string.gsub(id, '.', function(c) return string.format('%02x', string.byte(c)) end)
  redis.call('HSET', p .. 'rest', 'page:' .. name, version)
  for scope in string.gmatch(redis.call('HGET', p .. 'p:' .. name, 'x') or '', '[^\n]+') do
    redis.call('HSET', p .. 'rest', 'archive:' .. scope, version)
    local kind = string.match(scope, '^(%a+):')
    if kind == 'tag' or kind == 'source' then redis.call('HSET', p .. 'rest', scope, version) end
  end
end
return #ids
