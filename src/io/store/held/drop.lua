-- @include store/held/library.lua
local source = ARGV[1]
local summary = read_summary(source)
if not summary then return 0 end
for i = 2, #ARGV do
  summary.bytes = summary.bytes - redis.call('HSTRLEN', p .. 'held:' .. source, ARGV[i])
  redis.call('HDEL', p .. 'held:' .. source, ARGV[i])
end
write_summary(source, summary)
return 0
