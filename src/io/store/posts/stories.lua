-- Reads the stories of entries: id, version, flags, JSON of the post, then id, version and deflated JSON of each entry.
-- ARGV: ids.
-- @include store/entry-records/library.lua
local stories = {}
for i = 1, #ARGV do
  local root = root_of(ARGV[i])
  local mark, post = mark_of(root), p .. 'p:' .. hex(root)
  local story = { root, version_of(mark), mark and string.byte(mark) or 0, redis.call('HGET', post, 'j') or '' }
  if redis.call('HLEN', post) > 2 then
    local fields = redis.call('HGETALL', post)
    for at = 1, #fields, 2 do
      if #fields[at] == 9 then
        local id = string.sub(fields[at], 2)
        story[#story + 1] = id
        story[#story + 1] = version_of(mark_of(id))
        story[#story + 1] = fields[at + 1]
      end
    end
  end
  stories[i] = story
end
return stories
