-- Reads keys for an export. ARGV: most values of one key, then names without the prefix.
-- Returns for each: kind, ms until it expires (below 0: never), its values; for a longer one, kind + and no values.
-- For a post, the first value is its position in feeds: when it was published.
local p, most = KEYS[1], tonumber(ARGV[1])
local LENGTH = { hash = 'HLEN', set = 'SCARD', zset = 'ZCARD' }

local function read(kind, key)
  if kind == 'string' then return { redis.call('GET', key) } end
  if kind == 'list' then return redis.call('LRANGE', key, 0, -1) end
  if kind == 'hash' then return redis.call('HGETALL', key) end
  if kind == 'set' then return redis.call('SMEMBERS', key) end
  return redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
end

local function post(name, key)
  local id = string.gsub(string.sub(name, 3), '%x%x', function(pair) return string.char(tonumber(pair, 16)) end)
  local published = redis.call('ZSCORE', p .. 'x:all', id)
  if not published then return { 'none', -1, {} } end
  local values = redis.call('HGETALL', key)
  table.insert(values, 1, published)
  return { 'post', -1, values }
end

local found = {}
for i = 2, #ARGV do
  local name = ARGV[i]
  local key = p .. name
  local kind = redis.call('TYPE', key)['ok']
  if kind == 'none' then
    found[#found + 1] = { kind, -1, {} }
  elseif string.sub(name, 1, 2) == 'p:' then
    found[#found + 1] = post(name, key)
  elseif LENGTH[kind] and redis.call(LENGTH[kind], key) > most then
    found[#found + 1] = { kind .. '+', redis.call('PTTL', key), {} }
  else
    found[#found + 1] = { kind, redis.call('PTTL', key), read(kind, key) }
  end
end
return found
