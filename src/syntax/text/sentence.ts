/** Where may a text be cut so that a reader does not mind? Lengths are columns: a CJK character takes two. */

const ELLIPSIS = '…';
/** Ends a sentence wherever it stands; closing quotes and brackets belong to it. */
const CJK_END = /[。！？｡]/;
const LATIN_END = /[.!?]/;
const CLOSING = /["'”’»）)\]」』】〉》]/;
/** Words whose full stop ends no sentence. */
const ABBREVIATION =
  /(?:^|[\s("“'‘])(?:\p{L}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Co|Corp|No|Nr|vs|etc|e\.g|i\.e|approx|U\.S|U\.K|U\.N|a\.m|p\.m|bzw|z\.B|ca|M|Mme)$/iu;
/** Better places than the middle of a word: white space, and after clause marks. */
const CLAUSE_END = /[\s，、；：,;:—–]/;
const WITHOUT_WIDTH = /\p{M}|\p{Cf}/u;

/** Titles made from content: 100 columns are 50 Chinese characters or some 16 English words. */
const TITLE_COLUMNS = 100;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Columns that a code point takes on a terminal or in a list of headlines (Unicode East Asian Width W and F: two). */
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

/** Number of columns that a text takes. */
export function textColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character.codePointAt(0) ?? 0);
  return columns;
}

/** Index of the first code unit beyond `maxColumns`; the text's length if all of it fits. */
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

/** Index after the sentence end at `index`, closing quotes included; undefined where none is. */
function sentenceEndAt(text: string, index: number): number | undefined {
  const character = text.charAt(index);
  if (character === '\n') return index;
  const cjk = CJK_END.test(character);
  if (!cjk && !LATIN_END.test(character)) return undefined;
  let end = index + 1;
  while (end < text.length && (CLOSING.test(text.charAt(end)) || CJK_END.test(text.charAt(end)))) end += 1;
  if (cjk) return end;
  // `3.5`, `example.org`, `?!`: the sentence goes on.
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
 * otherwise between words or clauses, with an ellipsis. Never inside a grapheme. Text that fits comes back as it is.
 *
 * @param text       plain text
 * @param maxLength  columns, a CJK character counting two
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
  // A window before the place is enough context for the segmenter; a grapheme longer than that is nobody's text.
  const windowStart = Math.max(0, fits - 64);
  const boundary = graphemes.segment(text.slice(windowStart, fits + 64)).containing(fits - windowStart);
  let end = boundary === undefined ? fits : windowStart + boundary.index;
  for (let index = end; index > end - 40 && index * 2 > end; index -= 1) {
    if (CLAUSE_END.test(text.charAt(index))) {
      end = index;
      break;
    }
    // Between two CJK characters any place will do.
    if (columnsOf(text.codePointAt(index) ?? 0) === 2) break;
  }
  const kept = text.slice(0, end).replace(/[\s，、；：,;:—–]+$/u, '');
  return kept === '' ? '' : kept + ELLIPSIS;
}

/**
 * A headline for an entry that has none: the first line or sentence of its text, cut to 100 columns, without the full
 * stop. Empty for a text without letters or digits.
 *
 * @param text  plain text; a line break ends the headline
 */
export function titleFromText(text: string): string {
  const start = text.search(/[\p{L}\p{N}]/u);
  if (start < 0) return '';
  const trimmed = text.trim();
  let end = trimmed.length;
  // From the first letter on, so that a leading mark is no sentence.
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
