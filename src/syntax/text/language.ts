/** Which language is a text written in, by its letters? */
import { latinLanguage } from './latin-language.ts';

/** Only the beginning of a longer text is read. */
const SAMPLE_LENGTH = 2000;

/** First and last code unit of the blocks of each script, in ascending order. */
const BLOCKS: readonly (readonly [number, number, Script])[] = [
  [0x0041, 0x005a, 'latin'],
  [0x0061, 0x007a, 'latin'],
  [0x00c0, 0x024f, 'latin'],
  [0x0370, 0x03ff, 'greek'],
  [0x0400, 0x052f, 'cyrillic'],
  [0x0531, 0x0587, 'armenian'],
  [0x05d0, 0x05f4, 'hebrew'],
  [0x0620, 0x077f, 'arabic'],
  [0x0900, 0x097f, 'devanagari'],
  [0x0980, 0x09ff, 'bengali'],
  [0x0a00, 0x0a7f, 'gurmukhi'],
  [0x0a80, 0x0aff, 'gujarati'],
  [0x0b80, 0x0bff, 'tamil'],
  [0x0c00, 0x0c7f, 'telugu'],
  [0x0c80, 0x0cff, 'kannada'],
  [0x0d00, 0x0d7f, 'malayalam'],
  [0x0d80, 0x0dff, 'sinhala'],
  [0x0e00, 0x0e7f, 'thai'],
  [0x0e80, 0x0eff, 'lao'],
  [0x1000, 0x109f, 'burmese'],
  [0x10a0, 0x10ff, 'georgian'],
  [0x1100, 0x11ff, 'hangul'],
  [0x1200, 0x137f, 'ethiopic'],
  [0x1780, 0x17ff, 'khmer'],
  [0x1e00, 0x1eff, 'latin'],
  [0x1f00, 0x1fff, 'greek'],
  [0x3041, 0x30fa, 'kana'],
  [0x3131, 0x318e, 'hangul'],
  [0x31f0, 0x31ff, 'kana'],
  [0x3400, 0x4dbf, 'han'],
  [0x4e00, 0x9fff, 'han'],
  [0xac00, 0xd7a3, 'hangul'],
  [0xff66, 0xff9d, 'kana'],
];

type Script =
  | 'latin'
  | 'greek'
  | 'cyrillic'
  | 'armenian'
  | 'hebrew'
  | 'arabic'
  | 'devanagari'
  | 'bengali'
  | 'gurmukhi'
  | 'gujarati'
  | 'tamil'
  | 'telugu'
  | 'kannada'
  | 'malayalam'
  | 'sinhala'
  | 'thai'
  | 'lao'
  | 'burmese'
  | 'georgian'
  | 'hangul'
  | 'ethiopic'
  | 'khmer'
  | 'kana'
  | 'han';

/** A character of these scripts counts as several letters. */
const WEIGHTS: Readonly<Partial<Record<Script, number>>> = { han: 3, hangul: 3, kana: 3 };

/** Scripts that only one widely used language has. */
const ONE_LANGUAGE: Readonly<Partial<Record<Script, string>>> = {
  greek: 'el',
  armenian: 'hy',
  hebrew: 'he',
  devanagari: 'hi',
  bengali: 'bn',
  gurmukhi: 'pa',
  gujarati: 'gu',
  tamil: 'ta',
  telugu: 'te',
  kannada: 'kn',
  malayalam: 'ml',
  sinhala: 'si',
  thai: 'th',
  lao: 'lo',
  burmese: 'my',
  georgian: 'ka',
  ethiopic: 'am',
  khmer: 'km',
};

/** With fewer weighted letters than this the language stays open. */
const MIN_WEIGHT = 6;
/** A script must make up at least this share of the text. */
const MIN_SHARE = 0.6;

/**
 * BCP 47 language of a plain text: by its script, and for scripts with several languages by letters (Cyrillic, Arabic)
 * or frequent words (Latin). Undefined if no language is clearly ahead.
 */
