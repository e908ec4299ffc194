-- Reads posts; for an entry that was joined to a story, the post of the story. ARGV: ids.
-- @include store/entry-records/library.lua
local posts = {}
for i = 1, #ARGV do
  posts[i] = redis.call('HGET', p .. 'p:' .. hex(ARGV[i]), 'j')
    or redis.call('HGET', p .. 'p:' .. hex(root_of(ARGV[i])), 'j') or ''
end
return posts
