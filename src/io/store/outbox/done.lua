for i = 1, #ARGV, 2 do
  for _, hash in ipairs({KEYS[1] .. 'touched', KEYS[1] .. 'rest', KEYS[1] .. 'behind'}) do
    if redis.call('HGET', hash, ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', hash, ARGV[i]) end
  end
end
return 0
