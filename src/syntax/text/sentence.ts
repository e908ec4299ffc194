/** Where can a text be cut so that it still reads well? Lengths are columns: a CJK character takes two. */

const ELLIPSIS = '…';
/** Always ends a sentence; closing quotes and brackets after it belong to the sentence. */
const CJK_END = /[。！？｡]/;
const LATIN_END = /[.!?]/;
const CLOSING = /["'”’»）)\]」』】〉》]/;
/** Words whose full stop does not end a sentence. */
const ABBREVIATION =
  /(?:^|[\s("“'‘])(?:\p{L}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Co|Corp|No|Nr|vs|etc|e\.g|i\.e|approx|U\.S|U\.K|U\.N|a\.m|p\.m|bzw|z\.B|ca|M|Mme)$/iu;
/** Places for a cut that are better than the middle of a word: white space, and after clause marks. */
const CLAUSE_END = /[\s，、；：,;:—–]/;
const WITHOUT_WIDTH = /\p{M}|\p{Cf}/u;

/** For titles made from content: 100 columns are 50 Chinese characters or about 16 English words. */
const TITLE_COLUMNS = 100;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Columns of a code point on a terminal or in a list of headlines (two for Unicode East Asian Width W and F). */
function columnsOf(codePoint: number): number {
  if (codePoint < 0x300) return 1;
  if (
    (codePoint >= 0x1100 && codePoint <= 0x115f) ||
    (codePoint >= 0x2e80 && codePoint <= 0xa4cf) ||
    (codePoint >= 0xac00 && codePoint <= 0xd7a3) ||
    (codePoint >= 0xf900 && codePoint <= 0xfaff) ||
    (codePoint >= 0xfe30 && codePoint <= 0xfe6f) ||
    (codePoint >= 0xff00 && codePoint <= 0xff60) ||
    (codePoint >= 0xffe0 && codePoint <= 0xffe6) ||
    (codePoint >= 0x1f300 && codePoint <= 0x1faff) ||
    (codePoint >= 0x20000 && codePoint <= 0x3fffd)
  ) {
    return 2;
  }
  return WITHOUT_WIDTH.test(String.fromCodePoint(codePoint)) ? 0 : 1;
}

/** Number of columns of a text. */
export function textColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character.codePointAt(0) ?? 0);
  return columns;
}

/** Index of the first code unit beyond `maxColumns`; the length of the text if all of it fits. */
function fittingLength(text: string, maxColumns: number): number {
  let columns = 0;
  let index = 0;
  for (const character of text) {
    columns += columnsOf(character.codePointAt(0) ?? 0);
    if (columns > maxColumns) return index;
    index += character.length;
  }
  return index;
}

/** Index after the sentence end at `index`, closing quotes included; undefined if no sentence ends there. */
function sentenceEndAt(text: string, index: number): number | undefined {
  const character = text.charAt(index);
  if (character === '\n') return index;
  const cjk = CJK_END.test(character);
  if (!cjk && !LATIN_END.test(character)) return undefined;
  let end = index + 1;
  while (end < text.length && (CLOSING.test(text.charAt(end)) || CJK_END.test(text.charAt(end)))) end += 1;
  if (cjk) return end;
  // `3.5`, `example.org`, `?!`: the sentence continues.
  if (end < text.length && !/\s/.test(text.charAt(end)) && columnsOf(text.codePointAt(end) ?? 0) !== 2)
    return undefined;
  if (character === '.' && ABBREVIATION.test(text.slice(Math.max(0, index - 12), index))) return undefined;
  return end;
}

/** End of the last whole sentence in the first `length` code units; 0 for none. */
function lastSentenceEnd(text: string, length: number): number {
  for (let index = length - 1; index > 0; index -= 1) {
    const end = sentenceEndAt(text, index);
    if (end !== undefined && end <= length) return end;
  }
  return 0;
}

/**
 * The text cut to at most `maxLength` columns: after the last sentence that fits, if that keeps at least two fifths;
 * otherwise between words or clauses, with an ellipsis. Never inside a grapheme. A text that fits is returned unchanged.
 *
 * @param text       plain text
 * @param maxLength  columns; a CJK character takes two
 */
export function cutAtSentence(text: string, maxLength: number): string {
  // No character is wider than two columns.
  if (text.length * 2 <= maxLength) return text;
  const fits = fittingLength(text, maxLength);
  if (fits === text.length) return text;
  const sentence = lastSentenceEnd(text, fits);
  if (sentence * 5 >= fits * 2) return text.slice(0, sentence).trimEnd();
  return cutWithEllipsis(text, maxLength);
}

function cutWithEllipsis(text: string, maxLength: number): string {
  const fits = fittingLength(text, maxLength - 1);
  // The segmenter needs only a short window before the cut; no real grapheme is longer than that.
  const windowStart = Math.max(0, fits - 64);
  const boundary = graphemes.segment(text.slice(windowStart, fits + 64)).containing(fits - windowStart);
  let end = boundary === undefined ? fits : windowStart + boundary.index;
  for (let index = end; index > end - 40 && index * 2 > end; index -= 1) {
    if (CLAUSE_END.test(text.charAt(index))) {
      end = index;
      break;
    }
    // Text may be cut between any two CJK characters.
    if (columnsOf(text.codePointAt(index) ?? 0) === 2) break;
  }
  const kept = text.slice(0, end).replace(/(?<![\s，、；：,;:—–])[\s，、；：,;:—–]+$/u, '');
  return kept === '' ? '' : kept + ELLIPSIS;
}

/**
 * A headline for an entry without a title: the first line or sentence of its text, cut to 100 columns, without the full
 * stop. Empty for a text without letters and digits.
 *
 * @param text  plain text; a line break ends the headline
 */
export function titleFromText(text: string): string {
  const start = text.search(/[\p{L}\p{N}]/u);
  if (start < 0) return '';
  const trimmed = text.trim();
  let end = trimmed.length;
  // Start at the first letter, so that a leading mark does not count as a sentence.
  for (
    let index = Math.max(1, trimmed.search(/[\p{L}\p{N}]/u));
    index < Math.min(trimmed.length, TITLE_COLUMNS * 4);
    index += 1
  ) {
    const sentence = sentenceEndAt(trimmed, index);
    if (sentence !== undefined) {
      end = sentence;
      break;
    }
  }
  return cutAtSentence(trimmed.slice(0, end), TITLE_COLUMNS)
    .trim()
    .replace(/(?<=[^.。])[.。]$/u, '');
}
