-- Keys that are to lead to an entry, 25 bytes each: key 8, entry id 8, 1 where the key led somewhere when it was read, and
-- where 8.
local function known_by(key)
  return redis.call('HGET', bucket('k:', key), string.sub(key, 3)) or (mark_of(key) and key)
end
local function leads_as_read(keys, at)
  local before = known_by(string.sub(keys, at, at + 7))
  if string.byte(keys, at + 16) == 0 then return not before end
  return before == string.sub(keys, at + 17, at + 24)
end
local function lead_as_read(keys)
  for at = 1, #keys, 25 do
    if not leads_as_read(keys, at) then return false end
  end
  return true
end
local function assign(keys, at)
  local key = string.sub(keys, at, at + 7)
  redis.call('HSET', bucket('k:', key), string.sub(key, 3), string.sub(keys, at + 8, at + 15))
end
