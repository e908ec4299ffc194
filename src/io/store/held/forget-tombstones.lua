-- @include store/held/library.lua
for i = 1, #ARGV do
  local mark = mark_of(ARGV[i])
  if mark and is_held(mark) then redis.call('HDEL', bucket('m:', ARGV[i]), string.sub(ARGV[i], 3)) end
end
return 0
