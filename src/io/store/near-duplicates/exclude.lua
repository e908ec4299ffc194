-- Excludes entries: their texts are compared with no other. ARGV: ids.
for i = 1, #ARGV do redis.call('SADD', KEYS[1] .. 'n:apart', ARGV[i]) end
return #ARGV
