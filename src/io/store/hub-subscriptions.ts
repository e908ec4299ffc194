/** How are subscriptions to our feeds stored, with the results of deliveries? */
import { createHash } from 'node:crypto';
import { millisecondsInMinute } from 'date-fns/constants';
import type { HubCapacity, HubRequest, HubSubscription, Quota } from '../../model/hub-subscription.ts';
import type { HubSubscriptionStore } from '../../ports/hub-subscriptions.ts';
import { lua } from './lua.ts';
import { PORTION } from './portions.ts';
import { defineScript, failed, numberOf, type RedisClient, textOf } from './script.ts';

/*
 * Keys, all behind the prefix. A NAME is hashed, because clients choose it, at any length.
 *   h:s:ID         HASH  j terms as JSON, a when they were requested, t topic, p names of its parties;
 *                        e ETag delivered, f failures in a row, d since when
 *   h:t:TOPIC      SET   ids of its subscriptions
 *   h:leases       ZSET  id -> end of its lease: all subscriptions
 *   h:failing      ZSET  id -> epoch ms of the first failure in a row
 *   h:parties      HASH  NAME -> how many subscriptions
 *   h:ended:ID     when the end was requested, kept for an hour: an earlier, slower request must not undo it
 *   h:request:ID   the last request, until its callback was asked
 *   h:waiting:NAME ZSET  id -> when its request is given up
 *   h:busy:NAME    ZSET  holder -> end of its lease: requests under way
 *   h:rate:NAME    requests in this minute
 *   h:pinged       HASH  topic -> ETag for which the external hub was pinged
 */

/** A request that no worker has taken within this time is dropped. */
const REQUEST_WAITS_MS = 10 * millisecondsInMinute;

/** The terms of a subscription, as stored in one field. */
type Terms = Pick<
  HubSubscription,
  'topic' | 'topicUrl' | 'callback' | 'secret' | 'leaseEndsAt' | 'askedAt' | 'requester' | 'addresses'
>;

export function createHubSubscriptions(client: RedisClient, prefix: string): HubSubscriptionStore {
  const script = (what: string, text: string) => defineScript(client, what, prefix, text);
  const putScript = script('saving a subscription', lua('store/hub-subscriptions/put.lua'));
  const endScript = script('ending a subscription', lua('store/hub-subscriptions/end.lua'));
  const dropScript = script('dropping subscriptions', lua('store/hub-subscriptions/drop.lua'));
  const expireScript = script('dropping expired subscriptions', lua('store/hub-subscriptions/expire.lua'));
  const noteScript = script('recording a delivery', lua('store/hub-subscriptions/note.lua'));
  const roomScript = script('counting subscriptions', lua('store/hub-subscriptions/has-room.lua'));
  const enterScript = script('taking a slot of a callback', lua('store/hub-subscriptions/enter.lua'));
  const leaveScript = script('releasing a slot of a callback', lua('store/hub-subscriptions/leave.lua'));
  const admitScript = script('counting requests to the hub', lua('store/hub-subscriptions/admit.lua'));
  const keepScript = script('storing a request to the hub', lua('store/hub-subscriptions/keep-request.lua'));
  const forgetScript = script('ending a request to the hub', lua('store/hub-subscriptions/forget-request.lua'));

  const doing = <Value>(step: string, reply: Promise<Value>): Promise<Value> =>
    reply.catch((error: unknown) => Promise.reject(failed(step, error)));

  return {
    keepRequest: async (id, request, waiting, now) =>
      numberOf(await keepScript(id, JSON.stringify(request), now, REQUEST_WAITS_MS, ...named(waiting))) === 1,
    request: async (id) => {
      const json = await doing('reading a request to the hub', client.get(`${prefix}h:request:${id}`));
      // What we wrote ourselves is trusted.
      return json === null ? undefined : (JSON.parse(json) as HubRequest);
    },
    forgetRequest: async (id, request, waiting) => {
      await forgetScript(id, JSON.stringify(request), ...waiting.map(hashed));
    },
    put: async (subscription, quotas, capacity) => {
      const { id, topic, topicUrl, callback, secret, leaseEndsAt, askedAt, requester, addresses } = subscription;
      const terms: Terms = {
        topic,
        topicUrl,
        callback,
        leaseEndsAt,
        askedAt,
        requester,
        addresses,
        ...(secret !== undefined && { secret }),
      };
      const answer = textOf(
        await putScript(
          id,
          JSON.stringify(terms),
          askedAt,
          leaseEndsAt,
          topic,
          subscription.deliveredEtag ?? '',
          ...places(capacity),
          ...named(quotas),
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
    expire: async (now, limit) => {
      let ended = 0;
      while (ended < limit) {
        const some = Math.min(PORTION, limit - ended);
        const found = numberOf(await expireScript(now, some));
        ended += found;
        if (found < some) break;
      }
      return ended;
    },
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
    hasRoom: async (quotas, capacity) => numberOf(await roomScript(...places(capacity), ...named(quotas))) === 1,
    enter: async (slots, holder, now, leaseMs) =>
      numberOf(await enterScript(holder, now, leaseMs, ...named(slots))) === 1,
    leave: async (slots, holder) => {
      await leaveScript(holder, ...slots.map(hashed));
    },
    admit: async (quota, windowMs) => numberOf(await admitScript(hashed(quota), quota.most, windowMs)) === 1,
    pinged: async (topic) => (await doing('reading pings', client.hget(`${prefix}h:pinged`, topic))) ?? undefined,
    setPinged: async (topic, etag) => {
      await doing('recording a ping', client.hset(`${prefix}h:pinged`, topic, etag));
    },
  };
}

function hashed({ name }: Quota): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}

function named(quotas: readonly Quota[]): readonly (string | number)[] {
  return quotas.flatMap((quota) => [hashed(quota), quota.most]);
}

function places({ altogether, reserved, few }: HubCapacity): readonly number[] {
  return [altogether, reserved, few];
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
