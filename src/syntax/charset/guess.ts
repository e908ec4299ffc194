/** Which charset gives the most likely text for these bytes? */
import { doubleByteTable, singleByteTable } from './decoders.ts';
import { type EastAsianModel, eastAsianModels, LETTER_SHARES, TYPOGRAPHIC } from './language-models.ts';

export interface CharsetGuess {
  readonly charset: string;
  /** By how many bits the guess beats the declared charset, in all and for each byte above 7F; 0 if that is the best. */
  readonly gain: number;
  readonly gainPerByte: number;
}

const SAMPLE_BYTES = 6144;
/** Sample size to check whether a declared charset makes text. */
const CHECK_BYTES = 1536;
const WESTERN = ['fr', 'de', 'es', 'pt', 'it', 'sv', 'da', 'is', 'nl', 'ca'];
const CENTRAL = ['pl', 'cs', 'hu', 'ro', 'hr', 'de'];

/** Single-byte charsets, with the languages to expect in them. */
const CANDIDATES: Readonly<Record<string, readonly string[]>> = {
  'windows-1252': WESTERN,
  'windows-1250': CENTRAL,
  'iso-8859-2': CENTRAL,
  'windows-1254': ['tr'],
  'windows-1257': ['lt', 'lv', 'et'],
  'windows-1251': ['ru', 'uk', 'bg', 'sr'],
  'koi8-r': ['ru'],
  'koi8-u': ['uk'],
  'iso-8859-5': ['ru', 'uk', 'bg', 'sr'],
  ibm866: ['ru'],
  'x-mac-cyrillic': ['ru'],
  'windows-1253': ['el'],
  'iso-8859-7': ['el'],
  'windows-1255': ['he'],
  'windows-1256': ['ar'],
  'iso-8859-6': ['ar'],
  'windows-874': ['th'],
};

const EAST_ASIAN = ['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr'];

/** Cost in bits of choosing a rarer charset; it decides only for very short texts. */
const PRIOR_BITS: Readonly<Record<string, number>> = {
  'windows-1252': 0,
  gb18030: 2,
  'windows-1251': 3,
  'windows-1250': 2.5,
  'iso-8859-2': 3,
  'windows-1254': 3,
  shift_jis: 4,
  'euc-kr': 4,
  big5: 4,
};
const RARE_BITS = 6;

const OTHER_LANGUAGES: readonly string[] = [...WESTERN, ...CENTRAL];

const ASCII_BITS = 5;
const INVALID_BITS = 30;
/** Emoji, rare characters, other scripts. Four bytes of this form are almost never anything else, so the cost is low. */
const FOUR_BYTE_BITS = 20;
/** East Asian text contains Latin names, but rarely a lower-case letter directly before a character. */
const AFTER_SMALL_LETTER_BITS = 4;

/**
 * True if the declared charset makes plausible text from the bytes, so that no other charset needs to be tried.
 *
 * @param charset  canonical
 */
export function isPlausible(bytes: Uint8Array, charset: string): boolean {
  const sample = takeSample(bytes, CHECK_BYTES);
  const highBytes = countHigh(sample);
  const ascii = (sample.length - highBytes) * ASCII_BITS;
  const affordable = (bitsPerByte: number) => ascii + bitsPerByte * highBytes;
  if (EAST_ASIAN.includes(charset)) return eastAsianBits(sample, charset, Infinity) <= affordable(5.8);
  return languagesOf(charset).some((language) => {
    const limit = affordable(singleByteModel(charset, language).latin ? 8 : 5.5);
    return singleByteBits(sample, charset, language, limit) <= limit;
  });
}

/**
 * The most likely charset of bytes that are not UTF-8, judged by the letters that each charset gives for a sample.
 *
 * @param declared  a charset to compare in addition to the usual candidates
 */
