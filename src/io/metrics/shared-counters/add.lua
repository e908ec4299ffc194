local p, sources = KEYS[1], tonumber(ARGV[1])
for i = 2, 1 + sources * 2, 2 do redis.call(ARGV[i], p .. 'failing', ARGV[i + 1]) end
for i = 2 + sources * 2, #ARGV, 2 do redis.call('HINCRBYFLOAT', p .. 'tally', ARGV[i], ARGV[i + 1]) end
return 0
