/** How are the records of an export written to Redis? */
import { lua } from '../store/lua.ts';
import { defineScript, failed, numberOf, type RedisClient } from '../store/script.ts';
import { isReplaced } from './key-families.ts';
import { keyNames } from './read-store.ts';
import type { KeyRecord } from './record.ts';

/** Records per script, which takes some milliseconds. */
const RECORDS_AT_ONCE = 200;
const BYTES_AT_ONCE = 512 * 1024;

/** Removes the keys that an import replaces. May be repeated. */
export async function clearStore(client: RedisClient, prefix: string): Promise<void> {
  for await (const names of keyNames(client, prefix)) {
    const replaced = names.filter(isReplaced).map((name) => prefix + name);
    if (replaced.length === 0) continue;
    await client.unlink(...replaced).catch((error: unknown) => Promise.reject(failed('clearing the store', error)));
  }
}

/**
 * Writes records in order. May be repeated from the first one.
 *
 * @param onWritten  called with the number of records written so far
 * @returns          number of posts left out, because they were added during the export: they are fetched again
 */
export async function writeStore(
  client: RedisClient,
  prefix: string,
  records: AsyncIterable<KeyRecord>,
  onWritten: (count: number) => void,
): Promise<number> {
  const writeKeys = defineScript(client, 'writing the store', prefix, lua('backup/write-keys.lua'));
  let batch: KeyRecord[] = [];
  let bytes = 0;
  let written = 0;
  let leftOut = 0;

  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const args = batch.flatMap(({ name, kind, expiresAt, values }) => [
      name,
      kind,
      expiresAt,
      values.length,
      ...values,
    ]);
    leftOut += numberOf(await writeKeys(...args));
    written += batch.length;
    batch = [];
    bytes = 0;
    onWritten(written);
  }

  for await (const record of records) {
    batch.push(record);
    bytes += record.values.reduce((sum, { length }) => sum + length, 0);
    if (batch.length >= RECORDS_AT_ONCE || bytes >= BYTES_AT_ONCE) await flush();
  }
  await flush();
  return leftOut;
}
