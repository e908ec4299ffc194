/** How do many checks that begin or end at the same moment share one round trip? */
import { StoreError } from '../../model/errors.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { CheckClosing, CheckOpening, Checks, Opened } from '../../ports/checks.ts';
import { defineScript, listOf, numberOf, type RedisClient, type Reply, textOf } from './script.ts';

/** A rest of the host that is longer than this puts the check off instead of keeping a job waiting. */
const LONGEST_WAIT_MS = 60_000;

/** Checks in one call: Redis answers nobody else meanwhile, and needs some 10 µs for each. */
const MOST_AT_ONCE = 100;

/** Arguments of one beginning or end, its kind included. */
const FIELDS = 9;

/** Lua that frees a slot of a host, lets the host rest where it asked for it, and gives back who waited for the slot. */
export const LEAVE_BUDGET = `
local function leave_budget(budget, holder, rests, now)
  local b = p .. 'b:' .. budget
  redis.call('ZREM', p .. 'bs:' .. budget, holder)
  if rests > 0 then
    redis.call('HSET', b, 'r', rests)
    redis.call('PEXPIRE', b, math.max(tonumber(redis.call('HGET', b, 'n') or 0), rests) - now + 60000)
  end
  local woken = redis.call('ZPOPMIN', p .. 'bw:' .. budget, 1)
  if woken[1] then return {woken[1]} end
  return {}
end
`;

/*
 * The keys are told in `checks.ts`. All ends of a call come before its beginnings, so that slots that become free are there to be taken.
 */
const STEP = `
local p = KEYS[1]
${LEAVE_BUDGET}
local function close(id, holder, budget, state, next_at, rests, now, adopted)
  local s = p .. 's:' .. id
  if redis.call('HGET', s, 'h') ~= holder then return {} end
  if adopted == '' then
    redis.call('HSET', s, 'v', state, 'n', next_at)
    redis.call('HDEL', s, 'h', 'l', 'r', 'a')
  else
    redis.call('HSET', s, 'v', state, 'n', next_at, 'a', adopted)
    redis.call('HDEL', s, 'h', 'l', 'r')
  end
  redis.call('ZADD', p .. 'due', 'XX', next_at, id)
  return leave_budget(budget, holder, tonumber(rests), tonumber(now))
end

local function open(id, holder, due_at, budget, concurrency, delay, now, lease)
  local s, b, slots = p .. 's:' .. id, p .. 'b:' .. budget, p .. 'bs:' .. budget
  due_at, concurrency, delay = tonumber(due_at), tonumber(concurrency), tonumber(delay)
  now, lease = tonumber(now), tonumber(lease)
  local f = redis.call('HMGET', s, 'v', 'n', 'h', 'l', 'r')
  if not f[1] or tonumber(f[2]) > due_at then return {'taken'} end
  if f[3] and f[3] ~= holder and tonumber(f[4]) > now then return {'taken'} end
  local h = redis.call('HMGET', b, 'n', 's', 'r')
  local free_from, last_start, rests = tonumber(h[1] or 0), tonumber(h[2] or 0), tonumber(h[3] or 0)

  if rests - now > ${LONGEST_WAIT_MS} then
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

  if redis.call('ZCARD', slots) >= concurrency and not redis.call('ZSCORE', slots, holder) then
    redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
    if redis.call('ZCARD', slots) >= concurrency then
      local first = redis.call('ZRANGE', slots, 0, 0, 'WITHSCORES')
      redis.call('HSET', s, 'r', start)
      redis.call('ZADD', p .. 'bw:' .. budget, 'NX', now, holder)
      redis.call('PEXPIRE', p .. 'bw:' .. budget, lease)
      redis.call('ZADD', p .. 'due', 'XX', 'GT', tonumber(first[2]) + lease, id)
      return {'wait', first[2]}
    end
  end

  redis.call('HSET', s, 'h', holder, 'l', now + lease)
  if f[5] then
    redis.call('HDEL', s, 'r')
    -- It may have come before it was woken: the next free slot is for another.
    redis.call('ZREM', p .. 'bw:' .. budget, holder)
  end
  redis.call('ZADD', slots, now + lease, holder)
  redis.call('PEXPIRE', slots, lease)
  if delay > 0 then
    redis.call('HSET', b, 's', now)
    redis.call('PEXPIRE', b, math.max(tonumber(redis.call('HGET', b, 'n') or 0) - now, delay, rests - now) + 60000)
  end
  return {'open', f[1]}
end

local replies = {}
for i = 1, #ARGV, ${FIELDS} do
  local step = ARGV[i] == 'close' and close or open
  replies[#replies + 1] = step(unpack(ARGV, i + 1, i + ${FIELDS - 1}))
end
return replies`;

