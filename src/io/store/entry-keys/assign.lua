-- Assigns keys that still lead where they led when they were read; does not change the others.
-- ARGV: the keys.
-- @include store/entry-records/library.lua
-- @include store/entry-keys/keys.lua
for at = 1, #ARGV[1], 25 do
  if leads_as_read(ARGV[1], at) then assign(ARGV[1], at) end
end
return 0
