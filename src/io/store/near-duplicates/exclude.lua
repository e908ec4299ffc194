-- Sets entries apart: their texts are like no other. ARGV: ids.
for i = 1, #ARGV do redis.call('SADD', KEYS[1] .. 'n:apart', ARGV[i]) end
return #ARGV
