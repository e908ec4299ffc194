for i = 2, #ARGV do redis.call('ZREM', KEYS[1] .. 'h:busy:' .. ARGV[i], ARGV[1]) end
return 1
