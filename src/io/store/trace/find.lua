-- ARGV: oldest slice, newest slice, then keys. Returns: lost, then origin and record of each event.
-- @include store/trace/library.lua
local lost, out, seen = 0, { 0 }, {}
for slice = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  lost = lost + tonumber(redis.call('HGET', named(slice), 'lost') or 0)
  for i = 3, #ARGV do
    for _, at in ipairs(offsets(slice, ARGV[i])) do
      local id = slice .. ':' .. at
      if not seen[id] then
        seen[id] = true
        local chunk, start = named(slice) .. ':r' .. math.floor(at / CHUNK), at % CHUNK
        local length = redis.call('GETRANGE', chunk, start, start + 1)
        if #length == 2 then
          local record = redis.call('GETRANGE', chunk, start + 2, start + struct.unpack('>I2', length) - 1)
          local origin = struct.unpack('>I3', record, 5)
          out[#out + 1] = redis.call('HGET', named(slice) .. ':o', '#' .. origin) or ''
          out[#out + 1] = string.sub(record, 1, 4) .. string.sub(record, 8)
        end
      end
    end
  end
end
out[1] = lost
return out
