/** Which few bytes identify a text, so that two tellings of a story can be recognised? */
import { CHARACTER, mix, NUMBER, readTokens, type TextTokens } from '../../syntax/text/tokens.ts';
import { storyText, storyTitle } from './boilerplate.ts';
import { SIMPLIFIED } from './variants.ts';

/*
 * A text is a set of grams: four characters, three words, or a mixture of that weight. For three prefixes of the text (lead,
 * first part, whole) we keep a one-permutation MinHash with four bits for each bin. The prefixes have their own hash
 * functions, so a short text, which is its own lead, can be compared in all bins. In addition: the length, and small Bloom
 * filters of the first numbers and of the words of the headline and of the beginning:
 *   lead 12 bins, part 12, whole 24 (24 bytes) · length 1 · numbers 5 · names 6 · beginning 6 · headline 1 · 43 bytes in all
 */

export const SIGNATURE_BYTES = 43;

/** Weights in thirds of a Chinese character. */
const WEIGHTS = { character: 3, word: 5, number: 6 } as const;
const GRAM_WEIGHT = 12;
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
  { reach: 48, bins: 12, from: 0 },
  { reach: 192, bins: 12, from: 12 },
  { reach: Number.POSITIVE_INFINITY, bins: 24, from: 24 },
] as const satisfies readonly Level[];

const BIN_BYTES = 24;
const LENGTH_AT = BIN_BYTES;
const FIGURES_AT = LENGTH_AT + 1;
const FIGURE_BYTES = 5;
/** Names are headline words with which the text begins; in both filters a word sets the same bits. */
const NAMES_AT = FIGURES_AT + FIGURE_BYTES;
const WORD_BYTES = 6;
const OPENING_AT = NAMES_AT + WORD_BYTES;
const HEADLINE_AT = OPENING_AT + WORD_BYTES;
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

/** Bands by kind: headline, lead, whole text. */
const TITLE_BAND = 0;
const LEAD_BAND = 1;
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
  const from = startOf(textTokens, titleTokens);
  // For an entry without text, the headline is the text.
  const body = textTokens.count - from >= 4 ? textTokens : titleTokens;
  const grams = gramsOf(body, body === textTokens ? from : 0);

  const bytes = new Uint8Array(SIGNATURE_BYTES);
  writeBins(bytes, grams);
  bytes[LENGTH_AT] = Math.min(255, Math.round(Math.log(Math.max(1, grams.weight / WEIGHTS.character)) / LENGTH_STEP));
  writeFigures(bytes, grams.figures);
  const titleWords = wordsOf(titleTokens, 0, Number.POSITIVE_INFINITY);
  const opening = body === titleTokens ? titleWords : wordsOf(textTokens, from, OPENING_REACH);
  const named = body === titleTokens ? titleWords : wordsOf(textTokens, from, NAMES_REACH);
  for (const word of titleWords) if (named.has(word)) setBit(bytes, NAMES_AT, WORD_BYTES, word);
  for (const word of opening) setBit(bytes, OPENING_AT, WORD_BYTES, word);
  bytes[HEADLINE_AT] = hashAll(titleTokens) & 0xff;
  return { bytes, bands: bandsOf(grams, titleTokens) };
}

