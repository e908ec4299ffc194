/** Are two texts one story, and how sure are we? */
import { type BitField, FIGURES, LEVELS, namesMissing, type Parts } from './signature.ts';

export interface Similarity {
  /** 0 to 1: share of the shorter text that the other text also has, minus the penalties. */
  readonly score: number;
  /** The share without penalties. */
  readonly text: number;
  /** Share of the numbers that differ. */
  readonly figures: number;
  /** 0 to 1: words from the headlines with which only one text begins; texts from one template differ in these. */
  readonly names: number;
}

export interface Decision extends Similarity {
  readonly same: boolean;
}

/**
 * In Chinese characters. Short texts are often made from templates, so the shorter a text, the more its differences count.
 * All weights were tuned on one half of `bench/similar`.
 */
const SHORT = 60;
const LONG = 200;
const SHORT_MISSING = { sameHeadline: 0.5, otherHeadline: 1 };
/** The same headline over texts that have much in common. */
const SAME_HEADLINE = 0.05;
/**
 * Shorter excerpts, in Chinese characters, prove too little under another headline: many texts of one source begin
 * alike.
 */
const TELLING_EXCERPT = 66;
const EXCERPT_WEIGHT = 8;
const NAMES_WEIGHT = 1.5;
const MOST_NAMES = 2;
/**
 * If one name was replaced by another, each text lacks one; a word that only one of them lacks may have been rephrased.
 */
const ONE_SIDED = 0.6;
/** One number in eight may differ: a correction. */
const FIGURES_FREE = 0.12;
const FIGURES_WEIGHT = 0.5;
const SHORT_FIGURES = 1;
/** Two non-empty bins of four bits are equal by chance this often. */
const BY_CHANCE = 1 / 15;
/** Prefixes whose lengths differ by more than this are not compared. */
const LEAST_RATIO = 0.45;
/** A headline of this many Chinese characters, or two thirds as many words, identifies its story. */
const TELLING_HEADLINE = 9;

/** Compares the signatures of two texts; symmetric. */
export function similarity(a: Parts, b: Parts): Similarity {
  if (isHeadlineOf(a, b) || isHeadlineOf(b, a)) return { score: 1, text: 1, figures: 0, names: 0 };
  const text = sharedText(a, b);
  const figures = replacedShare(a, b);
  const names = replacedNames(a, b);
  const shortness = shortnessOf(a, b);
  const against =
    missing(a, b, text) +
    excerptDoubt(a, b) * EXCERPT_WEIGHT +
    Math.max(0, figures - FIGURES_FREE) * (FIGURES_WEIGHT + SHORT_FIGURES * shortness) +
    names * NAMES_WEIGHT * shortness;
  return { score: Math.max(0, 1 - against), text, figures, names };
}

/**
 * Decides whether two texts report one story.
 *
 * @param threshold  0 to 1; with 1 no two texts match
 */
export function isSameStory(one: Parts, other: Parts, threshold: number): Decision {
  const found = similarity(one, other);
  return { ...found, same: threshold < 1 && found.score >= threshold };
}

/**
 * The score of two texts that are one story by `isSameStory`; undefined for others. Most pairs that are compared have
 * too little text in common; for those nothing else is computed.
 */
export function scoreOfSameStory(one: Parts, other: Parts, threshold: number): number | undefined {
  if (!isHeadlineOf(one, other) && !isHeadlineOf(other, one)) {
    const most = 1 - missing(one, other, sharedText(one, other));
    if (most < threshold) return undefined;
  }
  const { same, score } = isSameStory(one, other, threshold);
  return same ? score : undefined;
}

/** 0 to 1. */
function shortnessOf(a: Parts, b: Parts): number {
  return Math.min(1, Math.max(0, (LONG - Math.min(a.length, b.length)) / (LONG - SHORT)));
}

/** Penalty because the texts share no more. */
function missing(a: Parts, b: Parts, text: number): number {
  const shortness = shortnessOf(a, b);
  return a.headline === b.headline
    ? Math.max(0, (1 - text) * (1 + SHORT_MISSING.sameHeadline * shortness) - SAME_HEADLINE)
    : (1 - text) * (1 + SHORT_MISSING.otherHeadline * shortness);
}

