local p, CHUNK = KEYS[1], 32768
local function named(slice) return p .. 't:' .. slice end
local function bucket(slice, key)
  local first, second = string.byte(key, 1, 2)
  return named(slice) .. ':' .. string.format('%03x', first * 4 + math.floor(second / 64))
end
-- Offsets of a key's records, oldest first.
local function offsets(slice, key)
  local slots, tag, found = redis.call('GET', bucket(slice, key)), string.sub(key, 3, 6), {}
  if not slots then return found end
  local at = string.find(slots, tag, 1, true)
  while at do
    if at % 8 == 1 then
      found[#found + 1] = struct.unpack('>I4', slots, at + 4)
      at = string.find(slots, tag, at + 8, true)
    else
      at = string.find(slots, tag, at + 1, true)
    end
  end
  return found
end