export function guessLanguage(text: string): string | undefined {
  const sample = text.length > SAMPLE_LENGTH ? text.slice(0, SAMPLE_LENGTH) : text;
  const counts = countScripts(sample);
  let total = 0;
  let most: Script | undefined;
  let mostWeight = 0;
  // Kana and hangul appear among Han characters and decide the language.
  const eastAsian = (counts.get('han') ?? 0) + (counts.get('kana') ?? 0) + (counts.get('hangul') ?? 0);
  for (const [script, count] of counts) {
    const isEastAsian = script === 'han' || script === 'kana' || script === 'hangul';
    const weight = (isEastAsian ? eastAsian : count) * (WEIGHTS[script] ?? 1);
    total += count * (WEIGHTS[script] ?? 1);
    if (weight > mostWeight) {
      most = script;
      mostWeight = weight;
    }
  }
  if (most === undefined || total < MIN_WEIGHT || mostWeight < MIN_SHARE * total) return undefined;
  if (most === 'latin') return latinLanguage(sample);
  if (most === 'cyrillic') return cyrillicLanguage(sample);
  if (most === 'arabic') return arabicLanguage(sample);
  return ONE_LANGUAGE[most] ?? eastAsianLanguage(counts, eastAsian);
}

function countScripts(text: string): ReadonlyMap<Script, number> {
  const byBlock = new Uint32Array(BLOCKS.length + 1);
  for (let at = 0; at < text.length; at++) {
    const block = BLOCK_OF[text.charCodeAt(at)] ?? 0;
    byBlock[block] = (byBlock[block] ?? 0) + 1;
  }
  const counts = new Map<Script, number>();
  for (const [index, [, , script]] of BLOCKS.entries()) {
    const count = byBlock[index + 1] ?? 0;
    if (count > 0) counts.set(script, (counts.get(script) ?? 0) + count);
  }
  return counts;
}

/** For each code unit the number of its block, from 1; read for every character of every new post. */
const BLOCK_OF = new Uint8Array(0x10000);
for (const [index, [first, last]] of BLOCKS.entries()) BLOCK_OF.fill(index + 1, first, last + 1);

function eastAsianLanguage(counts: ReadonlyMap<Script, number>, all: number): string {
  if ((counts.get('hangul') ?? 0) * 4 >= all) return 'ko';
  // Chinese text sometimes contains a single の.
  const kana = counts.get('kana') ?? 0;
  return kana >= 2 && kana * 12 >= all ? 'ja' : 'zh';
}

function count(text: string, letters: RegExp): number {
  return text.match(letters)?.length ?? 0;
}

/** Letters that a language has and its neighbours do not have, rarest languages first. */
function cyrillicLanguage(text: string): string {
  const length = count(text, /[\u0400-\u052f]/g);
  const among = (letters: RegExp) => count(text, letters) * 250 >= length && letters.test(text);
  if (among(/[қғұңәһҚҒҰҢӘҺ]/)) return 'kk';
  if (among(/[өүӨҮ]/)) return 'mn';
  if (among(/[ѓќѕЃЌЅ]/)) return 'mk';
  if (among(/[јљњћђџЈЉЊЋЂЏ]/)) return 'sr';
  if (among(/[ўЎ]/)) return 'be';
  if (among(/[іїєґІЇЄҐ]/)) return 'uk';
  if (among(/[ыэёЫЭЁ]/)) return 'ru';
  // Bulgarian writes ъ for a vowel, Russian almost never; Bulgarian has articles at the end of words.
  const bulgarian = count(
    text,
    /ъ[бвгджзклмнпрстфхцчшщ]|(?:та|те|ят|ия|то)(?![\p{L}])|(?<!\p{L})(?:на|се|от|за|да)(?!\p{L})/giu,
  );
  return /ъ[бвгджзклмнпрстфхцчшщ]/i.test(text) && bulgarian >= 2 ? 'bg' : 'ru';
}

function arabicLanguage(text: string): string {
  if (/[ٹڈڑےںھ]/.test(text) && count(text, /[ٹڈڑےںھ]/g) >= 2) return 'ur';
  return count(text, /[پچژگکی]/g) * 40 >= count(text, /[\u0620-\u06ff]/g) ? 'fa' : 'ar';
}
