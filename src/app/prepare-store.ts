/** Can this version work with the data in Redis, and which site do they belong to? */
import type { RedisHandle } from '../io/redis/connect.ts';
import { createSchemaVersions } from '../io/store/schema-version.ts';
import type { SiteRecord } from '../model/site-id.ts';
import type { Log } from '../ports/log.ts';
import { migrations } from './migrations.ts';
import type { Stores } from './stores.ts';

/**
 * Brings older data up to date, then reads the site.
 *
 * @param mayMigrate  false for a command that only looks
 * @throws            StoreError if another version is needed; the connection is closed then
 */
export async function prepareStore(
  redis: RedisHandle,
  stores: Stores,
  mayMigrate: boolean,
  log: Log,
): Promise<SiteRecord | undefined> {
  try {
    const versions = createSchemaVersions(redis.client, `${redis.prefix}:`, redis.address);
    for (const { to, what } of await versions.bringUpToDate(migrations(stores), mayMigrate)) {
      log.info({ version: to }, `the data in Redis were brought up to date: ${what}`);
    }
    return await stores.siteRecords.read();
  } catch (error) {
    await stores.queues.close();
    await redis.close();
    throw error;
  }
}
