/** Which few bytes identify a text, so that two versions of a story can be recognised? */
import { CHARACTER, mix, NUMBER, readTokens, type TextTokens } from '../../syntax/text/tokens.ts';
import { storyText, storyTitle } from './boilerplate.ts';
import { SIMPLIFIED } from './variants.ts';

/*
 * A text is a set of grams: four characters, three words, or a mixture of that weight. For five prefixes of the text, each
 * twice as long as the one before, and for the whole we keep a one-permutation MinHash with four bits for each bin. Each has
 * its own hash functions, so that a short text, which is the same in several of them, is compared in all their bins; and of
 * a text that was cut off one prefix is compared with the same prefix of the other. In addition: the length, small
 * Bloom filters of the first
 * numbers and of the words of the beginning, and the positions in the latter of headline words at the beginning of the
 * text:
 *   prefixes 8 + 12 + 12 + 12 bins, whole 28 (36 bytes) · length 1 · numbers 5 · beginning 12 · names 8 · headline 2 · 64 bytes in all
 */

export const SIGNATURE_BYTES = 64;

/** Weights in thirds of a Chinese character. */
const WEIGHTS = { character: 3, word: 5, number: 6 } as const;
const GRAM_WEIGHT = 12;
/** With fewer an entry has no text. */
const LEAST_TOKENS = 4;
/** A shorter text is not compared. */
const LEAST_WEIGHT = 18;

export interface Level {
  /** Length of the prefix, in Chinese characters. */
  readonly reach: number;
  readonly bins: number;
  /** Index of the first bin in the signature. */
  readonly from: number;
}

export const LEVELS = [
  { reach: 24, bins: 8, from: 0 },
  { reach: 48, bins: 12, from: 8 },
  { reach: 96, bins: 12, from: 20 },
  { reach: 192, bins: 12, from: 32 },
  { reach: Number.POSITIVE_INFINITY, bins: 28, from: 44 },
] as const satisfies readonly Level[];

const BIN_BYTES = 36;
const LENGTH_AT = BIN_BYTES;
const FIGURES_AT = LENGTH_AT + 1;
const FIGURE_BYTES = 5;
const OPENING_AT = FIGURES_AT + FIGURE_BYTES;
const OPENING_BYTES = 12;
/** Names are headline words at the beginning of the text: the bit of each in the filter of the beginning, plus one. */
const NAMES_AT = OPENING_AT + OPENING_BYTES;
const MOST_NAMES = 8;
/** 15 bits of the headline's hash; the last says that there is no text. */
const HEADLINE_AT = NAMES_AT + MOST_NAMES;
const HEADLINE_BITS = 0x7fff;
const WITHOUT_TEXT = 0x8000;
/** In Chinese characters; enough that an agency line before the text does not push a name out. */
const NAMES_REACH = 32;
const OPENING_REACH = 48;

/** At most this much of a text is read: about ten pages. */
const MOST_TOKENS = 4_096;
const MOST_TITLE_TOKENS = 64;
/** Numbers after these are covered only by grams. */
const MOST_FIGURES = 12;

/** Lengths are stored as logarithms, in steps of 5 %. */
const LENGTH_STEP = Math.log(1.05);

/** Bands by kind: headline, beginning, whole text. */
const TITLE_BAND = 0;
const LEAD_BAND = 1;
/** In Chinese characters: as much of a text as the shortest excerpts have. */
const LEAD_REACH = 24;
const WHOLE_BAND = 2;
const WHOLE_BANDS = 4;
const BAND_COUNT = WHOLE_BAND + WHOLE_BANDS;

export interface Signature {
  /** The signature, `SIGNATURE_BYTES` long. */
  readonly bytes: Uint8Array;
  /** 32-bit keys; texts that share one may report the same story. Empty for a text that is too short to compare. */
  readonly bands: readonly number[];
}

/**
 * @param title  plain text
 * @param text   visible text of content and summary, with any white space; may be empty
 */
