-- Marks the documents of some posts of a scope as dirty, oldest post first.
-- ARGV: scope; score and id of the post to continue after, empty at the start; how many posts; 1 for only their pages,
-- else also every scope that they are in; the hash to mark in, empty for the usual hash of each key. Returns the
-- number of posts, then score and id of the last one.
local p, scope, after_at, after_id, count, only_pages = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5] == '1'
local hash = ARGV[6]
local rest = p .. (hash ~= '' and hash or 'rest')
local index = p .. 'x:' .. scope
local from = 0
if after_id ~= '' then
  local rank = redis.call('ZRANK', index, after_id)
  if rank then
    from = rank + 1
  else
    -- It was removed meanwhile: find its position, by score and then by id.
    local low = redis.call('ZCOUNT', index, '-inf', '(' .. after_at)
    local high = low + redis.call('ZCOUNT', index, after_at, after_at)
    while low < high do
      local middle = math.floor((low + high) / 2)
      if redis.call('ZRANGE', index, middle, middle)[1] <= after_id then low = middle + 1 else high = middle end
    end
    from = low
  end
end
local version = redis.call('INCR', p .. 'touches')
local found = redis.call('ZRANGE', index, from, from + count - 1, 'WITHSCORES')
for i = 1, #found, 2 do
  local name = string.gsub(found[i], '.', function(c) return string.format('%02x', string.byte(c)) end)
  -- A post that is dirty already needs no second key.
  if redis.call('HEXISTS', rest, 'post:' .. name) == 0 then
    redis.call('HSET', rest, 'page:' .. name, version)
  end
  if not only_pages then
    for stands_in in string.gmatch(redis.call('HGET', p .. 'p:' .. name, 'x') or '', '[^\n]+') do
      local few = stands_in == 'all' or string.sub(stands_in, 1, 9) == 'category:'
      redis.call('HSET', rest, 'archive:' .. stands_in, version)
      redis.call('HSET', few and hash == '' and p .. 'touched' or rest, stands_in, version)
    end
  end
end
return { #found / 2, found[#found] or '', found[#found - 1] or '' }
