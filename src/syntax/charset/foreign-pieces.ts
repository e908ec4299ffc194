/** Which pieces of a UTF-8 document were pasted in from another charset? */
import { isUtf8 } from 'node:buffer';
import { isMostlyUtf8 } from './broken-utf8.ts';
import { decodeAs } from './decoders.ts';
import { guessCharset, isPlausible } from './guess.ts';

/** With fewer bytes above 7F the charset is uncertain. */
const LEAST_HIGH_BYTES = 6;
const LESS = 0x3c;
const GREATER = 0x3e;

export interface ForeignPieces {
  /** The whole document as UTF-8, as far as charsets were recognised. */
  readonly bytes: Buffer;
  readonly charset: string;
  /** Number of pieces in that charset. */
  readonly pieces: number;
}

/**
 * Decodes text between two tags that is not UTF-8, by the one charset that fits all such text together; aggregators
 * that paste items of other feeds write it (a GBK item in a UTF-8 feed). Other text stays as it is.
 */
export function decodeForeignPieces(bytes: Buffer): ForeignPieces {
  const foreign = textPieces(bytes).filter(([start, end]) => isForeign(bytes.subarray(start, end)));
  const sample = Buffer.concat(foreign.map(([start, end]) => bytes.subarray(start, end)));
  if (highBytes(sample) < LEAST_HIGH_BYTES) return { bytes, charset: 'utf-8', pieces: 0 };
  const { charset } = guessCharset(sample, undefined);
  if (!MULTIBYTE.test(charset) || !isPlausible(sample, charset)) return { bytes, charset: 'utf-8', pieces: 0 };
  const parts: Buffer[] = [];
  let from = 0;
  for (const [start, end] of foreign) {
    parts.push(bytes.subarray(from, start), Buffer.from(decodeAs(bytes.subarray(start, end), charset).text, 'utf8'));
    from = end;
  }
  return { bytes: Buffer.concat([...parts, bytes.subarray(from)]), charset, pieces: foreign.length };
}

/** Text of another charset is hardly ever valid UTF-8 over this many bytes. */
const SURE_UTF8_BYTES = 12;

/** Whether some text between two tags is certainly UTF-8. */
export function hasUtf8Piece(bytes: Buffer): boolean {
  return textPieces(bytes).some(([start, end]) => {
    const piece = bytes.subarray(start, end);
    return highBytes(piece) >= SURE_UTF8_BYTES && isUtf8(piece);
  });
}

/** Text of one byte per character that is not UTF-8 is repaired byte by byte elsewhere. */
const MULTIBYTE = /^(?:gb18030|big5|euc-|shift_jis)/;

/** Start and end of each run of bytes without an angle bracket, which no character of these charsets contains. */
function textPieces(bytes: Buffer): readonly (readonly [start: number, end: number])[] {
  const pieces: (readonly [number, number])[] = [];
  let start = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte !== undefined && byte !== LESS && byte !== GREATER) continue;
    if (at > start) pieces.push([start, at]);
    start = at + 1;
  }
  return pieces;
}

function isForeign(piece: Buffer): boolean {
  return !isUtf8(piece) && !isMostlyUtf8(piece, 1);
}

function highBytes(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte >= 0x80) count += 1;
  return count;
}
