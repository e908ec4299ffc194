-- ARGV: source, reason, now, today, then for each entry: id, identity, packed.
-- @include store/held/library.lua
-- Limits for one source. Beyond the first, only ids are stored; beyond the second, not even these: the entries come
-- again as new.
local MOST_BYTES, MOST_ENTRIES = 16 * 1024 * 1024, 20000
local source, now, today = ARGV[1], tonumber(ARGV[3]), ARGV[4]
local name = p .. 'held:' .. source
local summary = read_summary(source) or { at = now, bytes = 0 }
summary.reason = ARGV[2]
for i = 5, #ARGV, 3 do
  local id, packed = ARGV[i], ARGV[i + 2]
  local mark = mark_of(id)
  local before = redis.call('HSTRLEN', name, id)
  local listed = redis.call('HEXISTS', name, id) == 1
  if (not mark or is_held(mark)) and (listed or redis.call('HLEN', name) < MOST_ENTRIES) then
    if summary.bytes - before + #packed > MOST_BYTES then packed = '' end
    summary.bytes = summary.bytes - before + #packed
    redis.call('HSET', name, id, packed)
    if not mark then set_mark(id, new_mark(TOMBSTONE + APART, 0, today, ARGV[i + 1])) end
  end
end
write_summary(source, summary)
return 0
