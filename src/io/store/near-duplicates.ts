/** Which texts of the last days have enough in common with a new one to be compared? */
import { millisecondsInMinute } from 'date-fns/constants';
import { InvariantError } from '../../model/errors.ts';
import type { NearDuplicates, RememberedText, SimilarityCandidate, TextOrigin } from '../../ports/near-duplicates.ts';
import { batchesOf } from './entry-keys.ts';
import { lua } from './lua.ts';
import { bytesOf, defineScript, listOf, type RedisClient, type Reply } from './script.ts';

/*
 * Keys, all behind the prefix. Time is divided into slices of half the window; an entry is stored in the slice in
 * which it was seen, and a slice expires when it is outside the window. L is the slice's length, S its number.
 *   n2:L:S:         STRING  number of records in the slice
 *   n2:L:S:rN       STRING  724 records: entry id 8, origin 3, published (s) 4, signature 64; made at full length
 *   n2:L:S:bXXX     STRING  slots, 4 bytes each: 9 bits of a band's key, 23 of a record's number; the bucket's name is
 *                          another 12 bits of the key
 *   n2:L:S:origins  HASH    source and categories <-> number, so that a record holds three bytes instead
 *   n:apart        SET     ids of entries that were split from a story, as long as the entries are remembered
 *
 * The number in `n2` is that of the form. Another form gets another number: keys of the former one are no longer read and
 * expire with their slices, so that neither a migration nor a higher schema version is needed.
 */

const ID_BYTES = 8;
const SIGNATURE_BYTES = 64;
const FOUND_BYTES = ID_BYTES + 4 + SIGNATURE_BYTES + 3;
/** Entries per script, so that it does not block Redis: each reads up to 256 records. */
const TEXTS_AT_ONCE = 8;

/** The present slice and the two before it always cover the window. */
const SLICES_IN_WINDOW = 2;

/** @param prefix  starts every key, with its cluster hash tag, e.g. `{feedmill}:` */
export function createNearDuplicates(client: RedisClient, prefix: string): NearDuplicates {
  const exchangeScript = defineScript(
    client,
    'finding near-duplicates',
    prefix,
    lua('store/near-duplicates/remember-and-find.lua'),
  );
  const excludeScript = defineScript(client, 'excluding entries', prefix, lua('store/near-duplicates/exclude.lua'));

  async function rememberAndFind(
    texts: readonly SimilarityCandidate[],
    windowMs: number,
    now: number,
  ): Promise<readonly (readonly RememberedText[])[]> {
    const sliceMinutes = Math.max(1, Math.ceil(windowMs / SLICES_IN_WINDOW / millisecondsInMinute));
    const sliceMs = sliceMinutes * millisecondsInMinute;
    const slice = Math.floor(now / sliceMs);
    const expiresMs = (slice + 1 + SLICES_IN_WINDOW) * sliceMs - now;
    // They are sent in one write, and run in order.
    const replies = batchesOf(texts, TEXTS_AT_ONCE).map((some) => {
      const origins = [...new Set(some.map(packOrigin))];
      const packed = origins.map((origin) => Buffer.from(origin, 'latin1'));
      return exchangeScript(sliceMinutes, slice, expiresMs, origins.length, ...packed, packTexts(some, origins));
    });
    return (await Promise.all(replies)).flatMap(readReply);
  }

  async function exclude(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await excludeScript(...ids.map((id) => Buffer.from(id, 'hex')));
  }

  return { rememberAndFind, exclude };
}

/** `=`, the key of the source, then its categories in order: one byte per character. */
function packOrigin({ sourceKey, categories }: TextOrigin): string {
  const slugs = [...new Set(categories)].sort().join('\n');
  return Buffer.concat([Buffer.from('='), Buffer.from(sourceKey, 'hex'), Buffer.from(slugs, 'utf8')]).toString(
    'latin1',
  );
}

function readOrigin(packed: Buffer): TextOrigin {
  const slugs = packed.toString('utf8', 1 + ID_BYTES);
  return { sourceKey: packed.toString('hex', 1, 1 + ID_BYTES), categories: slugs === '' ? [] : slugs.split('\n') };
}

function packTexts(texts: readonly SimilarityCandidate[], origins: readonly string[]): Buffer {
  return Buffer.concat(
    texts.map((text) => {
      const { id, publishedAt, signature, bands } = text;
      if (signature.length !== SIGNATURE_BYTES)
        throw new InvariantError(`a signature has ${SIGNATURE_BYTES} bytes, found ${signature.length}`);
      const packed = Buffer.alloc(ID_BYTES + 4 + SIGNATURE_BYTES + 3 + 4 * bands.length);
      packed.write(id, 0, 'hex');
      packed.writeUInt32BE(Math.max(0, Math.floor(publishedAt / 1000)), ID_BYTES);
      packed.set(signature, ID_BYTES + 4);
      packed.writeUInt16BE(origins.indexOf(packOrigin(text)) + 1, ID_BYTES + 4 + SIGNATURE_BYTES);
      packed[ID_BYTES + 6 + SIGNATURE_BYTES] = bands.length;
      bands.forEach((band, index) => packed.writeUInt32BE(band, ID_BYTES + 7 + SIGNATURE_BYTES + 4 * index));
      return packed;
    }),
  );
}

/** As `remember-and-find.lua` writes it. */
function readReply(reply: Reply): readonly (readonly RememberedText[])[] {
  const [origins, found] = listOf(reply);
  const known = listOf(origins).map((origin) => readOrigin(bytesOf(origin)));
  return listOf(found).map((texts) => readFound(bytesOf(texts), known));
}

function readFound(packed: Buffer, origins: readonly TextOrigin[]): readonly RememberedText[] {
  const found: FoundText[] = [];
  for (let at = 0; at + FOUND_BYTES <= packed.length; at += FOUND_BYTES) {
    const origin = origins[packed.readUInt16BE(at + FOUND_BYTES - 3) - 1];
    if (origin === undefined) throw new InvariantError('the reply does not contain the origin of a text');
    found.push(new FoundText(packed, at, origin));
  }
  return found;
}

/** Decoded on demand: most texts found are of the same source, or not similar enough for their id to be needed. */
class FoundText implements RememberedText {
  readonly #packed: Buffer;
  readonly #at: number;
  readonly origin: TextOrigin;

  constructor(packed: Buffer, at: number, origin: TextOrigin) {
    this.#packed = packed;
    this.#at = at;
    this.origin = origin;
  }

  get id(): string {
    return this.#packed.toString('hex', this.#at, this.#at + ID_BYTES);
  }

  get publishedAt(): number {
    return this.#packed.readUInt32BE(this.#at + ID_BYTES) * 1000;
  }

  get signature(): Uint8Array {
    const from = this.#at + ID_BYTES + 4;
    return this.#packed.subarray(from, from + SIGNATURE_BYTES);
  }

  get apart(): boolean {
    return this.#packed[this.#at + FOUND_BYTES - 1] === 1;
  }
}
