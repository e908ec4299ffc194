/** How do we stand with the hubs of our sources, and what have they pushed that is not yet read? */
import type { HubNotification, SourceSubscriptions } from '../../model/source-subscription.ts';
import type { SourceSubscriptionStore, VersionedSubscriptions } from '../../ports/source-subscriptions.ts';
import { lua } from './lua.ts';
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

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createSourceSubscriptions(client: RedisClient, prefix: string): SourceSubscriptionStore {
  const putScript = defineScript(
    client,
    'writing a standing with hubs',
    prefix,
    lua('store/source-subscriptions/put.lua'),
  );
  const claim = defineScript(
    client,
    'claiming due orders with hubs',
    prefix,
    lua('store/source-subscriptions/claim-due.lua'),
  );
  const touchScript = defineScript(
    client,
    'touching orders with hubs',
    prefix,
    lua('store/source-subscriptions/touch.lua'),
  );
  const addPushScript = defineScript(
    client,
    'keeping a notification',
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
