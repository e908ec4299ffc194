/** Is this UTF-8 with some broken bytes, and what were they meant to be? */
import { singleByteTable } from './decoders.ts';

/** Only this many bytes above 7F are counted. */
const RATIO_BYTES = 8192;

/**
 * True for UTF-8 with a few broken places: characters that were cut, or bytes of another charset.
 *
 * @param goodForBad  required number of bytes in valid sequences for each invalid byte; higher if labels name another charset
 */
export function isMostlyUtf8(bytes: Buffer, goodForBad: number): boolean {
  let good = 0;
  let bad = 0;
  let high = 0;
  let at = 0;
  while (at < bytes.length && high < RATIO_BYTES) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      at++;
      continue;
    }
    const length = sequenceLength(bytes, at);
    // A sequence at the end of the document that is incomplete does not count.
    if (length === 0 && at + 3 >= bytes.length && isUtf8Lead(byte)) break;
    if (length === 0) bad++;
    else good += length;
    high += length || 1;
    at += length || 1;
  }
  return good >= goodForBad * bad && (goodForBad < 20 || good >= 12);
}

function isUtf8Lead(byte: number): boolean {
  return byte >= 0xc2 && byte <= 0xf4;
}

/** Length of the valid UTF-8 sequence at `at`, 2 to 4; 0 if there is none (Encoding Standard §8.1.1; no surrogates). */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (lead < 0xc2 || lead > 0xf4 || second < 0x80 || second > 0xbf) return 0;
  if (lead < 0xe0) return 2;
  if (((bytes[at + 2] ?? 0) & 0xc0) !== 0x80) return 0;
  if (lead < 0xf0) return (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ? 0 : 3;
  if (((bytes[at + 3] ?? 0) & 0xc0) !== 0x80) return 0;
  return (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f) ? 0 : 4;
}

/** Two surrogates, each encoded like a character (CESU-8): some databases store emoji this way. */
const SURROGATES = /\xed([\xa0-\xaf])([\x80-\xbf])\xed([\xb0-\xbf])([\x80-\xbf])/g;

/** The same bytes with each pair of encoded surrogates replaced by its character. */
export function joinSurrogates(bytes: Buffer): Buffer {
  if (!bytes.includes(0xed)) return bytes;
  const units = bytes.toString('latin1');
  const joined = units.replace(SURROGATES, (_pair, ...found: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = found.slice(0, 4).map((byte) => byte.charCodeAt(0) & 0x3f);
    const character = String.fromCharCode(0xd000 | (a << 6) | b, 0xd000 | (c << 6) | d);
    return Buffer.from(character, 'utf8').toString('latin1');
  });
  return joined === units ? bytes : Buffer.from(joined, 'latin1');
}

/**
 * The same bytes with single bytes of windows-1252 (quotes and dashes, the most frequent broken places) replaced by UTF-8;
 * other broken places stay.
 */
export function mendUtf8(bytes: Buffer): { readonly bytes: Buffer; readonly mended: number } {
  const places = singleBytes(bytes);
  const table = singleByteTable('windows-1252');
  // A character of windows-1252 has at most three bytes in UTF-8.
  const whole = Buffer.allocUnsafe(bytes.length + 2 * places.length);
  let length = 0;
  let start = 0;
  for (const at of places) {
    length += bytes.copy(whole, length, start, at);
    const unit = table[bytes[at] ?? 0] ?? 0;
    if (unit >= 0x800) whole[length++] = 0xe0 | (unit >> 12);
    whole[length++] = unit < 0x800 ? 0xc0 | (unit >> 6) : 0x80 | ((unit >> 6) & 0x3f);
    whole[length++] = 0x80 | (unit & 0x3f);
    start = at + 1;
  }
  length += bytes.copy(whole, length, start);
  return { bytes: whole.subarray(0, length), mended: places.length };
}

function singleBytes(bytes: Buffer): readonly number[] {
  const places: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = (bytes[at] ?? 0) < 0x80 ? 1 : sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    let end = at + 1;
    while (end < bytes.length && (bytes[end] ?? 0) >= 0x80 && sequenceLength(bytes, end) === 0) end++;
    if (end - at === 1 && !isCutCharacter(bytes, at)) places.push(at);
    at = end;
  }
  return places;
}

/** True for the lead byte of a character that was cut: before an ellipsis, a tag or the end of the document. */
function isCutCharacter(bytes: Buffer, at: number): boolean {
  const next = bytes[at + 1];
  const beforeAscii = (bytes[at - 1] ?? 0) < 0x80;
  return isUtf8Lead(bytes[at] ?? 0) && (!beforeAscii || next === undefined);
}
