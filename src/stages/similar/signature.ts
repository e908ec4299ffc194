/** By what few bytes can two tellings of a story be recognised as one text? */
import { CHARACTER, mix, NUMBER, readTokens, type TextTokens } from '../../syntax/text-tokens.ts';
import { storyText, storyTitle } from './boilerplate.ts';
import { SIMPLIFIED } from './variants.ts';

/*
 * A text is a set of grams: four characters, three words, or a mixture of that weight. Of three prefixes of it (lead,
 * first part, whole) we keep a one-permutation MinHash, four bits a bin; the prefixes have hash functions of their own,
 * so that a short text, which is its own lead, has all bins to be compared by. Added are the length, the first numbers
 * and the headline as small Bloom filters:
 *   lead 12 bins, part 12, whole 24 (24 bytes) · length 1 · numbers 5 · headline 6 · all in 36 bytes
 */

export const SIGNATURE_BYTES = 36;

export interface Level {
  /** Tokens of the text that it looks at. */
  readonly tokens: number;
  readonly bins: number;
  /** First bin in the signature. */
  readonly from: number;
}

export const LEVELS = [
  { tokens: 48, bins: 12, from: 0 },
  { tokens: 192, bins: 12, from: 12 },
  { tokens: Number.POSITIVE_INFINITY, bins: 24, from: 24 },
] as const satisfies readonly Level[];

const BIN_BYTES = 24;
const LENGTH_AT = BIN_BYTES;
const NUMBERS_AT = LENGTH_AT + 1;
const NUMBER_BYTES = 5;
const TITLE_AT = NUMBERS_AT + NUMBER_BYTES;
const TITLE_BYTES = 6;

/** No more of a text is read: some ten pages. */
const MOST_TOKENS = 4_096;
const MOST_TITLE_TOKENS = 64;
/** Numbers behind these are left to the grams. */
const MOST_NUMBERS = 12;

/** Weight of a gram; a character of Chinese weighs 3, a word 4, a number 6. */
const GRAM_WEIGHT = 12;
const WEIGHTS = { character: 3, word: 4, number: 6 } as const;

/** A text with less than this says too little to be compared. */
const LEAST_WEIGHT = 18;

/** Lengths are kept as their logarithm, 5 % apart. */
const LENGTH_STEP = Math.log(1.05);

const BANDS = { title: 0, lead: 1, whole: 3, count: 6 } as const;
const LEAD_BANDS = BANDS.whole - BANDS.lead;
const WHOLE_BANDS = BANDS.count - BANDS.whole;

export interface Signature {
  /** What a text is compared by, `SIGNATURE_BYTES`. */
  readonly bytes: Uint8Array;
  /** 32-bit keys: texts that share one may be the same story. None: too short to be compared. */
  readonly bands: readonly number[];
}

/**
 * @param title  plain text
 * @param text   visible text of content and summary, white space of any kind; may be empty
 */
export function signatureOf(title: string, text: string): Signature {
  const titleTokens = readTokens(storyTitle(title), MOST_TITLE_TOKENS, SIMPLIFIED);
  const textTokens = readTokens(storyText(text), MOST_TOKENS, SIMPLIFIED);
  const from = startOf(textTokens, titleTokens);
  const body = textTokens.count - from >= 4 ? { tokens: textTokens, from } : { tokens: titleTokens, from: 0 };

  const bytes = new Uint8Array(SIGNATURE_BYTES);
  const grams = gramsOf(body.tokens, body.from);
  writeBins(bytes, grams);
  const count = body.tokens.count - body.from;
  bytes[LENGTH_AT] = Math.min(255, Math.round(Math.log(Math.max(1, count)) / LENGTH_STEP));
  writeNumbers(bytes, body.tokens, body.from);
  writeTitle(bytes, titleTokens);
  return { bytes, bands: bandsOf(grams, titleTokens, weightOf(body.tokens, body.from)) };
}

/** Keys of the buckets in which this text looks for others, 32 bits each. */
export function bandsOf(grams: Grams, title: TextTokens, weight: number): readonly number[] {
  if (Math.max(weight, weightOf(title, 0)) < LEAST_WEIGHT) return [];
  const minima = new Float64Array(BANDS.count).fill(Number.POSITIVE_INFINITY);
  if (weightOf(title, 0) >= LEAST_WEIGHT) minima[BANDS.title] = hashAll(title);
  const lead = LEVELS[0].tokens;
  for (let at = 0; at < grams.count; at += 1) {
    // Two neighbouring grams: what is copied shares such long ones, what is alike by chance does not.
    const next = grams.ends[at] ?? 0;
    if (next >= grams.count) break;
    const long = mix(Math.imul(grams.hashes[at] ?? 0, 0x9e3779b1) ^ (grams.hashes[next] ?? 0));
    const whole = BANDS.whole + Math.floor(((mix(long ^ 0x51ed270b) >>> 8) / 0x1000000) * WHOLE_BANDS);
    if (long < (minima[whole] ?? 0)) minima[whole] = long;
    if (next + 4 > lead) continue;
    const other = mix(long ^ 0x7f4a7c15);
    const leading = BANDS.lead + ((other & 1) % LEAD_BANDS);
    if (other < (minima[leading] ?? 0)) minima[leading] = other;
  }
  const keys: number[] = [];
  minima.forEach((least, band) => {
    if (least !== Number.POSITIVE_INFINITY) keys.push(mix(least ^ mix(band + 1)));
  });
  return keys;
}

