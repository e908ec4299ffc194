/** How similar are two texts, by their words? */
import { readTokens, type TextTokens } from './tokens.ts';

/** At most this many words, numbers and single characters of a text are read. */
const MOST_TOKENS = 20_000;

/**
 * Share of the longer text's words that the other text also has, 0 to 1, in any order, case and punctuation. A character of
 * a script without spaces counts as a word. Two empty texts give 1.
 */
export function sharedWords(one: string, other: string): number {
  if (one === other) return 1;
  const a = readTokens(one, MOST_TOKENS);
  const b = readTokens(other, MOST_TOKENS);
  if (Math.max(a.count, b.count) === 0) return 1;
  const counts = new Map<number, number>();
  for (const token of hashesOf(a)) counts.set(token, (counts.get(token) ?? 0) + 1);
  let common = 0;
  for (const token of hashesOf(b)) {
    const left = counts.get(token) ?? 0;
    if (left === 0) continue;
    counts.set(token, left - 1);
    common += 1;
  }
  return common / Math.max(a.count, b.count);
}

/** Share of pairs of adjacent letters that two lines have in common, 0 to 1; a misspelling lowers it only a little. */
export function sharedLetters(one: string, other: string): number {
  const a = pairsOf(one);
  const b = pairsOf(other);
  if (a.length + b.length === 0) return one.trim() === other.trim() ? 1 : 0;
  const counts = new Map<string, number>();
  for (const pair of a) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  let common = 0;
  for (const pair of b) {
    const left = counts.get(pair) ?? 0;
    if (left === 0) continue;
    counts.set(pair, left - 1);
    common += 1;
  }
  return (2 * common) / (a.length + b.length);
}

/** The numbers of a text, in order. */
export function figuresOf(text: string): readonly string[] {
  return text.normalize('NFKC').match(/\d+(?:[.,:]\d+)*/gu) ?? [];
}

function hashesOf({ hashes, count }: TextTokens): Uint32Array {
  return hashes.subarray(0, count);
}

function pairsOf(line: string): readonly string[] {
  const letters = line
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2));
}
