-- @include store/entry-records/library.lua
local function read_summary(source)
  local text = redis.call('HGET', p .. 'held', source)
  return text and cjson.decode(text)
end
local function write_summary(source, summary)
  summary.count = redis.call('HLEN', p .. 'held:' .. source)
  if summary.count == 0 then
    redis.call('HDEL', p .. 'held', source)
  else
    redis.call('HSET', p .. 'held', source, cjson.encode(summary))
  end
end
local function is_held(mark) return has(mark, TOMBSTONE) and has(mark, APART) end
