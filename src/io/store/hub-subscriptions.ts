/** Who has subscribed to our feeds, and how do the deliveries go? */
import type { HubSubscription } from '../../model/hub-subscription.ts';
import type { HubSubscriptionStore } from '../../ports/hub-subscriptions.ts';
import { defineScript, failed, numberOf, type RedisClient, textOf } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   h:s:ID      HASH  j terms as JSON, a when they were asked for, t topic, c callback's host;
 *                     e ETag delivered, f failures in a row, d since when
 *   h:t:TOPIC   SET   ids of its subscriptions
 *   h:leases    ZSET  id -> end of its lease: all subscriptions
 *   h:hosts     HASH  callback's host -> how many subscriptions
 *   h:ended:ID  when the end was asked for, kept for an hour: a slower request from before must not undo it
 *   h:busy:HOST ZSET  holder -> end of its lease: requests to the host under way
 *   h:rate:NAME requests of late
 *   h:pinged    HASH  topic -> ETag that the outer hub was told of
 */

const LIBRARY = `
local p = KEYS[1]
local function forget(id)
  local found = redis.call('HMGET', p .. 'h:s:' .. id, 't', 'c')
  if not found[1] then return 0 end
  redis.call('SREM', p .. 'h:t:' .. found[1], id)
  redis.call('ZREM', p .. 'h:leases', id)
  if redis.call('HINCRBY', p .. 'h:hosts', found[2], -1) <= 0 then redis.call('HDEL', p .. 'h:hosts', found[2]) end
  redis.call('DEL', p .. 'h:s:' .. id)
  return 1
end
local function room(host, per_host, altogether)
  return tonumber(redis.call('HGET', p .. 'h:hosts', host) or 0) < tonumber(per_host)
    and redis.call('ZCARD', p .. 'h:leases') < tonumber(altogether)
end
`;

const PUT = `${LIBRARY}
local id, json, asked, lease_end, topic, host, etag, per_host, altogether = unpack(ARGV)
local key = p .. 'h:s:' .. id
local before = redis.call('HGET', key, 'a') or redis.call('GET', p .. 'h:ended:' .. id)
if before and tonumber(before) > tonumber(asked) then return 'outdated' end
if redis.call('EXISTS', key) == 0 then
  if not room(host, per_host, altogether) then return 'full' end
  redis.call('HINCRBY', p .. 'h:hosts', host, 1)
  redis.call('SADD', p .. 'h:t:' .. topic, id)
  redis.call('HSET', key, 't', topic, 'c', host)
  if etag ~= '' then redis.call('HSET', key, 'e', etag) end
end
redis.call('HSET', key, 'j', json, 'a', asked, 'f', 0)
redis.call('HDEL', key, 'd')
redis.call('ZADD', p .. 'h:leases', lease_end, id)
return 'saved'`;

const END = `${LIBRARY}
local id, asked = ARGV[1], ARGV[2]
local before = redis.call('HGET', p .. 'h:s:' .. id, 'a')
if before and tonumber(before) > tonumber(asked) then return 0 end
redis.call('SET', p .. 'h:ended:' .. id, asked, 'PX', 3600000)
return forget(id)`;

const DROP = `${LIBRARY}
local dropped = 0
for _, id in ipairs(ARGV) do dropped = dropped + forget(id) end
return dropped`;

const EXPIRE = `${LIBRARY}
local ids = redis.call('ZRANGEBYSCORE', p .. 'h:leases', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(ids) do forget(id) end
return #ids`;

const NOTE = `
local key = KEYS[1] .. 'h:s:' .. ARGV[1]
if redis.call('EXISTS', key) == 0 then return 0 end
redis.call('HSET', key, 'f', ARGV[3])
if ARGV[2] ~= '' then redis.call('HSET', key, 'e', ARGV[2]) end
if ARGV[4] ~= '' then redis.call('HSET', key, 'd', ARGV[4]) else redis.call('HDEL', key, 'd') end
return 1`;

const ROOM = `${LIBRARY}
return room(ARGV[1], ARGV[2], ARGV[3]) and 1 or 0`;

const ENTER = `
local key, now = KEYS[1] .. 'h:busy:' .. ARGV[1], tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
if not redis.call('ZSCORE', key, ARGV[2]) and redis.call('ZCARD', key) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', key, now + ARGV[5], ARGV[2])
redis.call('PEXPIRE', key, ARGV[5])
return 1`;

