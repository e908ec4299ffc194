/** How are published documents stored for the web server? */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import type { ServingHints, StoredDocument } from '../../model/output.ts';
import type { Documents, Invalidating, WantedDocument } from '../../ports/publisher.ts';
import { Cluster } from 'ioredis';
import { membersOfSet } from './portions.ts';
import { failed, type RedisClient } from './script.ts';

const inflate = promisify(gunzip);
const unbrotli = promisify(brotliDecompress);

/*
 * Keys, all behind the prefix:
 *   d:PATH     HASH  t media type, e etag, m modified, s serving hints, g gzip, r brotli; b body if there is
 *                    neither
 *   paths      SET   of all paths
 * Channel `documents`: the paths that were written, removed or became stale, one per line.
 */

export interface StoredDocuments extends Documents, Invalidating {
  /** The ETag of the document that is published there; undefined if there is none. */
  etag(path: string): Promise<string | undefined>;
  /** Calls back for each path that changes, in any process, until stopped. */
  watch(onChange: (path: string) => void): Promise<() => Promise<void>>;
}

export function createDocuments(client: RedisClient, prefix: string): StoredDocuments {
  const channel = `${prefix}documents`;
  const paths = `${prefix}paths`;

  async function publish(documents: readonly StoredDocument[]): Promise<void> {
    if (documents.length === 0) return;
    const batch = client.multi();
    for (const document of documents) {
      const key = `${prefix}d:${document.path}`;
      batch.del(key);
      batch.hset(key, {
        t: document.mediaType,
        e: document.etag,
        m: document.modifiedAt,
        ...(document.serving !== undefined && { s: JSON.stringify(document.serving) }),
        ...(document.gzip === undefined && document.brotli === undefined && { b: buffer(document.body) }),
        ...(document.gzip !== undefined && { g: buffer(document.gzip) }),
        ...(document.brotli !== undefined && { r: buffer(document.brotli) }),
      });
      batch.sadd(paths, document.path);
    }
    batch.publish(channel, documents.map(({ path }) => path).join('\n'));
    await run(batch, 'publishing documents');
  }

  async function remove(removed: readonly string[]): Promise<void> {
    if (removed.length === 0) return;
    const batch = client.multi();
    for (const path of removed) {
      batch.del(`${prefix}d:${path}`);
      batch.srem(paths, path);
    }
    batch.publish(channel, removed.join('\n'));
    await run(batch, 'removing documents');
  }

  async function invalidate(changed: readonly string[]): Promise<void> {
    if (changed.length > 0) await client.publish(channel, changed.join('\n'));
  }

  async function get(path: string): Promise<StoredDocument | undefined> {
    const found = await client.hgetallBuffer(`${prefix}d:${path}`);
    const { t: mediaType, e: etag, m: modifiedAt, s: serving, b, g: gzip, r: brotli } = found;
    if (mediaType === undefined || etag === undefined || modifiedAt === undefined) return undefined;
    const body = b ?? (await bodyOf(gzip, brotli));
    return {
      path,
      mediaType: mediaType.toString(),
      etag: etag.toString(),
      modifiedAt: Number(modifiedAt.toString()),
      body,
      // Our own JSON is trusted.
      ...(serving !== undefined && { serving: JSON.parse(serving.toString()) as ServingHints }),
      ...(gzip !== undefined && { gzip }),
      ...(brotli !== undefined && { brotli }),
    };
  }

  async function missing(wanted: readonly WantedDocument[]): Promise<ReadonlySet<string>> {
    // The forms follow from the bytes and the place where they are stored, so comparing the tag is enough.
    const tags = await Promise.all(wanted.map(({ document }) => etag(document.path))).catch((error: unknown) => {
      throw failed('comparing documents', error);
    });
    return new Set(wanted.flatMap(({ document }, index) => (tags[index] === document.etag ? [] : [document.path])));
  }

  async function etag(path: string): Promise<string | undefined> {
    return (await client.hget(`${prefix}d:${path}`, 'e')) ?? undefined;
  }

  async function watch(onChange: (path: string) => void): Promise<() => Promise<void>> {
    const subscriber = duplicate(client);
    // The connection that it was duplicated from reports the same outage. Without a listener the library would print
    // it.
    subscriber.on('error', () => undefined);
    subscriber.on('message', (_channel: string, changed: string) => {
      changed.split('\n').forEach(onChange);
    });
    await subscriber.subscribe(channel);
    return async () => {
      await subscriber.unsubscribe(channel);
      subscriber.disconnect();
    };
  }

  return {
    missing,
    publish,
    remove,
    invalidate,
    get,
    etag,
    watch,
    paths: () => membersOfSet(client, paths, 'listing documents'),
  };
}

async function bodyOf(gzip: Buffer | undefined, brotli: Buffer | undefined): Promise<Buffer> {
  if (brotli !== undefined) return unbrotli(brotli);
  return gzip === undefined ? Buffer.alloc(0) : inflate(gzip);
}

async function run(batch: ReturnType<RedisClient['multi']>, step: string): Promise<void> {
  const replies = await batch.exec().catch((error: unknown) => {
    throw failed(step, error);
  });
  const broken = replies?.find(([error]) => error !== null);
  if (broken !== undefined) throw failed(step, broken[0]);
}

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The two clients have different signatures for this; a subscriber needs its own connection. */
function duplicate(client: RedisClient): RedisClient {
  return client instanceof Cluster ? client.duplicate() : client.duplicate();
}
