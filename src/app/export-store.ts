/** How is everything in Redis written to a file, also while Feedmill runs? */
import { writeExport } from '../io/backup/file.ts';
import { createImportMark, unfinishedImport } from '../io/backup/import-mark.ts';
import { readStore } from '../io/backup/read-store.ts';
import type { RedisHandle } from '../io/redis/connect.ts';
import { createSchemaVersions } from '../io/store/schema-version.ts';
import { createSiteRecords } from '../io/store/site-record.ts';
import { StoreError } from '../model/errors.ts';
import { version } from '../version.ts';
import { LATEST_SCHEMA } from './migrations.ts';

/**
 * @param path  `-` for standard output
 * @returns     number of records written: keys, or parts of long keys
 * @throws      StoreError if Redis holds nothing, data of a newer Feedmill, or a part of an import
 */
export async function exportStore(
  redis: RedisHandle,
  path: string,
  now: () => number,
  onWritten: (count: number) => void,
): Promise<number> {
  const { client, address } = redis;
  const prefix = `${redis.prefix}:`;
  const imported = await createImportMark(client, prefix).underWay();
  if (imported !== undefined) throw new StoreError(unfinishedImport(imported));
  const schema = await createSchemaVersions(client, prefix, address).read();
  if (schema === undefined) throw new StoreError(`Redis at ${address} holds nothing to export`);
  if (schema > LATEST_SCHEMA) {
    throw new StoreError(
      `the data in Redis at ${address} have version ${schema}, but this Feedmill works with ${LATEST_SCHEMA}: ` +
        'export them with the Feedmill that wrote them',
    );
  }
  const site = await createSiteRecords(client, prefix).read();
  const header = {
    schema,
    version,
    at: new Date(now()).toISOString(),
    ...(site !== undefined && { site: { id: site.id, url: site.url } }),
  };
  return writeExport(path, header, readStore(client, prefix, now), onWritten);
}
