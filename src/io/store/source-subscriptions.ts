/** How are our subscriptions with hubs stored, and the notifications that are not read yet? */
import type {
  DiscoveredHubs,
  HubNotification,
  SourceSubscription,
  SourceSubscriptions,
  SourceSubscriptionStatus,
} from '../../model/source-subscription.ts';
import type { SourceSubscriptionStore, VersionedSubscriptions } from '../../ports/source-subscriptions.ts';
import { lua } from './lua.ts';
import { membersOfSet, portions } from './portions.ts';
import { defineScript, failed, listOf, numberOf, type RedisClient, textOf } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   w:s:SOURCE    HASH  j subscriptions as JSON, v version, c ids of its callbacks, separated by spaces
 *   w:c:CALLBACK  the source that it belongs to
 *   w:all         SET   sources with subscriptions or a known hub
 *   w:due         ZSET  source -> time of the next action
 *   w:p:SOURCE    LIST  unread notifications, oldest first
 *   w:pushed      SET   sources with unread notifications
 *   w:site        address of the site; callbacks are below it
 */

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createSourceSubscriptions(client: RedisClient, prefix: string): SourceSubscriptionStore {
  const putScript = defineScript(
    client,
    'writing subscriptions with hubs',
    prefix,
    lua('store/source-subscriptions/put.lua'),
  );
  const claim = defineScript(
    client,
    'claiming due subscriptions',
    prefix,
    lua('store/source-subscriptions/claim-due.lua'),
  );
  const touchScript = defineScript(
    client,
    'making subscriptions due',
    prefix,
    lua('store/source-subscriptions/touch.lua'),
  );
  const addPushScript = defineScript(
    client,
    'storing a notification',
    prefix,
    lua('store/source-subscriptions/add-notification.lua'),
  );
  const dropPushScript = defineScript(
    client,
    'dropping a notification',
    prefix,
    lua('store/source-subscriptions/drop-notification.lua'),
  );

  async function get(sourceIds: readonly string[]): Promise<readonly (VersionedSubscriptions | undefined)[]> {
    const found = await Promise.all(sourceIds.map((id) => client.hmget(`${prefix}w:s:${id}`, 'j', 'v'))).catch(
      (error: unknown) => Promise.reject(failed('reading subscriptions', error)),
    );
    return found.map(([json, version]) => {
      if (json === null || json === undefined) return undefined;
      return { subscriptions: readSubscriptions(json), version: Number(version) };
    });
  }

  async function put(subscriptions: SourceSubscriptions, expectedVersion: number): Promise<boolean> {
    const { discovered, list, sourceId } = subscriptions;
    const isEmpty = discovered === undefined && list.length === 0;
    const dueAt =
      list.length === 0 ? '' : Math.floor(list.reduce((first, { actAt }) => Math.min(first, actAt), Infinity));
    const callbacks = list.map(({ callbackId }) => callbackId).join(' ');
    const json = isEmpty ? '' : JSON.stringify(subscriptions);
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
    for (const some of portions(sourceIds)) await touchScript(now, ...some);
  }

  function all(): Promise<readonly string[]> {
    return membersOfSet(client, `${prefix}w:all`, 'listing subscriptions');
  }

  async function useSite(site: string): Promise<boolean> {
    const before = await client
      .set(`${prefix}w:site`, site, 'GET')
      .catch((error: unknown) => Promise.reject(failed('recording the site for callbacks', error)));
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

/** Names of states before they were renamed; a subscription may have been stored under them months ago. */
const FORMER_STATUS: Readonly<Record<string, SourceSubscriptionStatus>> = {
  wanted: 'pending',
  asked: 'requested',
  leaving: 'unsubscribing',
};

interface FormerSubscriptions {
  readonly sourceId: string;
  readonly offer?: DiscoveredHubs;
  readonly orders: readonly (SourceSubscription & { readonly askedAt?: number })[];
}

function readSubscriptions(json: string): SourceSubscriptions {
  // Our own JSON is trusted.
  const stored = JSON.parse(json) as SourceSubscriptions | FormerSubscriptions;
  if ('list' in stored) return stored;
  const { orders, offer, sourceId } = stored;
  const list = orders.map(({ askedAt, ...item }) => ({
    ...item,
    status: FORMER_STATUS[item.status] ?? item.status,
    ...(askedAt !== undefined && { requestedAt: askedAt }),
  }));
  return { sourceId, list, ...(offer !== undefined && { discovered: offer }) };
}

const LENGTH_BYTES = 4;

/** Length of the JSON in bytes, the facts as JSON, the body. */
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
