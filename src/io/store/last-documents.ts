/** How is the last document of each source stored, byte for byte? */
import { millisecondsInHour } from 'date-fns/constants';
import { StoreError } from '../../model/errors.ts';
import type { NewLastDocument, LastDocument, LastDocuments } from '../../ports/last-documents.ts';
import { gzipBytes } from '../compress.ts';
import { inflate } from '../fetch/inflate.ts';
import { lua } from './lua.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   original:ID      HASH    g the body as a gzip file; m its metadata as JSON
 *   originals        ZSET    source id -> when it was fetched
 *   originals:sizes  HASH    source id -> bytes of its body as stored; and their sum under ''
 */

/** Every document that changed is compressed. */
const FASTEST_LEVEL = 1;

export interface OriginalsLimits {
  /** Most bytes of all documents together, compressed. */
  readonly bytes: number;
  /** Most bytes of one document, compressed. */
  readonly documentBytes: number;
  /** A source's document is replaced no more often than this. */
  readonly everyMs: number;
}

/** About 2,500 documents of usual size, which fit into a small Redis. */
const ORIGINALS_LIMITS: OriginalsLimits = {
  bytes: 64 * 1024 * 1024,
  documentBytes: 512 * 1024,
  everyMs: millisecondsInHour,
};

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createLastDocuments(
  client: RedisClient,
  prefix: string,
  limits: OriginalsLimits = ORIGINALS_LIMITS,
): LastDocuments {
  const keepScript = defineScript(client, 'storing a document', prefix, lua('store/last-documents/keep.lua'));
  const storedAt = new Map<string, number>();

  async function store({ gzip: asItCame, again, ...rest }: NewLastDocument): Promise<void> {
    const { sourceId, fetchedAt } = rest;
    if (fetchedAt - (storedAt.get(sourceId) ?? -Infinity) < limits.everyMs) return;
    const packed = asItCame === undefined ? await gzipBytes(again(), FASTEST_LEVEL) : Buffer.from(asItCame);
    if (packed.length <= limits.documentBytes) {
      await keepScript(sourceId, fetchedAt, packed, JSON.stringify(rest), limits.bytes);
    }
    // Only now: after an error the check is retried, and so is this write.
    storedAt.set(sourceId, fetchedAt);
  }

  async function get(sourceId: string): Promise<LastDocument | undefined> {
    const [packed, rest] = await client
      .hmgetBuffer(`${prefix}original:${sourceId}`, 'g', 'm')
      .catch((error: unknown) => Promise.reject(failed('reading a document', error)));
    if (packed === null || packed === undefined || rest === null || rest === undefined) return undefined;
    // No size limit: the size was checked when the document arrived.
    const inflated = await inflate(packed, ['gzip'], Infinity);
    if (inflated.kind !== 'body') throw new StoreError(`Redis: the document of ${sourceId} is ${inflated.kind}`);
    // Our own JSON is trusted.
    return { ...(JSON.parse(rest.toString()) as Omit<LastDocument, 'body'>), body: inflated.body };
  }

  return { store, get };
}