export function signatureOf(title: string, text: string): Signature {
  const titleTokens = readTokens(storyTitle(title), MOST_TITLE_TOKENS, SIMPLIFIED);
  const textTokens = readTokens(storyText(text), MOST_TOKENS, SIMPLIFIED);
  // For an entry without text, the headline is the text.
  const body = textTokens.count >= LEAST_TOKENS ? textTokens : titleTokens;
  const grams = gramsOf(body);

  const bytes = new Uint8Array(SIGNATURE_BYTES);
  writeBins(bytes, grams);
  bytes[LENGTH_AT] = Math.min(255, Math.round(Math.log(Math.max(1, grams.weight / WEIGHTS.character)) / LENGTH_STEP));
  writeFigures(bytes, grams.figures);
  const titleWords = wordsOf(titleTokens, Number.POSITIVE_INFINITY);
  const named = body === titleTokens ? titleWords : wordsOf(body, NAMES_REACH);
  const names = [...titleWords].filter((word) => named.has(word)).map((word) => 1 + bitOf(OPENING_BYTES, word));
  bytes.set([...new Set(names)].slice(0, MOST_NAMES), NAMES_AT);
  for (const word of wordsOf(body, OPENING_REACH)) setBit(bytes, OPENING_AT, OPENING_BYTES, word);
  const headline = (hashAll(titleTokens) & HEADLINE_BITS) | (body === titleTokens ? WITHOUT_TEXT : 0);
  bytes.set([headline & 0xff, headline >> 8], HEADLINE_AT);
  return { bytes, bands: bandsOf(grams, titleTokens) };
}

/** Keys of the buckets in which other texts are searched, 32 bits each. */
function bandsOf(grams: Grams, title: TextTokens): readonly number[] {
  const titleWeight = weightOf(title);
  if (Math.max(grams.weight, titleWeight) < LEAST_WEIGHT) return [];
  const minima = new Float64Array(BAND_COUNT).fill(Number.POSITIVE_INFINITY);
  if (titleWeight >= LEAST_WEIGHT) minima[TITLE_BAND] = hashAll(title);
  for (let at = 0; at < grams.count; at += 1) {
    // Two consecutive grams: copied texts share such long runs, texts that are similar by chance do not.
    const next = grams.ends[at] ?? 0;
    if (next >= grams.count) break;
    const long = mix(Math.imul(grams.hashes[at] ?? 0, 0x9e3779b1) ^ (grams.hashes[next] ?? 0));
    const band = WHOLE_BAND + (mix(long ^ 0x51ed270b) & (WHOLE_BANDS - 1));
    if (long < (minima[band] ?? 0)) minima[band] = long;
    if ((grams.reaches[next] ?? 0) > LEAD_REACH * WEIGHTS.character) continue;
    const other = mix(long ^ 0x7f4a7c15);
    if (other < (minima[LEAD_BAND] ?? 0)) minima[LEAD_BAND] = other;
  }
  const keys: number[] = [];
  minima.forEach((least, band) => {
    if (least !== Number.POSITIVE_INFINITY) keys.push(mix(least ^ mix(band + 1)));
  });
  return keys;
}

/** The parts of a signature, decoded. */
export interface Parts {
  /** Two bins in each of the first bytes; see `LEVELS`. */
  readonly bytes: Uint8Array;
  /** In Chinese characters. */
  readonly length: number;
  /** 15 bits of the headline's hash. */
  readonly headline: number;
  /** There is only a headline. */
  readonly isHeadline: boolean;
}

/** Position of a set of words or numbers in a signature, in bytes. */
export interface BitField {
  readonly from: number;
  readonly length: number;
}

export const FIGURES: BitField = { from: FIGURES_AT, length: FIGURE_BYTES };

const LENGTHS = Float64Array.from({ length: 256 }, (_, step) => Math.exp(step * LENGTH_STEP));

export function readSignature(bytes: Uint8Array): Parts {
  const headline = (bytes[HEADLINE_AT] ?? 0) | ((bytes[HEADLINE_AT + 1] ?? 0) << 8);
  return {
    bytes,
    length: LENGTHS[bytes[LENGTH_AT] ?? 0] ?? 0,
    headline: headline & HEADLINE_BITS,
    isHeadline: (headline & WITHOUT_TEXT) !== 0,
  };
}

interface Grams {
  readonly count: number;
  readonly hashes: Uint32Array;
  /** Index of the first token after each gram, counted from the start of the text. */
  readonly ends: Uint32Array;
  /** Weight of the text up to that token. */
  readonly reaches: Uint32Array;
  /** Weight of the whole text. */
  readonly weight: number;
  /** Hashes of the first different numbers. */
  readonly figures: ReadonlySet<number>;
}

