/** Which texts of late share enough with a new one to be compared? */
import { InvariantError } from '../../model/errors.ts';
import type { NearDuplicates, SimilarityCandidate, RememberedText } from '../../ports/near-duplicates.ts';
import { bytesOf, defineScript, listOf, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix. Time is cut in slices of half the window; an entry is remembered in the slice in which
 * it was seen, and a slice expires when the window has passed over it. L is the slice's length, S its number.
 *   n:L:S:      STRING  number of records in the slice
 *   n:L:S:rN    STRING  988 records: entry id 8, origin 3, published (s) 4, signature 43; made at full length
 *   n:L:S:XXX   STRING  slots, 4 bytes each: 9 bits of a band's key, 23 of a record's number; the bucket's name is
 *                       another 12 bits of the key
 *   n:origins   HASH    source and categories <-> number, so that a record holds three bytes instead
 *   n:apart     SET     ids of entries that stand alone
 *   j:XXXX      HASH    rest of an entry's id -> id of the entry it was joined to
 */

const ID_BYTES = 8;
const SIGNATURE_BYTES = 43;
const TOLD_BYTES = ID_BYTES + 4 + SIGNATURE_BYTES;

/** ARGV: slice length (minutes), slice number, ms until the slice expires, window (s), origins (count, then each), entries. */
const EXCHANGE = `
local p = KEYS[1]
local RECORD, CHUNK, MOST_READ, MOST_TOLD = 58, 988, 256, 64
local base, slice, ttl, window = p .. 'n:' .. ARGV[1] .. ':', tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local origin_count = tonumber(ARGV[5])
local blob = ARGV[6 + origin_count]

local function named(number) return base .. number .. ':' end
local current = named(slice)

local numbers, described = {}, {}
local function describe(number)
  local known = described[number]
  if known then return known end
  local text = redis.call('HGET', p .. 'n:origins', '#' .. number) or ''
  known = { source = string.sub(text, 2, 9), categories = {} }
  for slug in string.gmatch(string.sub(text, 10), '[^\\n]+') do known.categories[slug] = true end
  described[number] = known
  return known
end
for i = 1, origin_count do
  local text = ARGV[5 + i]
  local number = redis.call('HGET', p .. 'n:origins', text)
  if not number then
    -- Two fields for each origin.
    number = redis.call('HLEN', p .. 'n:origins') / 2 % 16777216
    redis.call('HSET', p .. 'n:origins', text, number, '#' .. number, text)
  end
  numbers[i] = tonumber(number)
end

local function share_category(a, b)
  if next(a.categories) == nil or next(b.categories) == nil then return next(a.categories) == next(b.categories) end
  for slug in pairs(a.categories) do if b.categories[slug] then return true end end
  return false
end

-- A worker whose clock is ahead may have begun the next slice.
local slices = {}
for number = slice + 1, slice - 2, -1 do
  if redis.call('EXISTS', named(number)) == 1 then slices[#slices + 1] = named(number) end
end
local any_apart = redis.call('EXISTS', p .. 'n:apart') == 1
local function is_apart(id) return any_apart and redis.call('SISMEMBER', p .. 'n:apart', id) == 1 end

local function parts_of(band)
  local bucket = math.floor(band / 1048576)
  local tag = math.floor(band / 2048) % 512
  return string.format('%03x', bucket), tag
end

-- The newest last.
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
    redis.call('SETRANGE', name, CHUNK * RECORD - 1, '\\0')
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
  local signature = string.sub(blob, pos + 12, pos + 54)
  local number, band_count = numbers[struct.unpack('>I2', blob, pos + 55)], string.byte(blob, pos + 57)
  local origin = describe(number)
  pos = pos + 58
  local bands = {}
  for i = 1, band_count do
    bands[i] = struct.unpack('>I4', blob, pos)
    pos = pos + 4
  end

  local told, seen, own_where, own_number, own_bands, read = {}, {}, nil, nil, {}, 0
  local alone = is_apart(id)
  for _, where in ipairs(slices) do
    for i, band in ipairs(bands) do
      local bucket, tag = parts_of(band)
      local found = records_in(where .. bucket, tag)
      for place = #found, 1, -1 do
        local candidate = where .. found[place]
        if seen[candidate] == 'own' then own_bands[i] = true end
        if not seen[candidate] and read < MOST_READ then
          read = read + 1
          seen[candidate] = 'seen'
          local record = read_record(where, found[place])
          local other = string.sub(record, 1, 8)
          if other == id then
            -- What it said before an edit is remembered beside what it says now.
            if not own_where and string.sub(record, 16) == signature then
              seen[candidate], own_bands[i] = 'own', true
              own_where, own_number = where, found[place]
            end
          elseif #record == RECORD and #told < MOST_TOLD and not alone then
            local from, published = struct.unpack('>I3I4', record, 9)
            local their = describe(from)
            if their.source ~= origin.source and math.abs(published - at) <= window
              and share_category(origin, their) and not is_apart(other) then
              told[#told + 1] = other .. string.sub(record, 12)
            end
          end
        end
      end
    end
  end
  out[#out + 1] = table.concat(told)

  if band_count > 0 and not alone then
    local record = id .. struct.pack('>I3I4', number, at) .. signature
    if not own_where then
      own_where = current
      own_number = redis.call('INCR', current) - 1
      if own_number == 0 then
        redis.call('PEXPIRE', current, ttl)
        table.insert(slices, 1, current)
      end
    end
    -- A slice that is full (8 million entries) takes no more.
    if own_number < 8388608 then
      write_record(own_where, own_number, record)
      for i, band in ipairs(bands) do
        if not own_bands[i] then
          local bucket, tag = parts_of(band)
          add_slot(own_where, bucket, tag, own_number)
        end
      end
    end
  end
end
return out`;

const SET_APART = `
for i = 1, #ARGV do redis.call('SADD', KEYS[1] .. 'n:apart', ARGV[i]) end
return #ARGV`;

const MINUTE_MS = 60_000;
/** A slice in use and two before it cover the window, wherever in the slice now is. */
const SLICES_IN_WINDOW = 2;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createNearDuplicates(client: RedisClient, prefix: string): NearDuplicates {
  const exchangeScript = defineScript(client, 'exchanging signatures', prefix, EXCHANGE);
  const apartScript = defineScript(client, 'setting entries apart', prefix, SET_APART);

  async function rememberAndFind(
    tellings: readonly SimilarityCandidate[],
    windowMs: number,
    now: number,
  ): Promise<readonly (readonly RememberedText[])[]> {
    if (tellings.length === 0) return [];
    const sliceMinutes = Math.max(1, Math.ceil(windowMs / SLICES_IN_WINDOW / MINUTE_MS));
    const sliceMs = sliceMinutes * MINUTE_MS;
    const slice = Math.floor(now / sliceMs);
    const expiresMs = (slice + 1 + SLICES_IN_WINDOW) * sliceMs - now;
    const origins = [...new Set(tellings.map(originOf))];
    const reply = await exchangeScript(
      sliceMinutes,
      slice,
      expiresMs,
      Math.floor(windowMs / 1000),
      origins.length,
      ...origins.map((origin) => Buffer.from(origin, 'latin1')),
      packTellings(tellings, origins),
    );
    return listOf(reply).map((told) => readTold(bytesOf(told)));
  }

  async function exclude(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await apartScript(...ids.map((id) => Buffer.from(id, 'hex')));
  }

  return { rememberAndFind, exclude };
}

/** A mark, the source's key, then its categories in order: bytes, one a character. */
function originOf({ sourceKey, categories }: SimilarityCandidate): string {
  const slugs = [...new Set(categories)].sort().join('\n');
  return Buffer.concat([Buffer.from('='), Buffer.from(sourceKey, 'hex'), Buffer.from(slugs, 'utf8')]).toString(
    'latin1',
  );
}

function packTellings(tellings: readonly SimilarityCandidate[], origins: readonly string[]): Buffer {
  return Buffer.concat(
    tellings.map((telling) => {
      const { id, publishedAt, signature, bands } = telling;
      if (signature.length !== SIGNATURE_BYTES)
        throw new InvariantError(`a signature has ${SIGNATURE_BYTES} bytes, found ${signature.length}`);
      const packed = Buffer.alloc(ID_BYTES + 4 + SIGNATURE_BYTES + 3 + 4 * bands.length);
      packed.write(id, 0, 'hex');
      packed.writeUInt32BE(Math.max(0, Math.floor(publishedAt / 1000)), ID_BYTES);
      packed.set(signature, ID_BYTES + 4);
      packed.writeUInt16BE(origins.indexOf(originOf(telling)) + 1, ID_BYTES + 4 + SIGNATURE_BYTES);
      packed[ID_BYTES + 6 + SIGNATURE_BYTES] = bands.length;
      bands.forEach((band, index) => packed.writeUInt32BE(band, ID_BYTES + 7 + SIGNATURE_BYTES + 4 * index));
      return packed;
    }),
  );
}

function readTold(packed: Buffer): readonly RememberedText[] {
  const told: RememberedText[] = [];
  for (let at = 0; at + TOLD_BYTES <= packed.length; at += TOLD_BYTES) {
    told.push({
      id: packed.toString('hex', at, at + ID_BYTES),
      publishedAt: packed.readUInt32BE(at + ID_BYTES) * 1000,
      signature: new Uint8Array(packed.subarray(at + ID_BYTES + 4, at + TOLD_BYTES)),
    });
  }
  return told;
}
