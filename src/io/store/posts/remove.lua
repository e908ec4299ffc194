-- Removes posts from all feeds and leaves tombstones. ARGV: ids.
-- @include store/entry-records/library.lua
local removed = 0
for i = 1, #ARGV do
  local id = ARGV[i]
  if take_out(id) then removed = removed + 1 end
  local mark = mark_of(id)
  if mark and not has(mark, JOINED) then
    set_mark(id, new_mark(TOMBSTONE, version_of(mark), day_of(mark), identity_of(mark)))
  end
end
return removed