type Arguments = readonly [kind: 'open' | 'close', ...fields: (string | number)[]];

interface Step {
  readonly args: Arguments;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens and closes checks; those of one turn of the event loop go to Redis together, each with an outcome of its own.
 * A call that failed may have done some of them: each may be repeated.
 */
export function createCheckSlots(client: RedisClient, prefix: string): Pick<Checks, 'open' | 'close'> {
  const script = defineScript(client, 'opening and closing checks', prefix, STEP);
  let closing: Step[] = [];
  let opening: Step[] = [];

  function take(args: Arguments): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (closing.length + opening.length === 0) setImmediate(send);
      (args[0] === 'close' ? closing : opening).push({ args, resolve, reject });
    });
  }

  function send(): void {
    const steps = [...closing, ...opening];
    [closing, opening] = [[], []];
    for (let from = 0; from < steps.length; from += MOST_AT_ONCE) void run(steps.slice(from, from + MOST_AT_ONCE));
  }

  async function run(steps: readonly Step[]): Promise<void> {
    try {
      const replies = listOf(await script(...steps.flatMap(({ args }) => args)));
      steps.forEach(({ resolve }, index) => {
        // Of a missing answer the caller says what it found.
        resolve(replies[index] ?? null);
      });
    } catch (error) {
      for (const { reject } of steps) reject(error);
    }
  }

  async function open(check: CheckOpening): Promise<Opened> {
    const { sourceId, holder, dueAt, budgetKey, now, leaseMs } = check;
    const { concurrency, delayMs } = check.budget;
    const reply = listOf(await take(['open', sourceId, holder, dueAt, budgetKey, concurrency, delayMs, now, leaseMs]));
    const kind = textOf(reply[0]);
    switch (kind) {
      case 'open':
        return { kind, state: readState(textOf(reply[1]), dueAt) };
      case 'wait':
        return { kind, untilMs: numberOf(reply[1]) };
      case 'rest':
        return { kind, untilMs: numberOf(reply[1]), state: readState(textOf(reply[2]), dueAt) };
      case 'taken':
        return { kind };
      default:
        throw new StoreError(`Redis: opening a check of ${sourceId} answered ${kind}`);
    }
  }

  async function close({ sourceId, holder, budgetKey, state, hostRestsUntil, now }: CheckClosing) {
    const written = [JSON.stringify(state), score(state), hostRestsUntil ?? 0, now, adoption(state)];
    const woken = await take(['close', sourceId, holder, budgetKey, ...written]);
    return listOf(woken).map(textOf);
  }

  return { open, close };
}

/** A paused source is never due. Redis and Lua both read `inf`. */
export function score(state: SourceState): string {
  return state.pausedAt === undefined ? String(Math.floor(state.nextCheckAt)) : 'inf';
}

/** Apart from the state, so that who claims a source learns it without reading the state; empty where none is adopted. */
export function adoption({ adoptedUrl, adoptedFrom }: SourceState): string {
  return adoptedUrl === undefined ? '' : JSON.stringify([adoptedUrl, adoptedFrom]);
}

/** What we wrote ourselves is trusted; the due time beside it is the one that counts. */
export function readState(text: string, nextCheckAt: number): SourceState {
  const state = JSON.parse(text) as SourceState;
  return Number.isFinite(nextCheckAt) ? { ...state, nextCheckAt } : state;
}
