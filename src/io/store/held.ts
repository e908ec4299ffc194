/** Where do entries lie that wait for the operator? */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { HeldEntry } from '../../model/held-entry.ts';
import type { HeldState } from '../../model/source-state.ts';
import type { HeldStore } from '../../ports/held.ts';
import { dayBytes, identityHex, LIBRARY } from './entry-records.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   held:SOURCE   HASH  entry id -> the entry as deflated JSON; empty where there is too much to keep
 *   held          HASH  source id -> JSON: at, reason, count, bytes
 */

/** Of one source. Beyond the first, ids alone are kept; beyond the second, not even these: they come again as new. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_ENTRIES = 20_000;
const BATCH = 500;

const SHARED = `${LIBRARY}
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
`;

/** ARGV: source, reason, now, today, then for each entry: id, identity, packed. */
const HOLD = `${SHARED}
local source, now, today = ARGV[1], tonumber(ARGV[3]), ARGV[4]
local name = p .. 'held:' .. source
local summary = read_summary(source) or { at = now, bytes = 0 }
summary.reason = ARGV[2]
for i = 5, #ARGV, 3 do
  local id, packed = ARGV[i], ARGV[i + 2]
  local mark = mark_of(id)
  local before = redis.call('HSTRLEN', name, id)
  local listed = redis.call('HEXISTS', name, id) == 1
  if (not mark or is_held(mark)) and (listed or redis.call('HLEN', name) < ${MOST_ENTRIES}) then
    if summary.bytes - before + #packed > ${MOST_BYTES} then packed = '' end
    summary.bytes = summary.bytes - before + #packed
    redis.call('HSET', name, id, packed)
    if not mark then set_mark(id, new_mark(TOMBSTONE + APART, 0, today, ARGV[i + 1])) end
  end
end
write_summary(source, summary)
return 0`;

const EXHUME = `${SHARED}
for i = 1, #ARGV do
  local mark = mark_of(ARGV[i])
  if mark and is_held(mark) then redis.call('HDEL', bucket('m:', ARGV[i]), string.sub(ARGV[i], 3)) end
end
return 0`;

const DROP = `${SHARED}
local source = ARGV[1]
local summary = read_summary(source)
if not summary then return 0 end
for i = 2, #ARGV do
  summary.bytes = summary.bytes - redis.call('HSTRLEN', p .. 'held:' .. source, ARGV[i])
  redis.call('HDEL', p .. 'held:' .. source, ARGV[i])
end
write_summary(source, summary)
return 0`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createHeld(client: RedisClient, prefix: string): HeldStore {
  const holdScript = defineScript(client, 'holding entries', prefix, HOLD);
  const exhumeScript = defineScript(client, 'releasing entries', prefix, EXHUME);
  const dropScript = defineScript(client, 'dropping held entries', prefix, DROP);

  return {
    hold: async (sourceId, reason, entries, now) => {
      for (const batch of batches(entries)) {
        const parts = batch.flatMap((entry) => [bytes(entry.id), bytes(identityHex(entry)), pack(entry)]);
        await holdScript(sourceId, reason, now, dayBytes(now), ...parts);
      }
    },
    summaries: async () => {
      const all = await client.hgetall(`${prefix}held`).catch((error: unknown) => {
        throw failed('reading what is held', error);
      });
      return new Map(Object.entries(all).map(([sourceId, text]) => [sourceId, readSummary(text)]));
    },
    entries: async (sourceId) => {
      const all = await client.hgetallBuffer(`${prefix}held:${sourceId}`).catch((error: unknown) => {
        throw failed('reading held entries', error);
      });
      const entries = Object.values(all)
        .filter((packed) => packed.length > 0)
        .map(unpack);
      const kept = new Set(entries.map(({ id }) => id));
      // The client reads names as text: an id that is no text is known by its entry alone.
      const ids = await client.hkeysBuffer(`${prefix}held:${sourceId}`).catch((error: unknown) => {
        throw failed('reading held entries', error);
      });
      return { entries, contentless: ids.map((id) => id.toString('hex')).filter((id) => !kept.has(id)) };
    },
    forgetTombstones: async (ids) => {
      for (const batch of batches(ids)) await exhumeScript(...batch.map(bytes));
    },
    drop: async (sourceId, ids) => {
      for (const batch of batches(ids)) await dropScript(sourceId, ...batch.map(bytes));
    },
  };
}

function pack(entry: HeldEntry): Buffer {
  const { id, place, draft, sourceKey, titleKey, keys, fingerprint } = entry;
  return deflateRawSync(JSON.stringify({ id, place, draft, sourceKey, titleKey, keys, fingerprint }), { level: 9 });
}

/** What we wrote ourselves is trusted. */
function unpack(packed: Buffer): HeldEntry {
  return JSON.parse(inflateRawSync(packed).toString()) as HeldEntry;
}

function readSummary(text: string): HeldState {
  const { at, reason, count } = JSON.parse(text) as HeldState;
  return { at, reason, count };
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += BATCH) yield items.slice(from, from + BATCH);
}
