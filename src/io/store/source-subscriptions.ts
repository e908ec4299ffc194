/** How do we stand with the hubs of our sources, and what have they pushed that is not yet read? */
import type { HubNotification, SourceSubscriptions } from '../../model/source-subscription.ts';
import type { SourceSubscriptionStore, VersionedSubscriptions } from '../../ports/source-subscriptions.ts';
import { defineScript, failed, listOf, numberOf, type RedisClient, textOf } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   w:s:SOURCE    HASH  j standing as JSON, v version, c ids of its callbacks, separated by blanks
 *   w:c:CALLBACK  the source that it belongs to
 *   w:all         SET   sources with a standing
 *   w:due         ZSET  source -> when something is to be done about its orders
 *   w:p:SOURCE    LIST  notifications that wait to be read, oldest first
 *   w:pushed      SET   sources with such
 *   w:site        the site's address that callbacks are below
 */

const PUT = `
local p, id, expected, json, due, callbacks = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local s = p .. 'w:s:' .. id
local f = redis.call('HMGET', s, 'v', 'c')
if tonumber(f[1] or 0) ~= expected then return 0 end
for callback in string.gmatch(f[2] or '', '%S+') do redis.call('DEL', p .. 'w:c:' .. callback) end
for callback in string.gmatch(callbacks, '%S+') do redis.call('SET', p .. 'w:c:' .. callback, id) end
if due == '' then redis.call('ZREM', p .. 'w:due', id) else redis.call('ZADD', p .. 'w:due', due, id) end
if json == '' then
  redis.call('DEL', s)
  redis.call('SREM', p .. 'w:all', id)
else
  redis.call('HSET', s, 'j', json, 'v', expected + 1, 'c', callbacks)
  redis.call('SADD', p .. 'w:all', id)
end
return 1`;

const CLAIM = `
local p, now, limit, lease = KEYS[1], tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local due = redis.call('ZRANGEBYSCORE', p .. 'w:due', '-inf', now, 'LIMIT', 0, limit)
for i = 1, #due do redis.call('ZADD', p .. 'w:due', now + lease, due[i]) end
return {due, redis.call('SRANDMEMBER', p .. 'w:pushed', limit)}`;

const TOUCH = `
local p, now, touched = KEYS[1], ARGV[1], 0
for i = 2, #ARGV do
  if redis.call('EXISTS', p .. 'w:s:' .. ARGV[i]) == 1 then
    redis.call('ZADD', p .. 'w:due', now, ARGV[i])
    touched = touched + 1
  end
end
return touched`;

const ADD_PUSH = `
local p, id, most = KEYS[1], ARGV[1], tonumber(ARGV[2])
local list = p .. 'w:p:' .. id
if redis.call('LLEN', list) >= most then return 0 end
redis.call('RPUSH', list, ARGV[3])
redis.call('PEXPIRE', list, 604800000)
redis.call('SADD', p .. 'w:pushed', id)
return 1`;

const DROP_PUSH = `
local p, id = KEYS[1], ARGV[1]
redis.call('LPOP', p .. 'w:p:' .. id)
if redis.call('LLEN', p .. 'w:p:' .. id) == 0 then redis.call('SREM', p .. 'w:pushed', id) end
return 1`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createSourceSubscriptions(client: RedisClient, prefix: string): SourceSubscriptionStore {
  const putScript = defineScript(client, 'writing a standing with hubs', prefix, PUT);
  const claim = defineScript(client, 'claiming due orders with hubs', prefix, CLAIM);
  const touchScript = defineScript(client, 'touching orders with hubs', prefix, TOUCH);
  const addPushScript = defineScript(client, 'keeping a notification', prefix, ADD_PUSH);
  const dropPushScript = defineScript(client, 'dropping a notification', prefix, DROP_PUSH);

  async function get(sourceIds: readonly string[]): Promise<readonly (VersionedSubscriptions | undefined)[]> {
    const found = await Promise.all(sourceIds.map((id) => client.hmget(`${prefix}w:s:${id}`, 'j', 'v'))).catch(
      (error: unknown) => Promise.reject(failed('reading standings with hubs', error)),
    );
    return found.map(([json, version]) => {
      if (json === null || json === undefined) return undefined;
      // What we wrote ourselves is trusted.
      return { standing: JSON.parse(json) as SourceSubscriptions, version: Number(version) };
    });
  }

  async function put(standing: SourceSubscriptions, expectedVersion: number): Promise<boolean> {
    const { offer, orders, sourceId } = standing;
    const isEmpty = offer === undefined && orders.length === 0;
    const dueAt = orders.length === 0 ? '' : Math.floor(Math.min(...orders.map(({ actAt }) => actAt)));
    const callbacks = orders.map(({ callbackId }) => callbackId).join(' ');
    const json = isEmpty ? '' : JSON.stringify(standing);
    return numberOf(await putScript(sourceId, expectedVersion, json, dueAt, callbacks)) === 1;
  }

  async function sourceOf(callbackId: string): Promise<string | undefined> {
    const id = await client
      .get(`${prefix}w:c:${callbackId}`)
      .catch((error: unknown) => Promise.reject(failed('looking up a callback', error)));
    return id ?? undefined;
  }

  async function claimDue(now: number, limit: number, leaseMs: number) {
    const [due, pushed] = listOf(await claim(now, limit, leaseMs));
    return { due: listOf(due).map(textOf), pushed: listOf(pushed).map(textOf) };
  }

  async function touch(sourceIds: readonly string[], now: number): Promise<void> {
    if (sourceIds.length > 0) await touchScript(now, ...sourceIds);
  }

  async function all(): Promise<readonly string[]> {
    return client
      .smembers(`${prefix}w:all`)
      .catch((error: unknown) => Promise.reject(failed('listing standings with hubs', error)));
  }

  async function useSite(site: string): Promise<boolean> {
    const before = await client
      .set(`${prefix}w:site`, site, 'GET')
      .catch((error: unknown) => Promise.reject(failed('noting the site for callbacks', error)));
    return before !== null && before !== site;
  }

  async function addPush(push: HubNotification, most: number): Promise<boolean> {
    return numberOf(await addPushScript(push.sourceId, most, encodePush(push))) === 1;
  }

  async function firstPush(sourceId: string): Promise<HubNotification | undefined> {
    const found = await client
      .lindexBuffer(`${prefix}w:p:${sourceId}`, 0)
      .catch((error: unknown) => Promise.reject(failed('reading a notification', error)));
    return found === null ? undefined : decodePush(found);
  }

  async function dropPush(sourceId: string): Promise<void> {
    await dropPushScript(sourceId);
  }

  return { get, put, sourceOf, claimDue, touch, all, useSite, addPush, firstPush, dropPush };
}

const LENGTH_BYTES = 4;

/** The facts as JSON, their length in bytes before them, the body behind. */
function encodePush({ body, ...facts }: HubNotification): Buffer {
  const json = Buffer.from(JSON.stringify(facts));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, body]);
}

function decodePush(bytes: Buffer): HubNotification {
  const end = LENGTH_BYTES + bytes.readUInt32BE();
  // Written by `encodePush`.
  const facts = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end)) as Omit<HubNotification, 'body'>;
  return { ...facts, body: bytes.subarray(end) };
}
