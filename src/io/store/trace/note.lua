-- ARGV: slice, ms until it expires, most bytes, slices kept; then for each event: once-key, keys, origin, record.
-- @include store/trace/library.lua
local slice, expires, most, kept = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local MOST_OF_A_KEY = 24
local name = named(slice)
local function noted(key)
  for number = slice, slice - kept, -1 do
    if redis.call('EXISTS', named(number)) == 1 and #offsets(number, key) > 0 then return true end
  end
  return false
end
local function origin_number(text)
  local number = redis.call('HGET', name .. ':o', text)
  if not number then
    number = redis.call('HINCRBY', name, 'origins', 1)
    redis.call('HSET', name .. ':o', text, number, '#' .. number, text)
    if number == 1 then redis.call('PEXPIRE', name .. ':o', expires) end
  end
  return tonumber(number) % 16777216
end
local function place(length)
  local at = tonumber(redis.call('HGET', name, 'next') or 0)
  if at % CHUNK + length > CHUNK then at = at - at % CHUNK + CHUNK end
  if at + length > most then return nil end
  local chunk = name .. ':r' .. math.floor(at / CHUNK)
  if at % CHUNK == 0 then
    redis.call('SETRANGE', chunk, CHUNK - 1, '\0')
    redis.call('PEXPIRE', chunk, expires)
  end
  redis.call('HSET', name, 'next', at + length)
  if at == 0 then redis.call('PEXPIRE', name, expires) end
  return at, chunk
end
for i = 5, #ARGV, 4 do
  local once, keys, origin, record = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if once == '' or not noted(once) then
    local open = {}
    for start = 1, #keys, 8 do
      local key = string.sub(keys, start, start + 7)
      if #offsets(slice, key) < MOST_OF_A_KEY then open[#open + 1] = key end
    end
    local at, chunk
    if #open > 0 then at, chunk = place(#record + 5) end
    if at then
      local head = struct.pack('>I2', #record + 5) .. string.sub(record, 1, 4) .. struct.pack('>I3', origin_number(origin))
      redis.call('SETRANGE', chunk, at % CHUNK, head .. string.sub(record, 5))
      if once ~= '' then open[#open + 1] = once end
      for _, key in ipairs(open) do
        local slots = bucket(slice, key)
        if redis.call('APPEND', slots, string.sub(key, 3, 6) .. struct.pack('>I4', at)) == 8 then
          redis.call('PEXPIRE', slots, expires)
        end
      end
    else
      if redis.call('HINCRBY', name, 'lost', 1) == 1 then redis.call('PEXPIRE', name, expires) end
    end
  end
end
return #ARGV
