-- Reads posts of a scope, newest first; equal times by id, descending, in the order of ZREVRANGE.
-- ARGV: scope, limit, time of the oldest, then time and id of the post after which the result begins, or two empty
-- values.
-- @include store/entry-records/library.lua
-- @include store/posts/library.lua
local index, limit, since, before_at, before_id = p .. 'x:' .. ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local ids
if before_at == '' then
  ids = redis.call('ZREVRANGEBYSCORE', index, '+inf', since, 'LIMIT', 0, limit)
else
  local rank = redis.call('ZREVRANK', index, before_id)
  if rank then
    ids = redis.call('ZREVRANGE', index, rank + 1, rank + limit)
  else
    ids = {}
    local from = redis.call('ZCOUNT', index, '(' .. before_at, '+inf')
    while #ids < limit do
      local page = redis.call('ZREVRANGE', index, from, from + limit - 1, 'WITHSCORES')
      if #page == 0 then break end
      for i = 1, #page, 2 do
        if (tonumber(page[i + 1]) < tonumber(before_at) or page[i] < before_id) and #ids < limit then ids[#ids + 1] = page[i] end
      end
      from = from + limit
    end
  end
end
return posts_of(ids)
