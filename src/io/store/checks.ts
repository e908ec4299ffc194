/** Which sources are due, who is looking at them, and what do we remember of each? */
import type { CheckClosing, CheckOpening, Checks, DueSource, Opened } from '../../ports.ts';
import { FIRST_STATE, type SourceState } from '../../model/source-state.ts';
import { StoreError } from '../../model/errors.ts';
import { defineScript, failed, listOf, numberOf, optionalText, type RedisClient, textOf } from './script.ts';

/** A rest of the host that is longer than this puts the check off instead of keeping a job waiting. */
const LONGEST_WAIT_MS = 60_000;

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

const OPEN = `
local p, id, holder = KEYS[1], ARGV[1], ARGV[2]
local due_at, budget, concurrency, delay = tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local now, lease, longest_wait = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local s, b, slots = p .. 's:' .. id, p .. 'b:' .. budget, p .. 'bs:' .. budget
local f = redis.call('HMGET', s, 'v', 'n', 'h', 'l', 'r')
if not f[1] or tonumber(f[2]) > due_at then return {'taken'} end
if f[3] and f[3] ~= holder and tonumber(f[4]) > now then return {'taken'} end
local h = redis.call('HMGET', b, 'n', 's', 'r')
local free_from, last_start, rests = tonumber(h[1] or 0), tonumber(h[2] or 0), tonumber(h[3] or 0)

if rests - now > longest_wait then
  redis.call('HSET', s, 'h', holder, 'l', now + lease)
  redis.call('HDEL', s, 'r')
  return {'rest', tostring(rests), f[1]}
end

local start = tonumber(f[5] or 0)
if start == 0 then
  start = math.max(now, free_from, rests)
  if start > now or delay > 0 then
    redis.call('HSET', b, 'n', start + delay)
    redis.call('PEXPIRE', b, math.max(start + delay, rests) - now + 60000)
  end
end
-- A reservation that was used late must not crowd the next one.
if delay > 0 then start = math.max(start, last_start + delay) end
start = math.max(start, rests)
if start > now then
  redis.call('HSET', s, 'r', start)
  redis.call('ZADD', p .. 'due', 'XX', 'GT', start + lease, id)
  return {'wait', tostring(start)}
end

redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
if redis.call('ZCARD', slots) >= concurrency and not redis.call('ZSCORE', slots, holder) then
  local first = redis.call('ZRANGE', slots, 0, 0, 'WITHSCORES')
  redis.call('HSET', s, 'r', start)
  redis.call('ZADD', p .. 'bw:' .. budget, 'NX', now, holder)
  redis.call('PEXPIRE', p .. 'bw:' .. budget, lease)
  redis.call('ZADD', p .. 'due', 'XX', 'GT', tonumber(first[2]) + lease, id)
  return {'wait', first[2]}
end

redis.call('HSET', s, 'h', holder, 'l', now + lease)
redis.call('HDEL', s, 'r')
redis.call('ZADD', slots, now + lease, holder)
redis.call('PEXPIRE', slots, lease)
if delay > 0 then
  redis.call('HSET', b, 's', now)
  redis.call('PEXPIRE', b, math.max(tonumber(redis.call('HGET', b, 'n') or 0) - now, delay, rests - now) + 60000)
end
return {'open', f[1]}`;

const CLOSE = `
local p, id, holder, budget = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local state, next_at, rests, now, adopted = ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
local s, b = p .. 's:' .. id, p .. 'b:' .. budget
if redis.call('HGET', s, 'h') ~= holder then return {} end
redis.call('HSET', s, 'v', state, 'n', next_at)
redis.call('HDEL', s, 'h', 'l', 'r')
if adopted == '' then redis.call('HDEL', s, 'a') else redis.call('HSET', s, 'a', adopted) end
redis.call('ZADD', p .. 'due', 'XX', next_at, id)
redis.call('ZREM', p .. 'bs:' .. budget, holder)
if rests > 0 then
  redis.call('HSET', b, 'r', rests)
  redis.call('PEXPIRE', b, math.max(tonumber(redis.call('HGET', b, 'n') or 0), rests) - now + 60000)
end
local woken = redis.call('ZPOPMIN', p .. 'bw:' .. budget, 1)
if woken[1] then return {woken[1]} end
return {}`;

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

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createChecks(client: RedisClient, prefix: string): Checks {
  const add = defineScript(client, 'adding sources', prefix, ADD);
  const remove = defineScript(client, 'removing sources', prefix, REMOVE);
  const claim = defineScript(client, 'claiming due sources', prefix, CLAIM_DUE);
  const openScript = defineScript(client, 'opening a check', prefix, OPEN);
  const closeScript = defineScript(client, 'closing a check', prefix, CLOSE);
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

  async function open(check: CheckOpening): Promise<Opened> {
    const { concurrency, delayMs } = check.budget;
    const reply = listOf(
      await openScript(
        check.sourceId,
        check.holder,
        check.dueAt,
        check.budgetKey,
        concurrency,
        delayMs,
        check.now,
        check.leaseMs,
        LONGEST_WAIT_MS,
      ),
    );
    const kind = textOf(reply[0]);
    switch (kind) {
      case 'open':
        return { kind, state: readState(textOf(reply[1]), check.dueAt) };
      case 'wait':
        return { kind, untilMs: numberOf(reply[1]) };
      case 'rest':
        return { kind, untilMs: numberOf(reply[1]), state: readState(textOf(reply[2]), check.dueAt) };
      case 'taken':
        return { kind };
      default:
        throw new StoreError(`Redis: opening a check of ${check.sourceId} answered ${kind}`);
    }
  }

  async function close(check: CheckClosing): Promise<readonly string[]> {
    const woken = await closeScript(
      check.sourceId,
      check.holder,
      check.budgetKey,
      JSON.stringify(check.state),
      score(check.state),
      check.hostRestsUntil ?? 0,
      check.now,
      adoption(check.state),
    );
    return listOf(woken).map(textOf);
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

  async function write(sourceId: string, state: SourceState, now: number): Promise<boolean> {
    return numberOf(await writeScript(sourceId, JSON.stringify(state), score(state), now, adoption(state))) === 1;
  }

  return { sync, claimDue, open, close, read, write };
}

/** A paused source is never due. Redis and Lua both read `inf`. */
function score(state: SourceState): string {
  return state.pausedAt === undefined ? String(Math.floor(state.nextCheckAt)) : 'inf';
}

/** Apart from the state, so that who claims a source learns it without reading the state; empty where none is adopted. */
function adoption({ adoptedUrl, adoptedFrom }: SourceState): string {
  return adoptedUrl === undefined ? '' : JSON.stringify([adoptedUrl, adoptedFrom]);
}

function readAdoption(text: string): Pick<SourceState, 'adoptedUrl' | 'adoptedFrom'> {
  // Written by `adoption`, which JSON turns an absent value of into null.
  const [adoptedUrl, adoptedFrom] = JSON.parse(text) as readonly [string, string | null];
  return { adoptedUrl, ...(adoptedFrom !== null && { adoptedFrom }) };
}

/** What we wrote ourselves is trusted; the due time beside it is the one that counts. */
function readState(text: string, nextCheckAt: number): SourceState {
  const state = JSON.parse(text) as SourceState;
  return Number.isFinite(nextCheckAt) ? { ...state, nextCheckAt } : state;
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
