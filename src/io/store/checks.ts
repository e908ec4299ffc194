/** Which sources are due, who is looking at them, and what do we remember of each? */
import type { Checks, DueSource } from '../../ports/checks.ts';
import { FIRST_STATE, type SourceState } from '../../model/source-state.ts';
import { defineScript, failed, listOf, numberOf, optionalText, type RedisClient, textOf } from './script.ts';
import { adoption, createCheckSlots, readState, score } from './check-slots.ts';

const SYNC_BATCH = 1_000;

/*
 * Keys, all behind the prefix:
 *   due        ZSET  source id -> when it is due; +inf while paused. Also the list of known sources.
 *   s:ID       HASH  v state, n due time, h holder, l end of its lease, r reserved start,
 *                    a the adopted address and the one it was adopted for, as a JSON list
 *   b:BUDGET   HASH  n first start not yet reserved, s last start, r the host rests until
 *   bs:BUDGET  ZSET  holder -> end of its lease: the slots in use
 *   bw:BUDGET  ZSET  holder -> since when it waits for a slot
 */

const ADD = `
local p, state, added = KEYS[1], ARGV[1], 0
for i = 2, #ARGV, 2 do
  local id, at = ARGV[i], ARGV[i + 1]
  if redis.call('ZADD', p .. 'due', 'NX', at, id) == 1 then
    local s = p .. 's:' .. id
    redis.call('HSETNX', s, 'v', state)
    redis.call('HSET', s, 'n', at)
    redis.call('PERSIST', s)
    added = added + 1
  end
end
return added`;

/** The state of a source that left the config is kept for 30 days, should it come back. */
const REMOVE = `
local p, removed = KEYS[1], 0
for i = 1, #ARGV do
  removed = removed + redis.call('ZREM', p .. 'due', ARGV[i])
  redis.call('PEXPIRE', p .. 's:' .. ARGV[i], 2592000000)
end
return removed`;

const CLAIM_DUE = `
local due = KEYS[1] .. 'due'
local found = redis.call('ZRANGEBYSCORE', due, '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local claimed = {}
for i = 1, #found, 2 do
  redis.call('ZADD', due, ARGV[1] + ARGV[3], found[i])
  claimed[#claimed + 1] = found[i]
  claimed[#claimed + 1] = found[i + 1]
  claimed[#claimed + 1] = redis.call('HGET', KEYS[1] .. 's:' .. found[i], 'a') or ''
end
return claimed`;

const WRITE = `
local p, id, state, next_at, now, adopted = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local s = p .. 's:' .. id
local f = redis.call('HMGET', s, 'h', 'l')
if f[1] and tonumber(f[2]) > now then return 0 end
redis.call('HSET', s, 'v', state, 'n', next_at)
redis.call('HDEL', s, 'h', 'l', 'r')
if adopted == '' then redis.call('HDEL', s, 'a') else redis.call('HSET', s, 'a', adopted) end
redis.call('ZADD', p .. 'due', next_at, id)
return 1`;

const HASTEN = `
local p, id, at = KEYS[1], ARGV[1], tonumber(ARGV[2])
local next_at = tonumber(redis.call('HGET', p .. 's:' .. id, 'n') or 0)
if next_at <= at or next_at == math.huge then return 0 end
redis.call('HSET', p .. 's:' .. id, 'n', at)
redis.call('ZADD', p .. 'due', 'XX', at, id)
return 1`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createChecks(client: RedisClient, prefix: string): Checks {
  const add = defineScript(client, 'adding sources', prefix, ADD);
  const remove = defineScript(client, 'removing sources', prefix, REMOVE);
  const claim = defineScript(client, 'claiming due sources', prefix, CLAIM_DUE);
  const { open, close } = createCheckSlots(client, prefix);
  const hastenScript = defineScript(client, 'making a check due', prefix, HASTEN);
  const writeScript = defineScript(client, 'writing a source state', prefix, WRITE);

  async function sync(sourceIds: readonly string[], now: number, spreadMs: number) {
    const known = new Set(await members(client, `${prefix}due`));
    const wanted = new Set(sourceIds);
    const fresh = sourceIds.filter((id) => !known.has(id));
    const stale = [...known].filter((id) => !wanted.has(id));
    let added = 0;
    for (const batch of batches(fresh)) {
      const pairs = batch.flatMap(({ item, index }) => [item, now + Math.floor((spreadMs * index) / fresh.length)]);
      added += numberOf(await add(JSON.stringify(FIRST_STATE), ...pairs));
    }
    let removed = 0;
    for (const batch of batches(stale)) removed += numberOf(await remove(...batch.map(({ item }) => item)));
    return { added, removed };
  }

  async function claimDue(now: number, limit: number, leaseMs: number): Promise<readonly DueSource[]> {
    const found = listOf(await claim(now, limit, leaseMs));
    const due: DueSource[] = [];
    for (let at = 0; at < found.length; at += 3) {
      const adopted = textOf(found[at + 2]);
      due.push({
        sourceId: textOf(found[at]),
        dueAt: numberOf(found[at + 1]),
        ...(adopted !== '' && readAdoption(adopted)),
      });
    }
    return due;
  }

  async function read(sourceIds: readonly string[]): Promise<readonly (SourceState | undefined)[]> {
    const replies = await Promise.all(sourceIds.map((id) => client.hmgetBuffer(`${prefix}s:${id}`, 'v', 'n'))).catch(
      (error: unknown) => {
        throw failed('reading source states', error);
      },
    );
    return replies.map(([state, nextAt]) => {
      const text = optionalText(state);
      return text === undefined ? undefined : readState(text, nextAt ? numberOf(nextAt) : 0);
    });
  }

  async function hasten(sourceId: string, at: number): Promise<void> {
    await hastenScript(sourceId, Math.floor(at));
  }

  async function write(sourceId: string, state: SourceState, now: number): Promise<boolean> {
    return numberOf(await writeScript(sourceId, JSON.stringify(state), score(state), now, adoption(state))) === 1;
  }

  return { sync, claimDue, open, close, read, write, hasten };
}

function readAdoption(text: string): Pick<SourceState, 'adoptedUrl' | 'adoptedFrom'> {
  // Written by `adoption`, which JSON turns an absent value of into null.
  const [adoptedUrl, adoptedFrom] = JSON.parse(text) as readonly [string, string | null];
  return { adoptedUrl, ...(adoptedFrom !== null && { adoptedFrom }) };
}

async function members(client: RedisClient, key: string): Promise<readonly string[]> {
  return client.zrange(key, '0', '-1').catch((error: unknown) => {
    throw failed('listing sources', error);
  });
}

function* batches<T>(items: readonly T[]): Generator<readonly { readonly item: T; readonly index: number }[]> {
  for (let from = 0; from < items.length; from += SYNC_BATCH) {
    yield items.slice(from, from + SYNC_BATCH).map((item, offset) => ({ item, index: from + offset }));
  }
}
