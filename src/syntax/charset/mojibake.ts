/** Was this text UTF-8 that was read as windows-1252 and encoded again? */
import { isUtf8 } from 'node:buffer';
import { singleByteTable } from './decoders.ts';

export interface Repaired {
  readonly text: string;
  /** Number of repaired places; 0 if nothing was changed. */
  readonly count: number;
}

/** Characters of the bytes 80 to BF in windows-1252 (or Latin-1): these follow a lead byte in UTF-8. */
const TAIL = '[\\u0080-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]';

/** A lead byte with possible tails; each match is then tested for certainty. */
const PLACES = new RegExp(`(?:[Â-ô]${TAIL}{1,3}){1,200}`, 'g');

/** Sequences that no language writes, with the characters before and after. */
const CERTAIN: readonly RegExp[] = [
  // Quotes, dashes, bullets, the ellipsis; the mark of a document that was encoded twice.
  new RegExp(`^.(?:â[€\\u0080]${TAIL})+.$|^.ï»¿.$`, 's'),
  // Signs of Latin-1, not at the end of a word in capitals.
  /^\P{L}(?:Â[\u00a0-\u00bf])+.$/su,
  // A capital inside or before a lower-case word, followed by a sign.
  new RegExp(`^[a-z](?:[ÃÄÅ]${TAIL})+.$|^.(?:[ÃÄÅ]${TAIL})+[a-z]$`, 's'),
  // Two or more East Asian characters in a row, or three or more Cyrillic letters.
  new RegExp(`^.(?:[ã-éï]${TAIL}{2}){2,}.$`, 's'),
  new RegExp(`^.(?:[ÐÑ]${TAIL}){3,}.$`, 's'),
];

/**
 * Undoes a second encoding if it is certain, in text decoded from valid UTF-8. Either all of the text has only characters
 * of windows-1252 and their bytes are valid UTF-8 again, in three places or more; or nearly all places above ASCII allow
 * no other reading (`â€™`). C1 controls are always read as windows-1252.
 *
 * @param bytes  the bytes of the text; a quick search in them often shows that there is nothing to repair
 */
export function repairMojibake(bytes: Buffer, text: string): Repaired {
  if (!isSuspicious(bytes)) return { text, count: 0 };
  return repairWhole(text) ?? repairPlaces(text);
}

/** The bytes of a tail (see above) in UTF-8. */
const TAIL_BYTES =
  '(?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2(?:\x80[\x90-\xbf]|\x82\xac|\x84\xa2))';

/** After a C3 byte: a lead character (U+00C2 to U+00F4) with the right number of tails. */
const ENCODED_TWICE = new RegExp(
  `[\x82-\x9f]${TAIL_BYTES}|[\xa0-\xaf]${TAIL_BYTES}{2}|[\xb0-\xb4]${TAIL_BYTES}{3}`,
  'y',
);

/** True if valid UTF-8 may contain text that was encoded twice. Runs on every document, so it only visits lead bytes. */
export function isSuspicious(bytes: Buffer): boolean {
  const units = bytes.toString('latin1');
  for (let at = units.indexOf('\xc2'); at !== -1; at = units.indexOf('\xc2', at + 2)) {
    if (units.charCodeAt(at + 1) < 0xa0) return true;
  }
  for (let at = units.indexOf('\xc3'); at !== -1; at = units.indexOf('\xc3', at + 2)) {
    if (units.charCodeAt(at + 2) < 0xc2) continue;
    ENCODED_TWICE.lastIndex = at + 1;
    if (ENCODED_TWICE.test(units)) return true;
  }
  return false;
}

let byteOfUnit: ReadonlyMap<number, number> | undefined;

/** Byte above 7F for each character of windows-1252; C1 controls stand for themselves. */
function windows1252Bytes(): ReadonlyMap<number, number> {
  if (byteOfUnit === undefined) {
    const map = new Map<number, number>();
    const table = singleByteTable('windows-1252');
    for (let byte = 0x80; byte < 0x100; byte++) map.set(byte, byte);
    for (let byte = 0x80; byte < 0x100; byte++) map.set(table[byte] ?? byte, byte);
    byteOfUnit = map;
  }
  return byteOfUnit;
}

/** The text as windows-1252 bytes; undefined at the first character that windows-1252 lacks or that was not encoded twice. */
function asEncodedTwice(text: string): Buffer | undefined {
  const map = windows1252Bytes();
  const bytes = Buffer.allocUnsafe(text.length);
  let tails = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const byte = unit < 0x80 ? unit : map.get(unit);
    if (byte === undefined || (byte >= 0x80 && byte < 0xc0) !== tails > 0) return undefined;
    tails = tails > 0 ? tails - 1 : byte < 0xc2 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    bytes[at] = byte;
  }
  return isUtf8(bytes) ? bytes : undefined;
}

/** Characters that a repair should not produce (phonetic letters, box drawing): then the text was not damaged. */
const IMPLAUSIBLE = /[\u0250-\u02af\u0800-\u08ff\u2300-\u24ff\u2800-\u2fff]/;

function repairWhole(text: string): Repaired | undefined {
  const bytes = asEncodedTwice(text);
  if (bytes === undefined) return undefined;
  const repaired = bytes.toString('utf8');
  const places = countAbove(repaired).characters;
  if (places < 3 || IMPLAUSIBLE.test(repaired)) return undefined;
  return { text: mendControls(repaired.replace(/^\ufeff+/, '')), count: places };
}

/** Required number of certain places for each other place above ASCII: a document may also write about encodings. */
const DOMINANCE = 4;

function repairPlaces(text: string): Repaired {
  let certain = 0;
  const repaired = text.replace(PLACES, (place: string, at: number) => {
    const around = `${text.charAt(at - 1) || ' '}${place}${text.charAt(at + place.length) || ' '}`;
    if (!CERTAIN.some((pattern) => pattern.test(around))) return place;
    const bytes = asEncodedTwice(place);
    if (bytes === undefined) return place;
    certain++;
    return bytes.toString('utf8').replaceAll('\ufeff', '');
  });
  const others = countAbove(text).stretches - certain;
  const believed = certain > 0 && certain >= DOMINANCE * others;
  const kept = believed ? repaired : text;
  const mended = mendControls(kept);
  const controls = mended === kept ? 0 : countAbove(kept).controls;
  return { text: mended, count: (believed ? certain : 0) + controls };
}

/** Counts above ASCII: characters, runs of characters, and C1 controls. */
function countAbove(text: string) {
  let characters = 0;
  let stretches = 0;
  let controls = 0;
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) {
      characters++;
      if (!inside) stretches++;
      if (unit < 0xa0) controls++;
    }
    inside = unit >= 0x80;
  }
  return { characters, stretches, controls };
}

const CONTROLS = /Â?([\u0080-\u009f])/g;

/**
 * C1 controls are never intended: they are windows-1252 bytes that were read as Latin-1, and some of them were encoded
 * twice (then `Â` stands before them).
 */
function mendControls(text: string): string {
  return text.replace(CONTROLS, (_place, control: string) =>
    String.fromCharCode(singleByteTable('windows-1252')[control.charCodeAt(0)] ?? 0),
  );
}
