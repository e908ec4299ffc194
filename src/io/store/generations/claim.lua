-- ARGV: hash of the config, member, 1 if the files were changed while the member ran, ms that a silent member counts as
-- running. Returns the latest generation, and 1 if this config is it.
local p = KEYS[1]
local hash, member, is_change, silent = ARGV[1], ARGV[2], ARGV[3] == '1', tonumber(ARGV[4])
local latest, hashes, members = p .. 'generation', p .. 'generation:hashes', p .. 'generation:members'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', members, '-inf', now - silent)

local f = redis.call('HMGET', latest, 'n', 'h')
local number = tonumber(f[1] or 0)
if f[2] ~= hash then
  redis.call('ZREM', members, member)
  -- A config from before a later one that still runs: an older process was started again.
  if not is_change and redis.call('ZSCORE', hashes, hash) and redis.call('ZCARD', members) > 0 then return {number, 0} end
  number = number + 1
  redis.call('HSET', latest, 'n', number, 'h', hash)
  redis.call('ZADD', hashes, number, hash)
  redis.call('ZREMRANGEBYRANK', hashes, 0, -51)
  redis.call('DEL', members)
end
if member ~= '' then redis.call('ZADD', members, now, member) end
return {number, 1}
