/** How is an export imported into Redis, also while Feedmill runs? */
import { setTimeout as sleep } from 'node:timers/promises';
import { ExportFileError, readExport } from '../io/backup/file.ts';
import type { ExportHeader, KeyRecord } from '../io/backup/record.ts';
import { clearStore, writeStore } from '../io/backup/write-store.ts';
import { connectRedis, NoDataError, type RedisHandle } from '../io/redis/connect.ts';
import { createGenerations } from '../io/store/generations.ts';
import { portions } from '../io/store/portions.ts';
import { createPosts } from '../io/store/posts.ts';
import { createSchemaVersions } from '../io/store/schema-version.ts';
import { createSiteRecords } from '../io/store/site-record.ts';
import { StoreError } from '../model/errors.ts';
import type { HubTask } from '../model/hub-subscription.ts';
import type { Settings } from '../model/settings.ts';
import { normalSiteUrl } from '../model/site-id.ts';
import type { Log } from '../ports/log.ts';
import { openApp } from './app.ts';
import { LATEST_SCHEMA } from './migrations.ts';
import { openStores, type Stores } from './stores.ts';

/** Running jobs get this long to end: a slow origin takes less. */
const JOBS_END_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;
const AT_ONCE = 1_000;
/** Families of keys. */
const [REQUEST, SUBSCRIPTION] = ['h:request:', 'h:s:'];

export interface ExportSummary {
  readonly header: ExportHeader;
  readonly records: number;
  readonly posts: number;
  readonly entries: number;
  readonly sources: number;
  /** Our subscriptions with hubs of sources, by source. */
  readonly subscriptions: number;
  /** Subscriptions of readers with our hub. */
  readonly subscribers: number;
}

export interface ImportTarget {
  readonly address: string;
  /** Undefined for an empty store. */
  readonly schema: number | undefined;
  readonly siteId: string | undefined;
  readonly posts: number;
  /** Processes of Feedmill that run on it. */
  readonly running: number;
}

const EMPTY = { schema: undefined, siteId: undefined, posts: 0, running: 0 };

/**
 * Reads a file to its end.
 *
 * @throws ExportFileError if it is damaged, incomplete, not an export of Feedmill, or one of a newer version
 */
export async function summariseExport(path: string, onRead: (records: number) => void): Promise<ExportSummary> {
  const { header, records } = await readExport(path);
  const counts = { records: 0, posts: 0, entries: 0, sources: 0, subscriptions: 0, subscribers: 0 };
  for await (const { name, kind, values } of records) {
    counts.records += 1;
    if (counts.records % AT_ONCE === 0) onRead(counts.records);
    if (kind === 'post') counts.posts += 1;
    else if (name.startsWith('m:')) counts.entries += values.length / 2;
    else if (name === 'due') counts.sources += values.length / 2;
    else if (name.startsWith('w:s:')) counts.subscriptions += 1;
    else if (name.startsWith('h:s:')) counts.subscribers += 1;
  }
  return { header, ...counts };
}

/**
 * Describes the data in Redis before an import. Writes nothing: the queues stay closed, and no private store is
 * created.
 */
export async function readTarget({ redis: settings }: Pick<Settings, 'redis'>, log: Log): Promise<ImportTarget> {
  const redis = await connectRedis(settings, log, { shared: true, mayCreate: false }).catch((error: unknown) => {
    if (error instanceof NoDataError) return undefined;
    throw error;
  });
  if (redis === undefined) return { ...EMPTY, address: settings.directory };
  return readConnected(redis).finally(() => redis.close());
}

async function readConnected({ client, prefix: hashTag, address }: RedisHandle): Promise<ImportTarget> {
  const prefix = `${hashTag}:`;
  const [schema, site, posts, running] = await Promise.all([
    createSchemaVersions(client, prefix, address).read(),
    createSiteRecords(client, prefix).read(),
    createPosts(client, prefix).count({ kind: 'all' }),
    createGenerations(client, prefix).running(),
  ]);
  return { address, schema, siteId: site?.id, posts, running };
}

/**
 * Refuses an import that would not give a working site.
 *
 * @throws ExportFileError for data of a newer Feedmill, StoreError if config or running processes are of another site
 */
