-- Remembers the texts of entries, and reads those that share a band with them, of the window's slices.
-- ARGV: slice length (minutes), slice number, ms until the slice expires, how many origins, each, entries.
-- An entry: id 8, published (s) 4, signature 64, number of its origin 2, how many bands 1, each 4.
-- Returns the origins that records refer to; then for each entry the records: id 8, published 4, signature 64, number
-- of the origin in this reply 2, 1 if the entry is excluded.
local p = KEYS[1]
-- Most records that are read for one entry: a text that shares bands with more comes from a template.
local RECORD, CHUNK, MOST_READ, MOST_IN_SLICE = 79, 724, 256, 8388608
local base, slice, ttl, origin_count = p .. 'n2:' .. ARGV[1] .. ':', tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local blob = ARGV[5 + origin_count]

local function named(number) return base .. number .. ':' end
local current = named(slice)

-- A worker whose clock is ahead may have started the next slice.
local slices = {}
for number = slice + 1, slice - 2, -1 do
  if redis.call('EXISTS', named(number)) == 1 then slices[#slices + 1] = named(number) end
end

-- Origins are numbered in each slice, and expire with it.
local numbers = {}
local function number_of(where, origin)
  local known = numbers[where .. origin]
  if known then return known end
  local name, text = where .. 'origins', ARGV[4 + origin]
  local number = tonumber(redis.call('HGET', name, text))
  if not number then
    -- Two fields for each origin.
    number = redis.call('HLEN', name) / 2
    redis.call('HSET', name, text, number, '#' .. number, text)
    if number == 0 then redis.call('PEXPIRE', name, ttl) end
  end
  numbers[where .. origin] = number
  return number
end
local out_origins, described = {}, {}
local function describe(where, number)
  local field = where .. number
  local known = described[field]
  if known then return known end
  local text = redis.call('HGET', where .. 'origins', '#' .. number) or ''
  known = described[text]
  if not known then
    out_origins[#out_origins + 1] = text
    known = struct.pack('>I2', #out_origins)
    described[text] = known
  end
  described[field] = known
  return known
end

local any_apart = redis.call('EXISTS', p .. 'n:apart') == 1
local function is_apart(id) return any_apart and redis.call('SISMEMBER', p .. 'n:apart', id) == 1 end

local function parts_of(band)
  return string.format('b%03x', math.floor(band / 1048576)), math.floor(band / 2048) % 512
end

-- Numbers of the records in a bucket, the newest last.
local function records_in(name, tag)
  local slots, found = redis.call('GET', name), {}
  if not slots then return found end
  local first, low = string.char(math.floor(tag / 2)), tag % 2 * 128
  local at = string.find(slots, first, 1, true)
  while at do
    if at % 4 == 1 then
      local _, second, third, fourth = string.byte(slots, at, at + 3)
      if second - second % 128 == low then found[#found + 1] = (second % 128) * 65536 + third * 256 + fourth end
    end
    at = string.find(slots, first, at + 1, true)
  end
  return found
end

local function read_record(where, number)
  local start = number % CHUNK * RECORD
  return redis.call('GETRANGE', where .. 'r' .. math.floor(number / CHUNK), start, start + RECORD - 1)
end

local function write_record(where, number, record)
  local name, place = where .. 'r' .. math.floor(number / CHUNK), number % CHUNK
  if place == 0 and redis.call('EXISTS', name) == 0 then
    redis.call('SETRANGE', name, CHUNK * RECORD - 1, '\0')
    redis.call('PEXPIRE', name, ttl)
  end
  redis.call('SETRANGE', name, place * RECORD, record)
end

local function add_slot(where, bucket, tag, number)
  local name = where .. bucket
  local high = math.floor(number / 65536)
  local slot = string.char(math.floor(tag / 2), tag % 2 * 128 + high, math.floor(number / 256) % 256, number % 256)
  if redis.call('APPEND', name, slot) == 4 then redis.call('PEXPIRE', name, ttl) end
end

local pos, out = 1, {}
while pos <= #blob do
  local id, at = string.sub(blob, pos, pos + 7), struct.unpack('>I4', blob, pos + 8)
  local signature = string.sub(blob, pos + 12, pos + 75)
  local origin, band_count = struct.unpack('>I2B', blob, pos + 76)
  pos = pos + 79
  local buckets, tags = {}, {}
  for i = 1, band_count do
    buckets[i], tags[i] = parts_of(struct.unpack('>I4', blob, pos))
    pos = pos + 4
  end

  local texts, seen, own_where, own_number, own_bands, read = {}, {}, nil, nil, {}, 0
  local alone = is_apart(id)
  for _, where in ipairs(alone and {} or slices) do
    for i = 1, band_count do
      local found = records_in(where .. buckets[i], tags[i])
      for place = #found, 1, -1 do
        local candidate = where .. found[place]
        if seen[candidate] == 'own' then own_bands[i] = true end
        if not seen[candidate] and read < MOST_READ then
          read = read + 1
          seen[candidate] = 'seen'
          local record = read_record(where, found[place])
          local other = string.sub(record, 1, 8)
          if other == id then
            -- The text before an edit is remembered beside the present one.
            if not own_where and string.sub(record, 16) == signature then
              seen[candidate], own_bands[i] = 'own', true
              own_where, own_number = where, found[place]
            end
          elseif #record == RECORD then
            texts[#texts + 1] = other .. string.sub(record, 12) .. describe(where, struct.unpack('>I3', record, 9))
              .. (is_apart(other) and '\1' or '\0')
          end
        end
      end
    end
  end
  out[#out + 1] = table.concat(texts)

  if band_count > 0 and not alone then
    if not own_where then
      own_where = current
      own_number = redis.call('INCR', current) - 1
      if own_number == 0 then
        redis.call('PEXPIRE', current, ttl)
        table.insert(slices, 1, current)
      end
    end
    -- A full slice takes no more records.
    if own_number < MOST_IN_SLICE then
      write_record(own_where, own_number, id .. struct.pack('>I3I4', number_of(own_where, origin), at) .. signature)
      for i = 1, band_count do
        if not own_bands[i] then add_slot(own_where, buckets[i], tags[i], own_number) end
      end
    end
  end
end
return { out_origins, out }
