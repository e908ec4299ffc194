/** Can this version work with the data in Redis, and which site do they belong to? */
import { unfinishedImport } from '../io/backup/import-mark.ts';
import type { RedisHandle } from '../io/redis/connect.ts';
import { createSchemaVersions } from '../io/store/schema-version.ts';
import { StoreError } from '../model/errors.ts';
import type { SiteRecord } from '../model/site-id.ts';
import type { Log } from '../ports/log.ts';
import { migrations } from './migrations.ts';
import type { Stores } from './stores.ts';

/** @throws errors of `work`, after the connection was closed */
export async function closingOnError<Result>(
  redis: Pick<RedisHandle, 'close'>,
  { queues }: Pick<Stores, 'queues'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await queues.close();
    await redis.close();
    throw error;
  }
}

/**
 * Brings older data up to date, then reads the site.
 *
 * @param mayMigrate   false for a command that only reads
 * @param isImporting  true for the import itself
 * @throws             StoreError if another version is needed, or an import is not finished
 */
export async function prepareStore(
  redis: RedisHandle,
  stores: Stores,
  mayMigrate: boolean,
  isImporting: boolean,
  log: Log,
): Promise<SiteRecord | undefined> {
  const imported = isImporting ? undefined : await stores.importMark.underWay();
  if (imported !== undefined) throw new StoreError(unfinishedImport(imported));
  const versions = createSchemaVersions(redis.client, `${redis.prefix}:`, redis.address);
  for (const { to, what } of await versions.bringUpToDate(migrations(stores), mayMigrate)) {
    log.info({ version: to }, `the data in Redis were brought up to date: ${what}`);
  }
  return stores.siteRecords.read();
}