const ADMIT = `
local key = KEYS[1] .. 'h:rate:' .. ARGV[1]
local count = redis.call('INCR', key)
if count == 1 then redis.call('PEXPIRE', key, ARGV[3]) end
return count <= tonumber(ARGV[2]) and 1 or 0`;

/** The terms of a subscription, as they are kept in one field. */
type Terms = Pick<HubSubscription, 'topic' | 'topicUrl' | 'callback' | 'secret' | 'leaseEndsAt' | 'askedAt'>;

export function createHubSubscriptions(client: RedisClient, prefix: string): HubSubscriptionStore {
  const putScript = defineScript(client, 'saving a subscription', prefix, PUT);
  const endScript = defineScript(client, 'ending a subscription', prefix, END);
  const dropScript = defineScript(client, 'dropping subscriptions', prefix, DROP);
  const expireScript = defineScript(client, 'dropping expired subscriptions', prefix, EXPIRE);
  const noteScript = defineScript(client, 'noting a delivery', prefix, NOTE);
  const roomScript = defineScript(client, 'counting subscriptions', prefix, ROOM);
  const enterScript = defineScript(client, 'taking a slot of a callback', prefix, ENTER);
  const admitScript = defineScript(client, 'counting requests to the hub', prefix, ADMIT);

  const doing = <Value>(step: string, reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed(step, error)));

  return {
    put: async (subscription, { perCallbackHost, altogether }) => {
      const { id, topic, topicUrl, callback, secret, leaseEndsAt, askedAt, deliveredEtag } = subscription;
      const terms: Terms = { topic, topicUrl, callback, leaseEndsAt, askedAt, ...(secret !== undefined && { secret }) };
      const host = new URL(callback).host;
      const answer = textOf(
        await putScript(
          id,
          JSON.stringify(terms),
          askedAt,
          leaseEndsAt,
          topic,
          host,
          deliveredEtag ?? '',
          perCallbackHost,
          altogether,
        ),
      );
      return answer === 'saved' || answer === 'outdated' ? answer : 'full';
    },
    end: async (id, askedAt) => {
      await endScript(id, askedAt);
    },
    drop: async (ids) => {
      if (ids.length > 0) await dropScript(...ids);
    },
    expire: async (now, limit) => numberOf(await expireScript(now, limit)),
    get: async (ids) => {
      const found = await doing(
        'reading subscriptions',
        Promise.all(ids.map((id) => client.hmget(`${prefix}h:s:${id}`, 'j', 'e', 'f', 'd'))),
      );
      return found.map((fields, index) => subscriptionOf(ids[index] ?? '', fields));
    },
    ofTopics: async (topics) => {
      const sets = topics.map((topic) => client.smembers(`${prefix}h:t:${topic}`));
      return (await doing('reading subscriptions', Promise.all(sets))).flat();
    },
    note: async ({ id, deliveredEtag, failures, failingSince }) => {
      await noteScript(id, deliveredEtag ?? '', failures, failingSince ?? '');
    },
    count: () => doing('counting subscriptions', client.zcard(`${prefix}h:leases`)),
    hasRoom: async (host, { perCallbackHost, altogether }) =>
      numberOf(await roomScript(host, perCallbackHost, altogether)) === 1,
    enter: async (host, holder, most, now, leaseMs) =>
      numberOf(await enterScript(host, holder, most, now, leaseMs)) === 1,
    leave: async (host, holder) => {
      await doing('giving back a slot of a callback', client.zrem(`${prefix}h:busy:${host}`, holder));
    },
    admit: async (name, most, windowMs) => numberOf(await admitScript(name, most, windowMs)) === 1,
    pinged: async (topic) => (await doing('reading pings', client.hget(`${prefix}h:pinged`, topic))) ?? undefined,
    setPinged: async (topic, etag) => {
      await doing('noting a ping', client.hset(`${prefix}h:pinged`, topic, etag));
    },
  };
}

function subscriptionOf(
  id: string,
  [json, etag, failures, since]: readonly (string | null)[],
): HubSubscription | undefined {
  if (json === null || json === undefined) return undefined;
  return {
    // What we wrote ourselves is trusted.
    ...(JSON.parse(json) as Terms),
    id,
    failures: Number(failures ?? 0),
    ...(etag !== null && etag !== undefined && { deliveredEtag: etag }),
    ...(since !== null && since !== undefined && { failingSince: Number(since) }),
  };
}
