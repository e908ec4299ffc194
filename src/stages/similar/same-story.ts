/** Are two texts one story, and how sure are we? */
import { type Bits, LEVELS, type Parts, readSignature } from './signature.ts';

export interface Similarity {
  /** 0 to 1: the share of the shorter text that the other has too, less what speaks against it. */
  readonly score: number;
  /** The share alone. */
  readonly text: number;
  /** Share of the figures that were replaced by others. */
  readonly figures: number;
  /** Share of the headline that was replaced in an otherwise equal one. */
  readonly title: number;
}

export interface Decision extends Similarity {
  readonly same: boolean;
  readonly reason: string;
}

/** Compares what `signatureOf` made of two texts; the order of the two makes no difference. */
export function similarity(one: Uint8Array, other: Uint8Array): Similarity {
  const a = readSignature(one);
  const b = readSignature(other);
  const text = sharedText(a, b);
  const figures = replacedShare(a.numbers, b.numbers);
  const title = replacedTitle(a.title, b.title);
  const score = Math.max(0, text - FIGURES_WEIGHT * Math.max(0, figures - FIGURES_FREE) - TITLE_WEIGHT * title);
  return { score, text, figures, title };
}

/**
 * @param threshold  0 to 1; at 1 nothing is near enough
 */
export function isSameStory(one: Uint8Array, other: Uint8Array, threshold: number): Decision {
  const found = similarity(one, other);
  const same = threshold < 1 && found.score >= threshold;
  return { ...found, same, reason: reasonOf(found, same) };
}

const FIGURES_WEIGHT = 0.8;
const FIGURES_FREE = 0.12;
const TITLE_WEIGHT = 0.5;
/** Two bins of four bits, neither empty, are equal by chance as often. */
const BY_CHANCE = 1 / 15;
/** Prefixes whose lengths are further apart say nothing of each other. */
const LEAST_RATIO = 0.4;

/** Share of the shorter text that is found in the longer one, from the deepest prefix that both have. */
function sharedText(a: Parts, b: Parts): number {
  let sum = 0;
  let weights = 0;
  for (const level of [...LEVELS].reverse()) {
    const sizeA = Math.min(a.tokens, level.tokens);
    const sizeB = Math.min(b.tokens, level.tokens);
    const ratio = Math.min(sizeA, sizeB) / Math.max(sizeA, sizeB);
    if (ratio < LEAST_RATIO) continue;
    const jaccard = resemblance(a, b, level.from, level.bins);
    if (jaccard === undefined) continue;
    const shared = Math.min(1, ((jaccard / (1 + jaccard)) * (1 + ratio)) / ratio);
    const covered = Math.min(sizeA, sizeB) / Math.min(a.tokens, b.tokens);
    // A prefix counts by the part of the text that it is; unsure estimates count less.
    const weight = level.bins * covered * ratio;
    sum += shared * weight;
    weights += weight;
  }
  return weights === 0 ? 0 : sum / weights;
}

function resemblance(a: Parts, b: Parts, from: number, bins: number): number | undefined {
  let filled = 0;
  let equal = 0;
  for (let index = from; index < from + bins; index += 1) {
    const binA = a.bin(index);
    const binB = b.bin(index);
    if (binA === 0 && binB === 0) continue;
    filled += 1;
    if (binA === binB) equal += 1;
  }
  if (filled === 0) return undefined;
  return Math.max(0, (equal / filled - BY_CHANCE) / (1 - BY_CHANCE));
}

/** How much of the smaller set each side has for itself alone. */
function replacedShare(a: Bits, b: Bits): number {
  const { onlyA, onlyB, both } = compareBits(a, b);
  const smaller = both + Math.min(onlyA, onlyB);
  return smaller === 0 ? 0 : Math.min(onlyA, onlyB) / smaller;
}

/** The same of headlines that are built alike; one that was written anew says nothing. */
function replacedTitle(a: Bits, b: Bits): number {
  const { onlyA, onlyB, both } = compareBits(a, b);
  const smaller = both + Math.min(onlyA, onlyB);
  if (smaller === 0 || both / smaller < 0.4) return 0;
  return Math.min(onlyA, onlyB) / smaller;
}

function compareBits(a: Bits, b: Bits): { readonly onlyA: number; readonly onlyB: number; readonly both: number } {
  let onlyA = 0;
  let onlyB = 0;
  let both = 0;
  for (let index = 0; index < a.length; index += 1) {
    const byteA = a.bytes[a.from + index] ?? 0;
    const byteB = b.bytes[b.from + index] ?? 0;
    both += ones(byteA & byteB);
    onlyA += ones(byteA & ~byteB);
    onlyB += ones(byteB & ~byteA);
  }
  return { onlyA, onlyB, both };
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte & 0xff; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

function reasonOf({ text, figures, title }: Similarity, same: boolean): string {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const against = [
    ...(figures > FIGURES_FREE ? [`${percent(figures)} of the figures differ`] : []),
    ...(title > 0 ? [`${percent(title)} of a like headline differs`] : []),
  ];
  const found = `${percent(text)} of the text is shared`;
  return [found, ...against].join(same ? ', although ' : ', ').replace(/, (?=\d+ % of a like)/u, ' and ');
}
