/** Which words, numbers and single characters does a text consist of, in any script? */

/** Kind of a token: a word of a script that separates words. */
export const WORD = 1;
/** Kind of a token: one character of a script that does not separate words. */
export const CHARACTER = 2;
export const NUMBER = 3;

/** Tokens in the order of the text; all arrays have the same length. */
export interface TextTokens {
  readonly count: number;
  /** Evenly distributed hashes; the same for a token in any case and width and with any marks around it. */
  readonly hashes: Uint32Array;
  /** `WORD`, `CHARACTER` or `NUMBER`. */
  readonly kinds: Uint8Array;
  /** In columns: a single character takes two, a word or number one for each letter or digit; at most 255. */
  readonly widths: Uint8Array;
}

/** Classes of code units. Everything else separates tokens. */
const SEPARATOR = 0;
const LETTER = 1;
const IDEOGRAPH = 2;
const DIGIT = 3;
/** Inside a word but not a letter: apostrophes, joiners, soft hyphens. */
const IGNORED = 4;
const UNKNOWN = 255;

const IS_IDEOGRAPH =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\ud800-\udfff]/u;
const IS_LETTER = /[\p{L}\p{M}]/u;
const IS_DIGIT = /\p{Nd}/u;
const IS_IGNORED = /[\u00ad\u200b-\u200f\u2060\ufeff'\u2019\u02bc]/u;

const classes = new Uint8Array(0x10000).fill(UNKNOWN);

const MARK_IN_NUMBER = { comma: 0x2c, point: 0x2e } as const;

/**
 * Reads the tokens of a text: compatibility forms and case folded (NFKC), without punctuation and white space, numbers
 * as a whole (`3,645.10` is `3645.1`), CJK and other scripts without spaces character by character.
 *
 * @param fold       maps a code unit to the one it counts as; 0 if it counts as itself
 * @param maxTokens  reading stops after this many tokens
 */
export function readTokens(text: string, maxTokens: number, fold?: Uint16Array): TextTokens {
  const folded = text.normalize('NFKC').toLowerCase();
  const most = Math.min(maxTokens, folded.length);
  const hashes = new Uint32Array(most);
  const kinds = new Uint8Array(most);
  const widths = new Uint8Array(most);
  let count = 0;
  let at = 0;
  while (at < folded.length && count < most) {
    const code = folded.charCodeAt(at);
    const kind = classOf(code);
    if (kind === IDEOGRAPH) {
      const same = fold?.[code] ?? 0;
      hashes[count] = mix(same === 0 ? code : same);
      kinds[count] = CHARACTER;
      widths[count] = 2;
      at += 1;
      count += 1;
    } else if (kind === LETTER) {
      const end = wordEnd(folded, at);
      hashes[count] = hashWord(folded, at, end);
      kinds[count] = WORD;
      widths[count] = Math.min(255, end - at);
      at = end;
      count += 1;
    } else if (kind === DIGIT) {
      const end = numberEnd(folded, at);
      hashes[count] = hashNumber(folded, at, end);
      kinds[count] = NUMBER;
      widths[count] = Math.min(255, end - at);
      at = end;
      count += 1;
    } else {
      at += 1;
    }
  }
  return { count, hashes, kinds, widths };
}

/** Mixes 32 bits into 32 bits, one to one. */
export function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function classOf(code: number): number {
  const known = classes[code] ?? SEPARATOR;
  if (known !== UNKNOWN) return known;
  const character = String.fromCharCode(code);
  const found = IS_IGNORED.test(character)
    ? IGNORED
    : IS_IDEOGRAPH.test(character)
      ? IDEOGRAPH
      : IS_LETTER.test(character)
        ? LETTER
        : IS_DIGIT.test(character)
          ? DIGIT
          : SEPARATOR;
  classes[code] = found;
  return found;
}

function wordEnd(text: string, start: number): number {
  let end = start + 1;
  for (let at = end; at < text.length; at += 1) {
    const kind = classOf(text.charCodeAt(at));
    if (kind === LETTER) end = at + 1;
    else if (kind !== IGNORED) break;
  }
  return end;
}

function hashWord(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (classOf(code) === LETTER) hash = Math.imul(hash ^ code, 0x01000193);
  }
  return mix(hash);
}

/** A comma or point belongs to the number if digits follow it. */
function numberEnd(text: string, start: number): number {
  let end = start + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    if (classOf(code) === DIGIT) end += 1;
    else if (
      (code === MARK_IN_NUMBER.comma || code === MARK_IN_NUMBER.point) &&
      classOf(text.charCodeAt(end + 1)) === DIGIT
    )
      end += 2;
    else return end;
  }
}

/** Leaves out commas and trailing zeros after a decimal point. */
function hashNumber(text: string, start: number, end: number): number {
  let point = end - 1;
  while (point > start && text.charCodeAt(point) !== MARK_IN_NUMBER.point) point -= 1;
  let last = end;
  if (point > start) {
    while (text.charCodeAt(last - 1) === 0x30) last -= 1;
    if (last - 1 === point) last = point;
  }
  let hash = 0x2b0b1d5;
  for (let at = start; at < last; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== MARK_IN_NUMBER.comma) hash = Math.imul(hash ^ code, 0x01000193);
  }
  return mix(hash);
}
