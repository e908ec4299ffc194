-- Reads the entries that keys lead to, and their records.
-- ARGV: lookups, today or '' to record nothing, then the scopes of the lookups' sources.
-- A lookup: source 4, number of its scope 2 (0: none), publishing time 6, ids 1, keys 1, then the ids and keys, 8 each.
-- Returns for each: for each id a mark; for each key a byte, 0 if it leads nowhere, 1 before a new entry (id, mark),
-- else 1 + the number of an earlier entry in this reply; the number of posts of the moment, and their ids.
-- A mark: its length 1, its bytes.
-- @include store/entry-records/library.lua
local MOST_OF_A_MOMENT = 8
local blob, today, pos, out = ARGV[1], ARGV[2], 1, {}

local function seen(id, mark)
  if today == '' or day_of(mark) == today then return mark end
  mark = string.sub(mark, 1, 4) .. today .. string.sub(mark, 7)
  set_mark(id, mark)
  return mark
end
-- The tombstone may be that of the story. A story is remembered as long as one of its entries is listed.
local function read(id)
  local mark = mark_of(id)
  if not mark then return nil end
  mark = seen(id, mark)
  if has(mark, JOINED) then
    local story = mark_of(story_of(mark))
    if story then seen(story_of(mark), story) end
    if not story or has(story, TOMBSTONE) then
      mark = string.char(bit.bor(string.byte(mark), TOMBSTONE)) .. string.sub(mark, 2)
    end
  end
  return mark
end
local function packed(mark) return mark and string.char(#mark) .. mark or '\0' end

while pos <= #blob do
  local source = string.sub(blob, pos, pos + 3)
  local scope, time, ids, keys = struct.unpack('>I2I6BB', blob, pos + 4)
  pos = pos + 14
  for _ = 1, ids do
    out[#out + 1] = packed(read(string.sub(blob, pos, pos + 7)))
    pos = pos + 8
  end
  local numbers, count, is_known = {}, 0, false
  for i = 1, keys do
    local key = string.sub(blob, pos, pos + 7)
    pos = pos + 8
    local id, mark = redis.call('HGET', bucket('k:', key), string.sub(key, 3)), nil
    if not id then
      mark = read(key)
      id = mark and key
    end
    if not id then
      out[#out + 1] = '\0'
    elseif numbers[id] then
      out[#out + 1] = string.char(1 + numbers[id])
    else
      mark = mark or read(id)
      count = count + 1
      numbers[id] = count
      out[#out + 1] = '\1' .. id .. packed(mark)
      if i == 1 then is_known = mark and source_of(mark) == source end
    end
  end
  local moment = {}
  if scope > 0 and not is_known then
    moment = redis.call('ZRANGEBYSCORE', p .. 'x:' .. ARGV[2 + scope], time, time, 'LIMIT', 0, MOST_OF_A_MOMENT)
  end
  out[#out + 1] = string.char(#moment) .. table.concat(moment)
end
return table.concat(out)
