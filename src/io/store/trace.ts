/** What became of each entry, and where is it found again, in a few bytes and for a month? */
import { createHash } from 'node:crypto';
import type { TraceDecision, TracedEntry, TraceEvent, TraceNote } from '../../model/trace.ts';
import type { Trace, Traced } from '../../ports/trace.ts';
import { bytesOf, defineScript, listOf, numberOf, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix. Time is cut in slices of five days; a slice expires 30 days after its end. S is its number.
 *   t:S      HASH    next: offset of the next record; origins: how many; lost: events that found no place
 *   t:S:o    HASH    source and address of the document <-> number, so that a record holds three bytes instead
 *   t:S:rN   STRING  records from offset N * 32 KiB on, made at full length; none goes over the end of its string:
 *                    length 2, time (s) 4, origin 3, post id 8, the rest as JSON
 *   t:S:XXX  STRING  slots, 8 bytes each: 32 bits of a key, offset of its record; the name is another 10 bits of the key
 */

const DAY_MS = 86_400_000;
const SLICE_MS = 5 * DAY_MS;
const KEPT_MS = 30 * DAY_MS;
const SLICES = Math.ceil(KEPT_MS / SLICE_MS) + 1;

/** Records of one slice: at some 110 bytes, 300,000 events. */
const MOST_SLICE_BYTES = 32 * 1024 * 1024;

const LIBRARY = `
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
`;

/** ARGV: slice, ms until it expires, most bytes, slices kept; then for each event: once-key, keys, origin, record. */
const NOTE = `${LIBRARY}
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
    redis.call('SETRANGE', chunk, CHUNK - 1, '\\0')
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
return #ARGV`;

/** ARGV: oldest slice, newest slice, then keys. Back: lost, then origin and record of each event. */
const FIND = `${LIBRARY}
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
return out`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createTrace(client: RedisClient, prefix: string): Trace {
  const noteScript = defineScript(client, 'noting what became of entries', prefix, NOTE);
  const findScript = defineScript(client, 'reading what became of entries', prefix, FIND);

  async function note(notes: readonly TraceNote[], now: number): Promise<void> {
    if (notes.length === 0) return;
    const slice = sliceOf(now);
    const expiresInMs = Math.ceil((slice + 1) * SLICE_MS + KEPT_MS - now);
    await noteScript(slice, expiresInMs, MOST_SLICE_BYTES, SLICES, ...notes.flatMap(packNote));
  }

  async function find(keys: readonly string[], now: number): Promise<Traced> {
    const newest = sliceOf(now);
    // A worker whose clock is ahead may have begun the next slice.
    const reply = listOf(await findScript(newest - SLICES, newest + 1, ...keys.map((key) => Buffer.from(key, 'hex'))));
    const [lost, ...records] = reply;
    const events = Array.from({ length: records.length / 2 }, (_, index) =>
      readEvent(bytesOf(records[2 * index]), bytesOf(records[2 * index + 1])),
    );
    return { lost: numberOf(lost), events: events.sort((a, b) => a.at - b.at) };
  }

  return { note, find };
}

function sliceOf(now: number): number {
  return Math.floor(now / SLICE_MS);
}

/** What is not in the fixed part of a record. */
interface Rest {
  readonly decision: TraceDecision;
  readonly key?: string;
  readonly rules?: readonly string[];
  readonly entry?: TracedEntry;
}

/** A record may not be longer than this: texts are cut where an origin or a rule was wordy. */
const MOST_TEXT = 300;
const MOST_RULES = 20;

function packNote(note: TraceNote): (string | Buffer)[] {
  const { decision, key, rules = [], entry } = note;
  const rest: Rest = {
    decision,
    ...(key !== undefined && { key }),
    ...(rules.length > 0 && { rules: rules.slice(0, MOST_RULES) }),
    ...(entry !== undefined && { entry }),
  };
  const json = JSON.stringify(rest, (_name, value: unknown) => (typeof value === 'string' ? cut(value) : value));
  const time = Buffer.alloc(4);
  time.writeUInt32BE(Math.floor(note.at / 1000));
  const record = Buffer.concat([time, Buffer.from(note.postId, 'hex'), Buffer.from(json)]);
  const once = note.once === true ? createHash('sha1').update(record.subarray(4)).digest().subarray(0, 8) : '';
  const keys = Buffer.from([...new Set([note.postId, ...note.lookups])].join(''), 'hex');
  return [once, keys, `${note.sourceId}\n${cut(note.documentUrl ?? '')}`, record];
}

function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT).toWellFormed()}…`;
}

function readEvent(origin: Buffer, record: Buffer): TraceEvent {
  const [sourceId = '', documentUrl = ''] = origin.toString().split('\n');
  // What we wrote ourselves is trusted.
  const rest = JSON.parse(record.toString('utf8', 12)) as Rest;
  return {
    at: record.readUInt32BE(0) * 1000,
    postId: record.toString('hex', 4, 12),
    sourceId,
    ...(documentUrl !== '' && { documentUrl }),
    ...rest,
  };
}
