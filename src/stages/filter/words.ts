/** Which of these words does a text contain? */
import { collapsed } from '../../syntax/text/white-space.ts';

/** Scripts without spaces between words: a word is found anywhere in such text. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const IN_WORD = String.raw`[[\p{L}\p{N}\p{M}]--[${UNSPACED}]]`;
const STARTS_SPACED = new RegExp(`^${IN_WORD}`, 'v');
const ENDS_SPACED = new RegExp(`${IN_WORD}$`, 'v');

/**
 * Returns the first of the words that a text contains, as it was given, or `undefined`. Letter case and width (`ＡＩ`, `AI`)
 * are ignored. A word that starts or ends with a letter of a spaced script must be a whole word there: `AI` is not found in
 * `said`, but in `生成式AI的`.
 */
export function wordFinder(words: readonly string[]): (text: string) => string | undefined {
  const byFolded = new Map(words.map((word) => [fold(word), word]));
  // Longest first, so that the message names the most specific word.
  const alternatives = [...byFolded.keys()].filter((word) => word !== '').sort((a, b) => b.length - a.length);
  if (alternatives.length === 0) return () => undefined;
  // Words with the same kind of edges share the test of the edges, which runs once at each position. The words
  // themselves are literal, so a search is linear in the text.
  const byEdges = new Map<string, { before: string; after: string; words: string[] }>();
  for (const word of alternatives) {
    const before = STARTS_SPACED.test(word) ? `(?<!${IN_WORD})` : '';
    const after = ENDS_SPACED.test(word) ? `(?!${IN_WORD})` : '';
    const group = byEdges.get(before + after) ?? { before, after, words: [] };
    byEdges.set(before + after, group);
    group.words.push(escape(word));
  }
  const patterns = [...byEdges.values()].map((group) => `${group.before}(?:${group.words.join('|')})${group.after}`);
  const pattern = new RegExp(patterns.join('|'), 'v');
  return (text) => {
    const found = pattern.exec(fold(text))?.[0];
    return found === undefined ? undefined : byFolded.get(found);
  };
}

/** One spelling for width, case and spaces. */
export function fold(text: string): string {
  return collapsed(text.normalize('NFKC').toLowerCase());
}

/** With the flag `v`, only syntax characters may be escaped. */
function escape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
