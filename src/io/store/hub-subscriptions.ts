/** Who has subscribed to our feeds, and how do the deliveries go? */
import type { HubSubscription } from '../../model/hub-subscription.ts';
import type { HubSubscriptionStore } from '../../ports/hub-subscriptions.ts';
import { lua } from './lua.ts';
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

/** The terms of a subscription, as they are kept in one field. */
type Terms = Pick<HubSubscription, 'topic' | 'topicUrl' | 'callback' | 'secret' | 'leaseEndsAt' | 'askedAt'>;

export function createHubSubscriptions(client: RedisClient, prefix: string): HubSubscriptionStore {
  const putScript = defineScript(client, 'saving a subscription', prefix, lua('store/hub-subscriptions/put.lua'));
  const endScript = defineScript(client, 'ending a subscription', prefix, lua('store/hub-subscriptions/end.lua'));
  const dropScript = defineScript(client, 'dropping subscriptions', prefix, lua('store/hub-subscriptions/drop.lua'));
  const expireScript = defineScript(
    client,
    'dropping expired subscriptions',
    prefix,
    lua('store/hub-subscriptions/expire.lua'),
  );
  const noteScript = defineScript(client, 'noting a delivery', prefix, lua('store/hub-subscriptions/note.lua'));
  const roomScript = defineScript(
    client,
    'counting subscriptions',
    prefix,
    lua('store/hub-subscriptions/has-room.lua'),
  );
  const enterScript = defineScript(
    client,
    'taking a slot of a callback',
    prefix,
    lua('store/hub-subscriptions/enter.lua'),
  );
  const admitScript = defineScript(
    client,
    'counting requests to the hub',
    prefix,
    lua('store/hub-subscriptions/admit.lua'),
  );

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
