-- Removes posts from all feeds; their entries are new again, under the same ids. Stories that other entries report too
-- are not changed. ARGV: ids.
-- @include store/entry-records/library.lua
local withdrawn = 0
for i = 1, #ARGV do
  local id = ARGV[i]
  local mark = mark_of(id)
  if mark and not has(mark, JOINED) and redis.call('HLEN', p .. 'p:' .. hex(id)) <= 2 and take_out(id) then
    set_mark(id, new_mark(WITHDRAWN, 0, day_of(mark), identity_of(mark)))
    withdrawn = withdrawn + 1
  end
end
return withdrawn
