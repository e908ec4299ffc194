for i = 1, #ARGV do redis.call('HSET', KEYS[1] .. 'touched', ARGV[i], redis.call('INCR', KEYS[1] .. 'touches')) end
return #ARGV
