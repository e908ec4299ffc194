/** Are two texts one story, and how sure are we? */
import { type BitField, FIGURES, LEVELS, NAMES, OPENING, type Parts } from './signature.ts';

export interface Similarity {
  /** 0 to 1: share of the shorter text that the other text also has, minus what speaks against it. */
  readonly score: number;
  /** The share alone. */
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
const SHORT_MISSING = 1;
const NAMES_WEIGHT = 1.5;
const MOST_NAMES = 2;
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
    missing(text, shortness) +
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
 * too little text in common; of those nothing else is looked at.
 */
export function scoreOfSameStory(one: Parts, other: Parts, threshold: number): number | undefined {
  if (!isHeadlineOf(one, other) && !isHeadlineOf(other, one)) {
    const most = 1 - missing(sharedText(one, other), shortnessOf(one, other));
    if (most < threshold) return undefined;
  }
  const { same, score } = isSameStory(one, other, threshold);
  return same ? score : undefined;
}

/** 0 to 1. */
function shortnessOf(a: Parts, b: Parts): number {
  return Math.min(1, Math.max(0, (LONG - Math.min(a.length, b.length)) / (LONG - SHORT)));
}

/** What speaks against one story because the texts share no more. */
function missing(text: number, shortness: number): number {
  return (1 - text) * (1 + SHORT_MISSING * shortness);
}

/** An entry without text, under the very headline of the other. */
function isHeadlineOf(a: Parts, b: Parts): boolean {
  if (a.length < TELLING_HEADLINE || a.headline !== b.headline) return false;
  return areEqual(a, NAMES, a, OPENING) && compareBits(b, NAMES, a, NAMES).onlyA === 0;
}

/** Share of the shorter text that the longer text contains, from the longest prefix that both have. */
function sharedText(a: Parts, b: Parts): number {
  let sum = 0;
  let weights = 0;
  const length = Math.min(a.length, b.length);
  for (const { reach, from, bins } of LEVELS) {
    const sizeA = Math.min(a.length, reach);
    const sizeB = Math.min(b.length, reach);
    const ratio = Math.min(sizeA, sizeB) / Math.max(sizeA, sizeB);
    if (ratio < LEAST_RATIO) continue;
    const jaccard = resemblance(a, b, from, bins);
    if (jaccard === undefined) continue;
    const shared = Math.min(1, ((jaccard / (1 + jaccard)) * (1 + ratio)) / ratio);
    // A prefix counts by its share of the text; uncertain estimates count less.
    const covered = Math.min(sizeA, sizeB) / length;
    const weight = bins * covered ** 2 * ratio ** 2;
    sum += shared * weight;
    weights += weight;
  }
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

/** How much of the smaller set each side has for itself alone. */
function replacedShare(a: Parts, b: Parts): number {
  const { onlyA, onlyB, both } = compareBits(a, FIGURES, b, FIGURES);
  const smaller = both + Math.min(onlyA, onlyB);
  return smaller === 0 ? 0 : Math.min(onlyA, onlyB) / smaller;
}

/** Share of headline words with which only one of the texts begins; 1 from a certain number on. */
function replacedNames(a: Parts, b: Parts): number {
  const lost = compareBits(a, NAMES, b, OPENING).onlyA + compareBits(b, NAMES, a, OPENING).onlyA;
  return Math.min(1, lost / MOST_NAMES);
}

function areEqual(a: Parts, fieldA: BitField, b: Parts, fieldB: BitField): boolean {
  const { onlyA, onlyB } = compareBits(a, fieldA, b, fieldB);
  return onlyA + onlyB === 0;
}

function compareBits(
  a: Parts,
  { from: fromA, length }: BitField,
  b: Parts,
  { from: fromB }: BitField,
): { readonly onlyA: number; readonly onlyB: number; readonly both: number } {
  let onlyA = 0;
  let onlyB = 0;
  let both = 0;
  for (let index = 0; index < length; index += 1) {
    const byteA = a.bytes[fromA + index] ?? 0;
    const byteB = b.bytes[fromB + index] ?? 0;
    both += ONES[byteA & byteB] ?? 0;
    onlyA += ONES[byteA & ~byteB] ?? 0;
    onlyB += ONES[byteB & ~byteA] ?? 0;
  }
  return { onlyA, onlyB, both };
}

/** Bits that are set in a byte. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);