/** 0 to 1: penalty for a short excerpt whose headline differs from that of the longer text. */
function excerptDoubt(a: Parts, b: Parts): number {
  const [shorter, longer] = a.length < b.length ? [a.length, b.length] : [b.length, a.length];
  if (a.headline === b.headline || shorter >= TELLING_EXCERPT) return 0;
  return Math.max(0, 1 - (2 * shorter) / longer) * (1 - shorter / TELLING_EXCERPT);
}

/** An entry without text, with exactly the headline of the other. */
function isHeadlineOf(a: Parts, b: Parts): boolean {
  return a.isHeadline && a.length >= TELLING_HEADLINE && a.headline === b.headline;
}

/**
 * Share of the shorter text that the longer text contains. If the lengths allow it, computed from the whole texts, at
 * any position; and from prefixes, which detect a text that was cut off.
 */
function sharedText(a: Parts, b: Parts): number {
  const [shorter, longer] = a.length < b.length ? [a.length, b.length] : [b.length, a.length];
  const whole = { sum: 0, weights: 0 };
  const prefixes = { sum: 0, weights: 0 };
  let levels = 0;
  for (const { reach, from, bins } of LEVELS) {
    const sizes = [Math.min(shorter, reach), Math.min(longer, reach)] as const;
    const ratio = sizes[0] / sizes[1];
    if (ratio < LEAST_RATIO) continue;
    const jaccard = resemblance(a, b, from, bins);
    if (jaccard === undefined) continue;
    const shared = Math.min(1, ((jaccard / (1 + jaccard)) * (1 + ratio)) / ratio);
    // A prefix counts by its share of the text; uncertain estimates count less.
    const covered = sizes[0] / shorter;
    const weight = bins * covered ** 2 * ratio ** 2;
    prefixes.sum += shared * weight;
    prefixes.weights += weight;
    if (reach < longer) continue;
    whole.sum += shared * bins;
    whole.weights += bins;
    levels += 1;
  }
  const [least, most] = [mean(prefixes), Math.max(mean(whole), mean(prefixes))];
  // The greater of two uncertain estimates is too great: one level alone counts for half.
  return levels < 2 ? (least + most) / 2 : most;
}

function mean({ sum, weights }: { readonly sum: number; readonly weights: number }): number {
  return weights === 0 ? 0 : sum / weights;
}

function resemblance(a: Parts, b: Parts, from: number, bins: number): number | undefined {
  let filled = 0;
  let equal = 0;
  // Two bins in a byte; each level begins and ends with one.
  for (let at = from >> 1; at < (from + bins) >> 1; at += 1) {
    const one = a.bytes[at] ?? 0;
    const other = b.bytes[at] ?? 0;
    const either = one | other;
    const different = one ^ other;
    if ((either & 0x0f) !== 0) {
      filled += 1;
      if ((different & 0x0f) === 0) equal += 1;
    }
    if ((either & 0xf0) !== 0) {
      filled += 1;
      if ((different & 0xf0) === 0) equal += 1;
    }
  }
  if (filled === 0) return undefined;
  return Math.max(0, (equal / filled - BY_CHANCE) / (1 - BY_CHANCE));
}

/** How much of the smaller set only one side has, for each side. */
function replacedShare(a: Parts, b: Parts): number {
  const { onlyA, onlyB, both } = compareBits(a, b, FIGURES);
  const smaller = both + Math.min(onlyA, onlyB);
  return smaller === 0 ? 0 : Math.min(onlyA, onlyB) / smaller;
}

/** Share of headline words that are at the beginning of only one text; 1 from a certain number on. */
function replacedNames(a: Parts, b: Parts): number {
  if (a.headline === b.headline) return 0;
  const [lostA, lostB] = [namesMissing(a, b), namesMissing(b, a)];
  const lost = Math.min(1, (lostA + lostB) / MOST_NAMES);
  return Math.min(lostA, lostB) > 0 ? lost : lost * ONE_SIDED;
}

function compareBits(
  a: Parts,
  b: Parts,
  { from, length }: BitField,
): { readonly onlyA: number; readonly onlyB: number; readonly both: number } {
  let onlyA = 0;
  let onlyB = 0;
  let both = 0;
  for (let index = 0; index < length; index += 1) {
    const byteA = a.bytes[from + index] ?? 0;
    const byteB = b.bytes[from + index] ?? 0;
    both += ONES[byteA & byteB] ?? 0;
    onlyA += ONES[byteA & ~byteB] ?? 0;
    onlyB += ONES[byteB & ~byteA] ?? 0;
  }
  return { onlyA, onlyB, both };
}

/** Bits that are set in a byte. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);
