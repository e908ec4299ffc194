/** What do the keys of entries lead to? */
import { scopeKey } from '../../model/scope.ts';
import type { EntryLookup, EntryRecord, FoundEntry, KeyAssignment, LookupAnswer } from '../../model/entry-record.ts';
import type { Posts } from '../../ports/posts.ts';
import { dayBytes, readMark, shortSource } from './entry-records.ts';
import { lua } from './lua.ts';
import { bytesOf, defineScript, type RedisClient } from './script.ts';

/** Entries per script, so that it does not block Redis; larger documents take several, sent together. */
const LOOKUPS_AT_ONCE = 200;
const KEYS_AT_ONCE = 500;
const ID_BYTES = 8;
const KEY_BYTES = 25;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createEntryKeys(client: RedisClient, prefix: string): Pick<Posts, 'lookUp' | 'assignKeys'> {
  const lookUpScript = defineScript(client, 'looking up entries', prefix, lua('store/entry-keys/look-up.lua'));
  const assignScript = defineScript(client, 'assigning keys', prefix, lua('store/entry-keys/assign.lua'));

  async function lookUpSome(lookups: readonly EntryLookup[], seenAt: number | undefined) {
    const sourceIds = [...new Set(lookups.flatMap(({ moment }) => moment?.sourceId ?? []))];
    const scopes = sourceIds.map((id) => scopeKey({ kind: 'source', id }));
    const today = seenAt === undefined ? '' : dayBytes(seenAt);
    const reply = reader(bytesOf(await lookUpScript(packLookups(lookups, sourceIds), today, ...scopes)));
    return lookups.map((lookup) => readAnswer(reply, lookup));
  }

  return {
    lookUp: async (lookups, seenAt) => {
      const answers = await Promise.all(batchesOf(lookups, LOOKUPS_AT_ONCE).map((some) => lookUpSome(some, seenAt)));
      return answers.flat();
    },
    assignKeys: async (keys) => {
      await Promise.all(batchesOf(keys, KEYS_AT_ONCE).map((some) => assignScript(packKeys(some))));
    },
  };
}

/** In their order; none for no items. */
export function batchesOf<T>(items: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most));
}

/** In the form that the scripts read: key, entry, where the key led. */
export function packKeys(keys: readonly KeyAssignment[]): Buffer {
  const packed = Buffer.alloc(KEY_BYTES * keys.length);
  keys.forEach(({ hash, id, before }, index) => {
    const at = KEY_BYTES * index;
    packed.write(hash, at, 'hex');
    packed.write(id, at + ID_BYTES, 'hex');
    if (before === undefined) return;
    packed[at + 2 * ID_BYTES] = 1;
    packed.write(before, at + 2 * ID_BYTES + 1, 'hex');
  });
  return packed;
}

function packLookups(lookups: readonly EntryLookup[], sourceIds: readonly string[]): Buffer {
  const parts = lookups.flatMap(({ sourceKey, moment, ids, keys }) => [
    shortSource(sourceKey),
    numberHex(moment === undefined ? 0 : sourceIds.indexOf(moment.sourceId) + 1, 2),
    numberHex(Math.max(0, moment?.at ?? 0), 6),
    numberHex(ids.length, 1),
    numberHex(keys.length, 1),
    ...ids,
    ...keys,
  ]);
  return Buffer.from(parts.join(''), 'hex');
}

function numberHex(value: number, bytes: number): string {
  return value.toString(16).padStart(2 * bytes, '0');
}

interface Reader {
  byte(): number;
  bytes(count: number): Buffer;
}

function reader(packed: Buffer): Reader {
  let at = 0;
  return {
    byte: () => packed[at++] ?? 0,
    bytes: (count) => packed.subarray(at, (at += count)),
  };
}

/** As `look-up.lua` writes it. */
function readAnswer(reply: Reader, { ids, keys, sourceKey, titleKey }: EntryLookup): LookupAnswer {
  const readRecord = (): EntryRecord | undefined => {
    const length = reply.byte();
    return length === 0 ? undefined : readMark(reply.bytes(length), { sourceKey, titleKey });
  };
  const found: FoundEntry[] = [];
  return {
    ids: ids.map(readRecord),
    keys: keys.map(() => {
      const mark = reply.byte();
      if (mark === 0) return undefined;
      if (mark > 1) return found[mark - 2];
      const id = reply.bytes(ID_BYTES).toString('hex');
      const record = readRecord();
      const entry = record === undefined ? { id } : { id, record };
      found.push(entry);
      return entry;
    }),
    sameMoment: readIds(reply),
  };
}

/** The number of items in one byte, then the items. */
function readIds(reply: Reader): readonly string[] {
  const count = reply.byte();
  return count === 0
    ? []
    : (reply
        .bytes(ID_BYTES * count)
        .toString('hex')
        .match(/.{16}/gu) ?? []);
}
