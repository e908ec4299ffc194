/** How is Redis read key by key, while Feedmill keeps writing? */
import { Cluster } from 'ioredis';
import {
  bytesOf,
  defineScript,
  failed,
  listOf,
  numberOf,
  type RedisClient,
  type Reply,
  textOf,
} from '../store/script.ts';
import { lua } from '../store/lua.ts';
import { EXPORTED, matcher } from './key-families.ts';
import type { KeyKind, KeyRecord } from './record.ts';

const SCANNED = 1_000;
/** Values of one key per read; longer ones are read in parts. */
const PART = 500;
/** Keys per script, which takes some milliseconds. */
const KEYS_AT_ONCE = 100;
/** Documents are larger than other keys. */
const DOCUMENTS_AT_ONCE = 20;

const STEP = 'reading the store';

/**
 * Names of all keys, without the prefix, in portions; a key that is written meanwhile may be missing, or come twice.
 */
export async function* keyNames(client: RedisClient, prefix: string): AsyncGenerator<readonly string[]> {
  const pattern = `${prefix.replace(/[*?[\]\\]/gu, '\\$&')}*`;
  for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
    for (let cursor = '0'; ;) {
      const [next, keys] = await node
        .scan(cursor, 'MATCH', pattern, 'COUNT', SCANNED)
        .catch((error: unknown) => Promise.reject(failed(STEP, error)));
      if (keys.length > 0) yield keys.map((key) => key.slice(prefix.length));
      if (next === '0') break;
      cursor = next;
    }
  }
}

/** All records of an export, in the order that `EXPORTED` explains. Holds a few hundred keys at a time. */
export async function* readStore(client: RedisClient, prefix: string, now: () => number): AsyncGenerator<KeyRecord> {
  const readKeys = defineScript(client, STEP, prefix, lua('backup/read-keys.lua'));
  const heldIds = new Set<string>();

  for (const families of EXPORTED) {
    const isWanted = matcher(families);
    for await (const names of keyNames(client, prefix)) {
      const wanted = names.filter(isWanted);
      const documents = wanted.filter((name) => name.startsWith('d:'));
      const others = wanted.filter((name) => !name.startsWith('d:'));
      yield* read(others, KEYS_AT_ONCE);
      yield* read(documents, DOCUMENTS_AT_ONCE);
    }
  }
  // An entry that was held or released meanwhile: its present record fits the list of held entries, which is read last.
  yield* marksOf([...heldIds]);
  yield* read(
    [...heldIds].map((id) => `p:${id}`),
    KEYS_AT_ONCE,
  );

  async function* read(names: readonly string[], atOnce: number): AsyncGenerator<KeyRecord> {
    for (let from = 0; from < names.length; from += atOnce) {
      const some = names.slice(from, from + atOnce);
      const replies = listOf(await readKeys(PART, ...some));
      for (const [index, name] of some.entries()) yield* recordsOf(name, listOf(replies[index]));
    }
  }

  async function* recordsOf(name: string, [kindReply, ttl, values]: readonly Reply[]): AsyncGenerator<KeyRecord> {
    // Names of the types in Redis and in our script.
    const kind = textOf(kindReply) as KeyKind | 'none';
    if (kind === 'none') return;
    const left = numberOf(ttl);
    const expiresAt = left < 0 ? 0 : now() + left;
    for await (const part of kind.endsWith('+') ? parts(name, kind) : [listOf(values).map(bytesOf)]) {
      if (name.startsWith('held:')) {
        for (let at = 0; at < part.length; at += 2) heldIds.add(part[at]?.toString('hex') ?? '');
      }
      yield { name, kind, expiresAt, values: part };
    }
  }

  async function* parts(name: string, kind: KeyKind): AsyncGenerator<readonly Buffer[]> {
    const command = { 'hash+': 'hscan', 'set+': 'sscan', 'zset+': 'zscan' }[kind as string] ?? 'hscan';
    for (let cursor = '0'; ;) {
      const reply = listOf(
        // Redis replies to a scan with the next cursor and a list of bulk strings.
        (await client
          .callBuffer(command, [prefix + name, cursor, 'COUNT', PART])
          .catch((error: unknown) => Promise.reject(failed(STEP, error)))) as Reply,
      );
      const part = listOf(reply[1]).map(bytesOf);
      if (part.length > 0) yield part;
      cursor = textOf(reply[0]);
      if (cursor === '0') return;
    }
  }

  async function* marksOf(ids: readonly string[]): AsyncGenerator<KeyRecord> {
    for (const id of ids) {
      const name = `m:${id.slice(0, 4)}`;
      const field = Buffer.from(id.slice(4), 'hex');
      const mark = await client.hgetBuffer(prefix + name, field);
      if (mark !== null) yield { name, kind: 'hash+', expiresAt: 0, values: [field, mark] };
    }
  }
}