export function guessCharset(bytes: Uint8Array, declared?: string): CharsetGuess {
  const sample = takeSample(bytes, SAMPLE_BYTES);
  let best = 'windows-1252';
  let bestBits = Infinity;
  const weigh = (charset: string, bits: (limit: number) => number) => {
    const prior = PRIOR_BITS[charset] ?? RARE_BITS;
    const total = bits(bestBits - prior) + prior;
    if (total >= bestBits) return;
    best = charset;
    bestBits = total;
  };
  for (const charset of EAST_ASIAN) weigh(charset, (limit) => eastAsianBits(sample, charset, limit));
  for (const [charset, languages] of Object.entries(CANDIDATES)) {
    for (const language of languages) weigh(charset, (limit) => singleByteBits(sample, charset, language, limit));
  }
  if (declared === undefined || declared === best) return { charset: best, gain: 0, gainPerByte: 0 };
  const declaredBits = EAST_ASIAN.includes(declared)
    ? eastAsianBits(sample, declared, Infinity)
    : Math.min(...languagesOf(declared).map((language) => singleByteBits(sample, declared, language, Infinity)));
  const gain = declaredBits + (PRIOR_BITS[declared] ?? RARE_BITS) - bestBits;
  return { charset: best, gain, gainPerByte: gain / Math.max(1, countHigh(sample)) };
}

/** A declared charset that is not a candidate is judged by the languages with Latin letters. */
function languagesOf(charset: string): readonly string[] {
  return CANDIDATES[charset] ?? OTHER_LANGUAGES;
}

/** True for single-byte charsets of a non-Latin script: Cyrillic, Greek, Hebrew, Arabic, Thai. */
export function isOfOneScript(charset: string): boolean {
  const languages = CANDIDATES[charset] ?? [];
  return languages.length > 0 && languages.every((language) => !singleByteModel(charset, language).latin);
}

function countHigh(sample: Uint8Array): number {
  let high = 0;
  for (let at = 0; at < sample.length; at++) if ((sample[at] ?? 0) >= 0x80) high++;
  return high;
}

/** Words with a high byte, cut at white space or `<`, where no charset can be inside a character. */
function takeSample(bytes: Uint8Array, size: number): Uint8Array {
  const sample = new Uint8Array(size);
  let length = 0;
  let at = 0;
  while (at < bytes.length && length < size) {
    if ((bytes[at] ?? 0) < 0x80) {
      at++;
      continue;
    }
    // From the beginning of the word: a letter of another script directly after ASCII letters counts against a charset.
    let start = at;
    while (start > 0 && !isBoundary(bytes[start - 1] ?? 0)) start--;
    while (at < bytes.length && !isBoundary(bytes[at] ?? 0)) at++;
    // Include the boundary: the character after a letter is part of the evidence.
    at++;
    const stretch = bytes.subarray(start, Math.min(at, bytes.length, start + size - length));
    sample.set(stretch, length);
    length += stretch.length;
  }
  return sample.subarray(0, length);
}

function isBoundary(byte: number): boolean {
  return byte === 0x3c || byte <= 0x20;
}

/** Classes of characters. */
const OTHER = 0;
const ASCII_LETTER = 1;
const UPPER = 2;
const LOWER = 3;

interface SingleByteModel {
  readonly bits: Float64Array;
  readonly kinds: Uint8Array;
  /** True for Latin letters above ASCII, which stand among ASCII letters; letters of other scripts stand among themselves. */
  readonly latin: boolean;
}

const singleByteModels = new Map<string, SingleByteModel>();

function singleByteModel(charset: string, language: string): SingleByteModel {
  const key = `${charset} ${language}`;
  let model = singleByteModels.get(key);
  if (model === undefined) {
    model = buildSingleByteModel(charset, language);
    singleByteModels.set(key, model);
  }
  return model;
}

function buildSingleByteModel(charset: string, language: string): SingleByteModel {
  const shares = new Map<string, number>();
  for (const part of (LETTER_SHARES[language] ?? '').split(' '))
    shares.set(part.charAt(0), Number(part.slice(1)) / 100);
  const latin = /^[\u0080-\u02ff]/.test(LETTER_SHARES[language] ?? '');
  // In Latin text about one letter in twenty is above ASCII; in other scripts nearly every letter is.
  const base = latin ? 4 : 0.5;
  const table = singleByteTable(charset);
  const bits = new Float64Array(256);
  const kinds = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(table[byte] ?? 0);
    if (byte < 0x80) {
      bits[byte] = ASCII_BITS;
      kinds[byte] = /[a-z]/i.test(character) ? ASCII_LETTER : OTHER;
      continue;
    }
    const lower = character.toLowerCase();
    const share = shares.get(character) ?? shares.get(lower);
    const letter = /\p{L}|\p{M}/u.test(character);
    const upper = character !== lower;
    const sign = TYPOGRAPHIC.indexOf(character);
    if (letter) kinds[byte] = upper ? UPPER : LOWER;
    if (share !== undefined) bits[byte] = base - Math.log2(share) + (upper ? 4.5 : 0);
    else if (letter) bits[byte] = 14 + (upper ? 1 : 0);
    else if (sign !== -1) bits[byte] = 7 + sign / 5;
    else if (character === '\ufffd' || /\p{Cc}/u.test(character)) bits[byte] = 20;
    else bits[byte] = 15;
  }
  return { bits, kinds, latin };
}