/** Keys of the buckets in which other texts are searched, 32 bits each. */
function bandsOf(grams: Grams, title: TextTokens): readonly number[] {
  const titleWeight = weightOf(title);
  if (Math.max(grams.weight, titleWeight) < LEAST_WEIGHT) return [];
  const minima = new Float64Array(BAND_COUNT).fill(Number.POSITIVE_INFINITY);
  if (titleWeight >= LEAST_WEIGHT) minima[TITLE_BAND] = hashAll(title);
  const lead = LEVELS[0].reach * WEIGHTS.character;
  for (let at = 0; at < grams.count; at += 1) {
    // Two consecutive grams: copied texts share such long runs, texts that are similar by chance do not.
    const next = grams.ends[at] ?? 0;
    if (next >= grams.count) break;
    const long = mix(Math.imul(grams.hashes[at] ?? 0, 0x9e3779b1) ^ (grams.hashes[next] ?? 0));
    const band = WHOLE_BAND + (mix(long ^ 0x51ed270b) & (WHOLE_BANDS - 1));
    if (long < (minima[band] ?? 0)) minima[band] = long;
    if ((grams.reaches[next] ?? 0) > lead) continue;
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
  /** A byte of the headline's hash. */
  readonly headline: number;
}

/** Where a set of words or figures lies in a signature, in bytes. */
export interface BitField {
  readonly from: number;
  readonly length: number;
}

export const FIGURES: BitField = { from: FIGURES_AT, length: FIGURE_BYTES };
export const NAMES: BitField = { from: NAMES_AT, length: WORD_BYTES };
export const OPENING: BitField = { from: OPENING_AT, length: WORD_BYTES };

const LENGTHS = Float64Array.from({ length: 256 }, (_, step) => Math.exp(step * LENGTH_STEP));

export function readSignature(bytes: Uint8Array): Parts {
  return { bytes, length: LENGTHS[bytes[LENGTH_AT] ?? 0] ?? 0, headline: bytes[HEADLINE_AT] ?? 0 };
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

function gramsOf(tokens: TextTokens, from: number): Grams {
  const length = tokens.count - from;
  const hashes = new Uint32Array(Math.max(1, length));
  const ends = new Uint32Array(Math.max(1, length));
  const reaches = new Uint32Array(Math.max(1, length));
  const figures = new Set<number>();
  let count = 0;
  let weight = 0;
  for (let start = 0; start < length; start += 1) {
    if (tokens.kinds[from + start] === NUMBER && figures.size < MOST_FIGURES)
      figures.add(tokens.hashes[from + start] ?? 0);
    let hash = 0;
    let gramWeight = 0;
    let end = start;
    while (gramWeight < GRAM_WEIGHT && end < length) {
      hash = Math.imul(hash ^ (tokens.hashes[from + end] ?? 0), 0x01000193) + 0x3c6ef372;
      gramWeight += weightAt(tokens, from + end);
      end += 1;
    }
    // The last tokens do not form a gram, unless there is no other.
    if (gramWeight >= GRAM_WEIGHT || count === 0) {
      hashes[count] = mix(hash);
      ends[count] = end;
      reaches[count] = weight + gramWeight;
      count += 1;
    }
    weight += weightAt(tokens, from + start);
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
function wordsOf(tokens: TextTokens, from: number, reach: number): ReadonlySet<number> {
  const { count, kinds, hashes } = tokens;
  const words = new Set<number>();
  let weight = 0;
  for (let at = from; at < count && weight < reach * WEIGHTS.character; at += 1) {
    const hash = hashes[at] ?? 0;
    if (kinds[at] !== CHARACTER) words.add(hash);
    else if (at + 1 < count && kinds[at + 1] === CHARACTER) words.add(mix(Math.imul(hash, 31) ^ (hashes[at + 1] ?? 0)));
    weight += weightAt(tokens, at);
  }
  return words;
}

function setBit(bytes: Uint8Array, from: number, length: number, hash: number): void {
  const bit = Math.floor((mix(hash ^ 0x2545f491) / 0x100000000) * length * 8);
  const index = from + (bit >> 3);
  bytes[index] = (bytes[index] ?? 0) | (1 << (bit & 7));
}

/** Index at which the text stops repeating its headline. */
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

function weightOf(tokens: TextTokens): number {
  let weight = 0;
  for (let at = 0; at < tokens.count && weight < LEAST_WEIGHT; at += 1) weight += weightAt(tokens, at);
  return weight;
}

function weightAt({ kinds }: TextTokens, at: number): number {
  if (kinds[at] === CHARACTER) return WEIGHTS.character;
  return kinds[at] === NUMBER ? WEIGHTS.number : WEIGHTS.word;
}
