-- ARGV: source, then for each entry: id, packed.
-- @include store/held/library.lua
-- Replaces only entries that are still held; an entry whose text is not stored stays as it is.
local source = ARGV[1]
local name = p .. 'held:' .. source
local summary = read_summary(source)
if not summary then return 0 end
for i = 2, #ARGV, 2 do
  local before = redis.call('HSTRLEN', name, ARGV[i])
  if before > 0 then
    redis.call('HSET', name, ARGV[i], ARGV[i + 1])
    summary.bytes = summary.bytes - before + #ARGV[i + 1]
  end
end
write_summary(source, summary)
return 0
