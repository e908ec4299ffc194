local p, now, touched = KEYS[1], ARGV[1], 0
for i = 2, #ARGV do
  if redis.call('EXISTS', p .. 'w:s:' .. ARGV[i]) == 1 then
    redis.call('ZADD', p .. 'w:due', now, ARGV[i])
    touched = touched + 1
  end
end
return touched
