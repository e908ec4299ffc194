/** Which document did each source offer last, byte for byte? */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { StoreError } from '../../model/errors.ts';
import type { NewLastDocument, LastDocument, LastDocuments } from '../../ports/last-documents.ts';
import { inflate } from '../fetch/inflate.ts';
import { defineScript, failed, type RedisClient } from './script.ts';

/*
 * Keys, all behind the prefix:
 *   original:ID      HASH    g the body as a gzip file; m the rest as JSON
 *   originals        ZSET    source id -> when it was fetched
 *   originals:sizes  HASH    source id -> bytes of its body as stored; and their sum under ''
 */

const compress = promisify(gzip);

export interface OriginalsLimits {
  /** Of all documents together, compressed. */
  readonly bytes: number;
  /** Of one document, compressed. */
  readonly documentBytes: number;
  /** A source's document is replaced no more often than this. */
  readonly everyMs: number;
}

/** Some 2,500 documents of usual size; the memory of a small Redis. */
const ORIGINALS_LIMITS: OriginalsLimits = {
  bytes: 64 * 1024 * 1024,
  documentBytes: 512 * 1024,
  everyMs: 3_600_000,
};

/** ARGV: source id, time, body, rest, most bytes altogether. */
const KEEP = `
local p, id, at, body, rest, most = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local sizes, order = p .. 'originals:sizes', p .. 'originals'
local function forget(name)
  local size = redis.call('HGET', sizes, name)
  if size then redis.call('HINCRBY', sizes, '', -size) end
  redis.call('HDEL', sizes, name)
  redis.call('ZREM', order, name)
  redis.call('DEL', p .. 'original:' .. name)
end
forget(id)
redis.call('HSET', p .. 'original:' .. id, 'g', body, 'm', rest)
redis.call('ZADD', order, at, id)
redis.call('HSET', sizes, id, #body)
local sum = redis.call('HINCRBY', sizes, '', #body)
while sum > most do
  local oldest = redis.call('ZRANGE', order, 0, 0)[1]
  if not oldest then break end
  forget(oldest)
  sum = tonumber(redis.call('HGET', sizes, ''))
end
return sum`;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createLastDocuments(
  client: RedisClient,
  prefix: string,
  limits: OriginalsLimits = ORIGINALS_LIMITS,
): LastDocuments {
  const keepScript = defineScript(client, 'keeping a document', prefix, KEEP);
  const keptAt = new Map<string, number>();

  async function store({ gzip: asItCame, again, ...rest }: NewLastDocument): Promise<void> {
    const { sourceId, fetchedAt } = rest;
    if (fetchedAt - (keptAt.get(sourceId) ?? -Infinity) < limits.everyMs) return;
    keptAt.set(sourceId, fetchedAt);
    // The fastest level: this is done for every document that changed.
    const packed = asItCame === undefined ? await compress(again(), { level: 1 }) : Buffer.from(asItCame);
    if (packed.length > limits.documentBytes) return;
    await keepScript(sourceId, fetchedAt, packed, JSON.stringify(rest), limits.bytes);
  }

  async function get(sourceId: string): Promise<LastDocument | undefined> {
    const [packed, rest] = await client
      .hmgetBuffer(`${prefix}original:${sourceId}`, 'g', 'm')
      .catch((error: unknown) => Promise.reject(failed('reading a document', error)));
    if (packed === null || packed === undefined || rest === null || rest === undefined) return undefined;
    // Read as it was when it came, whose size was judged then.
    const inflated = await inflate(packed, ['gzip'], Infinity);
    if (inflated.kind !== 'body') throw new StoreError(`Redis: the document of ${sourceId} is ${inflated.kind}`);
    // What we wrote ourselves is trusted.
    return { ...(JSON.parse(rest.toString()) as Omit<LastDocument, 'body'>), body: inflated.body };
  }

  return { store, get };
}
