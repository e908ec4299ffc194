-- Lua functions that scripts of the store share.
local TOMBSTONE, JOINED, APART, WITHDRAWN = 1, 2, 4, 8
-- Length in a mark: fingerprint, source, title.
local IDENTITY_BYTES = 15
local p = KEYS[1]
local function bucket(kind, bytes) return p .. kind .. string.format('%02x%02x', string.byte(bytes, 1, 2)) end
local function hex(bytes) return (string.gsub(bytes, '.', function(c) return string.format('%02x', string.byte(c)) end)) end
-- A withdrawn entry is unknown; only the day is kept, so that its keys lead to it for some time.
local function mark_of(id)
  local mark = redis.call('HGET', bucket('m:', id), string.sub(id, 3))
  return mark and string.byte(mark) < WITHDRAWN and mark
end
local function set_mark(id, mark) redis.call('HSET', bucket('m:', id), string.sub(id, 3), mark) end
local function has(mark, flag) return bit.band(string.byte(mark), flag) ~= 0 end
local function version_of(mark) return mark and struct.unpack('>I3', mark, 2) or 0 end
local function day_of(mark) return string.sub(mark, 5, 6) end
local function identity_of(mark) return string.sub(mark, 7, 21) end
local function source_of(mark) return string.sub(mark, 15, 18) end
local function title_of(mark) return string.sub(mark, 19, 21) end
local function story_of(mark) return string.sub(mark, 22, 29) end
-- Versions start again at 1 after 16 million.
local function new_mark(flags, version, day, identity, story)
  return struct.pack('>BI3', flags, version % 16777215 + 1) .. day .. identity .. (story or '')
end
local function root_of(id)
  local mark = mark_of(id)
  if mark and has(mark, JOINED) then return story_of(mark) end
  return id
end
local function touch(what)
  local few = what == 'all' or string.sub(what, 1, 9) == 'category:'
  redis.call('HSET', p .. (few and 'touched' or 'rest'), what, redis.call('INCR', p .. 'touches'))
end
local function lines(text)
  local found = {}
  for line in string.gmatch(text or '', '[^\n]+') do found[line] = true end
  return found
end
-- Removes a post from all feeds.
local function take_out(id)
  local name = hex(id)
  local post = p .. 'p:' .. name
  local scopes = redis.call('HGET', post, 'x')
  if not scopes then return false end
  -- Files are named by date and id, so the date must be known to remove them.
  touch('gone:' .. name .. ':' .. (redis.call('ZSCORE', p .. 'x:all', id) or '0'))
  redis.call('HDEL', p .. 'rest', 'post:' .. name)
  for scope in pairs(lines(scopes)) do
    redis.call('ZREM', p .. 'x:' .. scope, id)
    touch(scope)
  end
  redis.call('DEL', post)
  return true
end