/** Stops beyond the limit. */
function singleByteBits(sample: Uint8Array, charset: string, language: string, limit: number): number {
  const { bits, kinds, latin } = singleByteModel(charset, language);
  let total = 0;
  let before = OTHER;
  for (let at = 0; at < sample.length && total <= limit; at++) {
    const byte = sample[at] ?? 0;
    const kind = kinds[byte] ?? OTHER;
    total += bits[byte] ?? 0;
    if (before !== OTHER && kind !== OTHER) {
      if (kind === UPPER && (before === LOWER || before === ASCII_LETTER)) total += 5;
      else if (latin) {
        if (kind !== ASCII_LETTER && before !== ASCII_LETTER) total += 3;
      } else if ((kind === ASCII_LETTER) !== (before === ASCII_LETTER)) total += 7;
    }
    before = kind;
  }
  return total;
}

let models: Readonly<Record<string, EastAsianModel>> | undefined;

/** Stops beyond the limit. */
function eastAsianBits(sample: Uint8Array, charset: string, limit: number): number {
  models ??= eastAsianModels();
  const known = models[charset]?.bits;
  const table = doubleByteTable(charset);
  let total = 0;
  let at = 0;
  while (at < sample.length && total <= limit) {
    const lead = sample[at] ?? 0;
    if (lead < 0x80) {
      total += ASCII_BITS;
      at++;
      continue;
    }
    const trail = sample[at + 1] ?? 0;
    const unit = table[(lead - 128) * 256 + trail] ?? 0;
    if (unit !== 0) {
      total += known?.get(unit) ?? placeBits(charset, lead, trail, unit);
      const before = sample[at - 1] ?? 0;
      if (before >= 0x61 && before <= 0x7a) total += AFTER_SMALL_LETTER_BITS;
      at += 2;
    } else if (charset === 'shift_jis' && lead >= 0xa1 && lead <= 0xdf) {
      total += 11;
      at++;
    } else if (charset === 'gb18030' && isFourBytes(sample, at)) {
      total += FOUR_BYTE_BITS;
      at += 4;
    } else {
      total += INVALID_BITS;
      at += trail >= 0x80 ? 2 : 1;
    }
  }
  return total;
}

/** True if four bytes are one character of GB 18030, in the basic plane or above. */
function isFourBytes(bytes: Uint8Array, at: number): boolean {
  const [lead = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + 4);
  return (
    ((lead >= 0x81 && lead <= 0x84) || (lead >= 0x90 && lead <= 0xe3)) &&
    isDigit(second) &&
    third >= 0x81 &&
    third !== 0xff &&
    isDigit(fourth)
  );
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The charsets of East Asia have frequent characters in their first rows. */
function placeBits(charset: string, lead: number, trail: number, unit: number): number {
  const ideograph = unit >= 0x4e00 && unit < 0xa000;
  switch (charset) {
    case 'gb18030':
      if (trail < 0xa1 || lead < 0xa1) return 18.5;
      if (ideograph) return lead <= 0xd7 ? 13 : 15.5;
      return lead === 0xa1 || lead === 0xa3 ? 12 : 17;
    case 'big5':
      if (ideograph) return lead <= 0xc6 ? 13 : 16;
      return lead <= 0xa3 ? 13 : 20;
    case 'euc-kr':
      if (unit >= 0xac00 && unit < 0xd7b0) return lead >= 0xb0 && trail >= 0xa1 ? 12 : 17;
      return ideograph ? 16.5 : lead === 0xa1 || lead === 0xa3 ? 13 : 17;
    default: {
      const frequent = charset === 'euc-jp' ? lead >= 0xb0 && lead <= 0xcf : lead >= 0x88 && lead <= 0x97;
      if (ideograph) return frequent ? 13 : 16;
      return 13.5;
    }
  }
}
