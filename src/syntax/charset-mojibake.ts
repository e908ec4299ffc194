/** Was this text UTF-8 that somebody took for windows-1252 and encoded again? */
import { isUtf8 } from 'node:buffer';
import { singleByteTable } from './charset-decoders.ts';

export interface Repaired {
  readonly text: string;
  /** Places that were encoded twice; 0 where nothing was changed. */
  readonly count: number;
}

/** Characters that windows-1252 (or Latin-1) makes of the bytes 80 to BF: what follows a lead byte in UTF-8. */
const TAIL = '[\\u0080-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]';

/** Places that no language writes: each is undone wherever it stands. */
const CERTAIN = new RegExp(
  [
    // The mark of a document that was encoded twice.
    'ï»¿',
    // Quotes, dashes, bullets, the ellipsis.
    `â[€\\u0080]${TAIL}`,
    // A C1 control, with or without the lead that a second encoding put before it.
    'Â?[\\u0080-\\u009f]',
    // Signs of Latin-1, not at the end of a word in capitals.
    '(?<!\\p{L})Â[\\u00a0-\\u00bf]',
    // A capital inside or before a word in small letters, and then a sign.
    `(?<=[a-z])[ÃÄÅ]${TAIL}|[ÃÄÅ]${TAIL}(?=[a-z])`,
    // Two or more characters of East Asia in a row.
    `(?:[ã-é]${TAIL}{2}){2,}`,
    `(?:[Ð-Ñ]${TAIL}){3,}`,
  ].join('|'),
  'gu',
);

/**
 * Undoes a second encoding where it is certain, in text that came from valid UTF-8: either all of the text is made of
 * characters that windows-1252 has and their bytes are valid UTF-8 again, in three places or more; or the place alone
 * allows no other reading (`â€™`, a C1 control).
 *
 * @param bytes  what the text was decoded from: a look at them tells at once that nothing is to be done
 */
export function repairMojibake(bytes: Buffer, text: string): Repaired {
  if (!isSuspicious(bytes)) return { text, count: 0 };
  return repairWhole(text) ?? repairPlaces(text);
}

const HITS = 200;
const PATTERNS = ['c3a2e282ac', 'c3a2c280', 'c382c2', 'c383c2', 'c383e2'].map((hex) => Buffer.from(hex, 'hex'));

/**
 * The lead of a twice encoded character is U+00C2 to U+00F4, so C3 and one more byte; then comes a tail, which begins
 * with C2, C5, C6, CB or E2. The first hits are looked at one by one, the rest only for the most frequent patterns:
 * a text in French has a C3 in every line, and this runs on every document.
 */
function isSuspicious(bytes: Buffer): boolean {
  let hits = 0;
  let at = bytes.indexOf(0xc2);
  for (; at !== -1 && hits < HITS; at = bytes.indexOf(0xc2, at + 1), hits++) {
    if ((bytes[at + 1] ?? 0) < 0xa0) return true;
  }
  hits = 0;
  at = bytes.indexOf(0xc3);
  for (; at !== -1 && hits < HITS; at = bytes.indexOf(0xc3, at + 1), hits++) {
    const next = bytes[at + 2] ?? 0;
    const isLead = (bytes[at + 1] ?? 0) >= 0x82 && (bytes[at + 1] ?? 0) <= 0xb4;
    if (isLead && (next === 0xc2 || next === 0xc5 || next === 0xc6 || next === 0xcb || next === 0xe2)) return true;
  }
  return at !== -1 && PATTERNS.some((pattern) => bytes.includes(pattern, at));
}

let byteOfUnit: ReadonlyMap<number, number> | undefined;

/** Bytes above 7F by the character that windows-1252 makes of them; C1 controls stand for themselves. */
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

/** The text's bytes in windows-1252; undefined where it has a character that is not in there. */
function asWindows1252(text: string): Buffer | undefined {
  const map = windows1252Bytes();
  const bytes = Buffer.allocUnsafe(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const byte = unit < 0x80 ? unit : map.get(unit);
    if (byte === undefined) return undefined;
    bytes[at] = byte;
  }
  return bytes;
}

/** Characters that a repair should not give: phonetic letters, box drawing: then there was no damage. */
const INSANE = /[\u0250-\u02af\u0800-\u08ff\u2300-\u24ff\u2800-\u2fff]/;

function repairWhole(text: string): Repaired | undefined {
  const bytes = asWindows1252(text);
  if (bytes === undefined || !isUtf8(bytes)) return undefined;
  const repaired = bytes.toString('utf8');
  const places = repaired.match(/[^\u0000-\u007f]/gu)?.length ?? 0;
  if (places < 3 || INSANE.test(repaired)) return undefined;
  return { text: mendControls(repaired.replace(/^\ufeff+/, '')), count: places };
}

function repairPlaces(text: string): Repaired {
  let count = 0;
  const repaired = text.replace(CERTAIN, (place) => {
    const bytes = asWindows1252(place);
    const once = bytes !== undefined && isUtf8(bytes) ? bytes.toString('utf8').replaceAll('\ufeff', '') : place;
    const mended = mendControls(once);
    if (mended !== place) count++;
    return mended;
  });
  return { text: repaired, count };
}

/** C1 controls are never meant; they are bytes of windows-1252 that were taken for Latin-1. NEL is a line end as well. */
function mendControls(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (control) => {
    const unit = singleByteTable('windows-1252')[control.charCodeAt(0)] ?? 0;
    return String.fromCharCode(unit);
  });
}
