/** How are entries stored that wait for the operator? */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { HeldEntry } from '../../model/held-entry.ts';
import type { HeldState } from '../../model/source-state.ts';
import type { HeldStore } from '../../ports/held.ts';
import { dayBytes, identityHex } from './entry-records.ts';
import { lua } from './lua.ts';
import { PORTION, portions } from './portions.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   held:SOURCE   HASH  entry id -> the entry as deflated JSON; empty if it was too much to store
 *   held          HASH  source id -> JSON: at, reason, count, bytes
 */

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createHeld(client: RedisClient, prefix: string): HeldStore {
  const holdScript = defineScript(client, 'holding entries', prefix, lua('store/held/hold.lua'));
  const replaceScript = defineScript(client, 'replacing held entries', prefix, lua('store/held/replace.lua'));
  const exhumeScript = defineScript(client, 'releasing entries', prefix, lua('store/held/forget-tombstones.lua'));
  const dropScript = defineScript(client, 'dropping held entries', prefix, lua('store/held/drop.lua'));

  /** Ids in hex -> packed entries. Not by HGETALL: the client reads its field names as text, and ids are binary. */
  async function fields(key: string): Promise<ReadonlyMap<string, Buffer>> {
    const found = new Map<string, Buffer>();
    for (let cursor = '0'; ;) {
      const [next, pairs] = await client.hscanBuffer(key, cursor, 'COUNT', PORTION).catch((error: unknown) => {
        throw failed('reading held entries', error);
      });
      for (let at = 0; at + 1 < pairs.length; at += 2) {
        const [id, packed] = pairs.slice(at, at + 2);
        if (id !== undefined && packed !== undefined) found.set(id.toString('hex'), packed);
      }
      cursor = next.toString();
      if (cursor === '0') return found;
    }
  }

  return {
    hold: async (sourceId, reason, entries, now) => {
      for (const batch of portions(entries)) {
        const parts = batch.flatMap((entry) => [bytes(entry.id), bytes(identityHex(entry)), pack(entry)]);
        await holdScript(sourceId, reason, now, dayBytes(now), ...parts);
      }
    },
    summaries: async () => {
      const all = await client.hgetall(`${prefix}held`).catch((error: unknown) => {
        throw failed('reading held entries by source', error);
      });
      return new Map(Object.entries(all).map(([sourceId, text]) => [sourceId, readSummary(text)]));
    },
    entries: async (sourceId) => {
      const all = await fields(`${prefix}held:${sourceId}`);
      const entries = [...all.values()].filter((packed) => packed.length > 0).map(unpack);
      const contentless = [...all].filter(([, packed]) => packed.length === 0).map(([id]) => id);
      return { entries, contentless };
    },
    replace: async (sourceId, entries) => {
      for (const batch of portions(entries))
        await replaceScript(sourceId, ...batch.flatMap((entry) => [bytes(entry.id), pack(entry)]));
    },
    forgetTombstones: async (ids) => {
      for (const batch of portions(ids)) await exhumeScript(...batch.map(bytes));
    },
    drop: async (sourceId, ids) => {
      for (const batch of portions(ids)) await dropScript(sourceId, ...batch.map(bytes));
    },
  };
}

function pack(entry: HeldEntry): Buffer {
  const { id, place, draft, sourceKey, titleKey, keys, fingerprint } = entry;
  return deflateRawSync(JSON.stringify({ id, place, draft, sourceKey, titleKey, keys, fingerprint }), { level: 9 });
}

/** Written by `keep`, so its shape is trusted. */
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
