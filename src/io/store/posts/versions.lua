-- Reads the versions of entries, 0 for entries that were never saved. ARGV: ids.
-- @include store/entry-records/library.lua
local versions = {}
for i = 1, #ARGV do versions[i] = version_of(mark_of(ARGV[i])) end
return versions