function gramsOf(tokens: TextTokens): Grams {
  const length = tokens.count;
  const hashes = new Uint32Array(Math.max(1, length));
  const ends = new Uint32Array(Math.max(1, length));
  const reaches = new Uint32Array(Math.max(1, length));
  const figures = new Set<number>();
  let count = 0;
  let weight = 0;
  for (let start = 0; start < length; start += 1) {
    if (tokens.kinds[start] === NUMBER && figures.size < MOST_FIGURES) figures.add(tokens.hashes[start] ?? 0);
    let hash = 0;
    let gramWeight = 0;
    let end = start;
    while (gramWeight < GRAM_WEIGHT && end < length) {
      hash = Math.imul(hash ^ (tokens.hashes[end] ?? 0), 0x01000193) + 0x3c6ef372;
      gramWeight += weightAt(tokens, end);
      end += 1;
    }
    // The last tokens do not form a gram, unless there is no other.
    if (gramWeight >= GRAM_WEIGHT || count === 0) {
      hashes[count] = mix(hash);
      ends[count] = end;
      reaches[count] = weight + gramWeight;
      count += 1;
    }
    weight += weightAt(tokens, start);
  }
  return { count, hashes, ends, reaches, weight, figures };
}

function writeBins(bytes: Uint8Array, { count, hashes, reaches }: Grams): void {
  LEVELS.forEach(({ reach, bins, from }, level) => {
    const minima = new Uint32Array(bins).fill(0xffffffff);
    const seed = mix(0x1b56c4e9 + level);
    const most = Math.max(reach * WEIGHTS.character, reaches[0] ?? 0);
    for (let at = 0; at < count && (reaches[at] ?? 0) <= most; at += 1) {
      const hash = mix((hashes[at] ?? 0) ^ seed);
      const bin = ((hash >>> 16) * bins) >>> 16;
      const value = hash & 0xffff;
      if (value < (minima[bin] ?? 0)) minima[bin] = value;
    }
    minima.forEach((least, bin) => {
      if (least === 0xffffffff) return;
      const index = from + bin;
      // Zero means an empty bin.
      bytes[index >> 1] = (bytes[index >> 1] ?? 0) | ((1 + (least % 15)) << (4 * (index & 1)));
    });
  });
}

function writeFigures(bytes: Uint8Array, figures: ReadonlySet<number>): void {
  for (const figure of figures) setBit(bytes, FIGURES_AT, FIGURE_BYTES, figure);
}

/** Hashes of words and numbers; of single characters, of each two neighbours. */
function wordsOf(tokens: TextTokens, reach: number): ReadonlySet<number> {
  const { count, kinds, hashes } = tokens;
  const words = new Set<number>();
  let weight = 0;
  for (let at = 0; at < count && weight < reach * WEIGHTS.character; at += 1) {
    const hash = hashes[at] ?? 0;
    if (kinds[at] !== CHARACTER) words.add(hash);
    else if (at + 1 < count && kinds[at + 1] === CHARACTER) words.add(mix(Math.imul(hash, 31) ^ (hashes[at + 1] ?? 0)));
    weight += weightAt(tokens, at);
  }
  return words;
}

function setBit(bytes: Uint8Array, from: number, length: number, hash: number): void {
  const bit = bitOf(length, hash);
  bytes[from + (bit >> 3)] = (bytes[from + (bit >> 3)] ?? 0) | (1 << (bit & 7));
}

function bitOf(length: number, hash: number): number {
  return Math.floor((mix(hash ^ 0x2545f491) / 0x100000000) * length * 8);
}

/** Number of names of a text that are not at the beginning of the other. */
export function namesMissing(one: Parts, other: Parts): number {
  let missing = 0;
  for (let at = NAMES_AT; at < NAMES_AT + MOST_NAMES; at += 1) {
    const place = one.bytes[at] ?? 0;
    if (place === 0) break;
    const bit = place - 1;
    if (((other.bytes[OPENING_AT + (bit >> 3)] ?? 0) & (1 << (bit & 7))) === 0) missing += 1;
  }
  return missing;
}

function hashAll({ count, hashes }: TextTokens): number {
  let hash = count;
  for (let at = 0; at < count; at += 1) hash = mix(hash ^ (hashes[at] ?? 0));
  return hash;
}

function weightOf(tokens: TextTokens): number {
  let weight = 0;
  for (let at = 0; at < tokens.count && weight < LEAST_WEIGHT; at += 1) weight += weightAt(tokens, at);
  return weight;
}

function weightAt({ kinds }: TextTokens, at: number): number {
  if (kinds[at] === CHARACTER) return WEIGHTS.character;
  return kinds[at] === NUMBER ? WEIGHTS.number : WEIGHTS.word;
}