export function expectImportable(
  file: string,
  { header }: ExportSummary,
  target: ImportTarget,
  site: Settings['site'],
): void {
  if (header.schema > LATEST_SCHEMA) {
    throw new ExportFileError(
      `the data in ${file} have version ${header.schema} of Feedmill ${header.version}, and this one works with ` +
        `${LATEST_SCHEMA}: install that version or a newer one`,
    );
  }
  const id = header.site?.id;
  if (id === undefined) return;
  if (site.id !== undefined && normalSiteUrl(site.id) !== normalSiteUrl(id)) {
    throw new StoreError(
      `${file} holds the site ${id}, but site.id is ${site.id}: write site.id: ${id}, or import with the config of that site`,
    );
  }
  if (target.running > 0 && target.siteId !== id) {
    throw new StoreError(
      `Feedmill runs on Redis at ${target.address} with the site ${target.siteId ?? '(none yet)'}, and ${file} holds ` +
        `${id}: stop it first, or choose another redis.prefix`,
    );
  }
}

export interface ImportOptions {
  readonly settings: Settings;
  readonly target: ImportTarget;
  readonly log: Log;
  readonly now: () => number;
  readonly onWritten: (records: number) => void;
}

/**
 * Replaces the data in Redis by an export. Running workers take no jobs meanwhile, and readers still get the former
 * documents. If it is interrupted, it leaves a mark: no other command works on the data until it is run again.
 *
 * @returns number of posts left out: they were added during the export, and are fetched again
 */
export async function importStore(path: string, { header }: ExportSummary, options: ImportOptions): Promise<number> {
  const { settings, target, log, onWritten } = options;
  const redis = await connectRedis(settings.redis, log, { shared: true });
  const stores = openStores(redis);
  const { importMark, queues } = stores;
  const prefix = `${redis.prefix}:`;
  try {
    const wasInterrupted = (await importMark.underWay()) !== undefined;
    await importMark.begin(path);
    await queues.pause();
    if (target.running > 0) await jobsEnd(stores, wasInterrupted);
    await importMark.keepPaths();
    await clearStore(redis.client, prefix);
    const { records } = await readExport(path);
    const found: Found = { takenDown: [], tasks: [] };
    const leftOut = await writeStore(redis.client, prefix, noting(records, found), onWritten);
    await createSchemaVersions(redis.client, prefix, redis.address).write(header.schema);
    await bringToLife(options, stores, found);
    await queues.resume();
    await importMark.end();
    return leftOut;
  } finally {
    await queues.close();
    await redis.close();
  }
}

/** @throws StoreError if they do not; nothing was changed then */
async function jobsEnd({ queues, importMark }: Stores, wasInterrupted: boolean): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const inHand = await queues.inHand();
    if (inHand === 0) return;
    if (performance.now() - startedAt > JOBS_END_WITHIN_MS) {
      if (!wasInterrupted) {
        await queues.resume();
        await importMark.cancel();
      }
      throw new StoreError(
        `${inHand} jobs are still running after ${JOBS_END_WITHIN_MS / 1_000} s; nothing was changed: ` +
          'try again, or stop the workers first',
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** Records that need more than to be written. */
interface Found {
  /** Ids of removed posts. */
  readonly takenDown: string[];
  /** Jobs of the hub, which an export does not contain. */
  readonly tasks: HubTask[];
}

async function* noting(records: AsyncIterable<KeyRecord>, { takenDown, tasks }: Found): AsyncGenerator<KeyRecord> {
  for await (const record of records) {
    const { name, values } = record;
    if (name === 'takedowns') {
      for (let at = 0; at < values.length; at += 2) takenDown.push(values[at]?.toString() ?? '');
    } else if (name.startsWith(REQUEST)) {
      tasks.push({ kind: 'verify', subscriptionId: name.slice(REQUEST.length) });
    } else if (name.startsWith(SUBSCRIPTION)) {
      // Nothing is sent if the subscriber has the newest version.
      tasks.push({ kind: 'deliver', subscriptionId: name.slice(SUBSCRIPTION.length) });
    }
    yield record;
  }
}

/** Migrates the data, and restores what an export cannot contain. May be repeated. */
async function bringToLife(
  { settings, target, log, now }: ImportOptions,
  { importMark }: Stores,
  { takenDown, tasks }: Found,
): Promise<void> {
  const app = await openApp({
    settings,
    log,
    now,
    random: Math.random,
    shared: true,
    mayMigrate: true,
    isImporting: true,
  });
  try {
    await app.posts.remove(takenDown);
    await app.documents.remove(await importMark.obsoletePaths());
    // Running web servers have read the former documents.
    for (const some of portions(await app.documents.paths(), AT_ONCE)) await app.documents.invalidate(some);
    // A start does the same, but running processes do not start again.
    if (target.running > 0) await app.reconfigure(settings);
    for (const some of portions(tasks, AT_ONCE)) await app.queues.addHubTasks(some);
  } finally {
    await app.close();
  }
}