/** The parts of a signature, read. */
export interface Parts {
  readonly tokens: number;
  bin(index: number): number;
  readonly numbers: Bits;
  readonly title: Bits;
}

export interface Bits {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly length: number;
}

export function readSignature(bytes: Uint8Array): Parts {
  return {
    tokens: Math.exp((bytes[LENGTH_AT] ?? 0) * LENGTH_STEP),
    bin: (index) => ((bytes[index >> 1] ?? 0) >> (4 * (index & 1))) & 15,
    numbers: { bytes, from: NUMBERS_AT, length: NUMBER_BYTES },
    title: { bytes, from: TITLE_AT, length: TITLE_BYTES },
  };
}

interface Grams {
  readonly count: number;
  readonly hashes: Uint32Array;
  /** First token behind the gram, counted from the text's first. */
  readonly ends: Uint32Array;
}

function gramsOf(tokens: TextTokens, from: number): Grams {
  const length = tokens.count - from;
  const hashes = new Uint32Array(Math.max(1, length));
  const ends = new Uint32Array(Math.max(1, length));
  let count = 0;
  for (let start = 0; start < length; start += 1) {
    let hash = 0;
    let weight = 0;
    let end = start;
    while (weight < GRAM_WEIGHT && end < length) {
      hash = Math.imul(hash ^ (tokens.hashes[from + end] ?? 0), 0x01000193) + 0x3c6ef372;
      weight += weightAt(tokens, from + end);
      end += 1;
    }
    if (weight < GRAM_WEIGHT && count > 0) break;
    hashes[count] = mix(hash);
    ends[count] = end;
    count += 1;
  }
  return { count, hashes, ends };
}

function writeBins(bytes: Uint8Array, { count, hashes, ends }: Grams): void {
  LEVELS.forEach(({ tokens, bins, from }, level) => {
    const minima = new Uint32Array(bins).fill(0xffffffff);
    const seed = mix(0x1b56c4e9 + level);
    for (let at = 0; at < count && (ends[at] ?? 0) <= Math.max(tokens, ends[0] ?? 0); at += 1) {
      const hash = mix((hashes[at] ?? 0) ^ seed);
      const bin = ((hash >>> 16) * bins) >>> 16;
      const value = hash & 0xffff;
      if (value < (minima[bin] ?? 0)) minima[bin] = value;
    }
    minima.forEach((least, bin) => {
      if (least === 0xffffffff) return;
      const index = from + bin;
      bytes[index >> 1] = (bytes[index >> 1] ?? 0) | ((1 + (least % 15)) << (4 * (index & 1)));
    });
  });
}

function writeNumbers(bytes: Uint8Array, { count, kinds, hashes }: TextTokens, from: number): void {
  const seen = new Set<number>();
  for (let at = from; at < count && seen.size < MOST_NUMBERS; at += 1)
    if (kinds[at] === NUMBER) seen.add(hashes[at] ?? 0);
  for (const number of seen) setBit(bytes, NUMBERS_AT, NUMBER_BYTES, number);
}

/** Words and numbers; of characters each two neighbours. */
function writeTitle(bytes: Uint8Array, { count, kinds, hashes }: TextTokens): void {
  for (let at = 0; at < count; at += 1) {
    const hash = hashes[at] ?? 0;
    if (kinds[at] !== CHARACTER) setBit(bytes, TITLE_AT, TITLE_BYTES, hash);
    else if (kinds[at + 1] === CHARACTER)
      setBit(bytes, TITLE_AT, TITLE_BYTES, mix(Math.imul(hash, 31) ^ (hashes[at + 1] ?? 0)));
  }
}

function setBit(bytes: Uint8Array, from: number, length: number, hash: number): void {
  const bit = Math.floor((mix(hash ^ 0x2545f491) / 0x100000000) * length * 8);
  const index = from + (bit >> 3);
  bytes[index] = (bytes[index] ?? 0) | (1 << (bit & 7));
}

/** Where the text begins that does not merely repeat its headline. */
function startOf(text: TextTokens, title: TextTokens): number {
  if (title.count < 3 || text.count < title.count) return 0;
  for (let at = 0; at < title.count; at += 1) if (text.hashes[at] !== title.hashes[at]) return 0;
  return title.count;
}

function hashAll({ count, hashes }: TextTokens): number {
  let hash = count;
  for (let at = 0; at < count; at += 1) hash = mix(hash ^ (hashes[at] ?? 0));
  return hash;
}

function weightOf(tokens: TextTokens, from: number): number {
  let weight = 0;
  for (let at = from; at < tokens.count && weight < LEAST_WEIGHT; at += 1) weight += weightAt(tokens, at);
  return weight;
}

function weightAt({ kinds }: TextTokens, at: number): number {
  if (kinds[at] === CHARACTER) return WEIGHTS.character;
  return kinds[at] === NUMBER ? WEIGHTS.number : WEIGHTS.word;
}
