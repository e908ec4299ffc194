/**
 * Are retellings of real texts joined with them, and with nothing else?
 *
 *     npx tsx bench/retellings.ts --corpus DIRECTORY-OF-FEEDS [--threshold 0.6] [--half tune|held] [--list]
 *
 * Each text of the corpus is retold in each way of `retellings/ways.ts`; all texts and retellings of other texts are
 * negatives. A retelling is joined where it shares a band with its original and is judged one story. The same again with
 * each paragraph as a story of its own. `--list` prints what was missed or joined wrongly.
 */
import { parseArgs } from 'node:util';
import { isSameStory } from '../src/stages/similar/same-story.ts';
import { type Parts, readSignature } from '../src/stages/similar/signature.ts';
import { signatureOf } from '../src/stages/similar/signature.ts';
import { seededRandom } from './fuzz/random.ts';
import { type Half, LANGUAGES, type Language, paragraphsOf, readCorpus, type RealText } from './retellings/corpus.ts';
import { type Telling, WAYS, wordsOf } from './retellings/ways.ts';

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string' },
    threshold: { type: 'string', default: '0.6' },
    half: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});
if (options.corpus === undefined) throw new Error('usage: npx tsx bench/retellings.ts --corpus DIRECTORY-OF-FEEDS');
const threshold = Number(options.threshold);
const ORIGINAL = 'original';

interface Retelling extends Telling {
  /** Number of the original text. */
  readonly of: number;
  readonly way: string;
  readonly bands: readonly number[];
  readonly parts: Parts;
}

interface Missed {
  readonly half: Half;
  readonly language: Language;
  readonly telling: Retelling;
  readonly reason: string;
}

const texts = readCorpus(options.corpus);
for (const half of ['tune', 'held'] as const) {
  for (const language of LANGUAGES) {
    const documents = texts.filter((text) => text.half === half && text.language === language);
    console.log(`${half} ${language}: ${[...new Set(documents.map(({ document }) => document))].join(' ')}`);
  }
}
report('whole texts', texts);
report('paragraphs', paragraphsOf(texts));

function report(name: string, all: readonly RealText[]): void {
  const random = seededRandom(20_261_201);
  const originals = all.map((text, of) => retellingOf(of, ORIGINAL, { title: text.title, text: wordsOf(text) }));
  const retold = all.flatMap((text, of) =>
    Object.entries(WAYS).flatMap(([way, retell]) => {
      const telling = retell(text, random);
      return telling === undefined ? [] : [retellingOf(of, way, telling)];
    }),
  );
  const missed = retold.flatMap((telling) => missedOf(all, originals, telling));
  for (const half of ['tune', 'held'] as const) {
    if ((options.half ?? half) === half) printJoined(`${name}, ${half}`, half, all, retold, missed);
  }
  printForeign(all, [...originals, ...retold]);
  if (options.list) printMissed(missed, originals);
}

function retellingOf(of: number, way: string, telling: Telling): Retelling {
  const { bytes, bands } = signatureOf(telling.title, telling.text);
  return { ...telling, of, way, bands, parts: readSignature(bytes) };
}

function missedOf(all: readonly RealText[], originals: readonly Retelling[], telling: Retelling): readonly Missed[] {
  const [text, original] = [all[telling.of], originals[telling.of]];
  if (text === undefined || original === undefined) return [];
  const { same, score, text: shared, figures, names } = isSameStory(original.parts, telling.parts, threshold);
  const met = original.bands.some((band) => telling.bands.includes(band));
  if (met && same) return [];
  const reason = `${met ? '' : 'never met, '}score ${score.toFixed(2)}: text ${shared.toFixed(2)}, figures ${figures.toFixed(2)}, names ${names.toFixed(2)}`;
  return [{ half: text.half, language: text.language, telling, reason }];
}

function printJoined(
  name: string,
  half: Half,
  all: readonly RealText[],
  retold: readonly Retelling[],
  missed: readonly Missed[],
): void {
  console.log(`\n${name}: joined, in per cent (retellings in the last line)`);
  console.log(`${''.padEnd(26)}${LANGUAGES.map((language) => language.padStart(8)).join('')}`);
  const cells = (way: string | undefined, show: (count: number, missed: number) => string): string =>
    LANGUAGES.map((language) => {
      const isCounted = (of: number) => all[of]?.half === half && all[of].language === language;
      const these = retold.filter((telling) => isCounted(telling.of) && (way ?? telling.way) === telling.way);
      const lost = missed.filter(
        (one) => one.half === half && one.language === language && (way ?? one.telling.way) === one.telling.way,
      );
      return show(these.length, lost.length).padStart(8);
    }).join('');
  const share = (count: number, lost: number): string =>
    count === 0 ? '–' : ((100 * (count - lost)) / count).toFixed(1);
  for (const way of Object.keys(WAYS)) console.log(`${way.padEnd(26)}${cells(way, share)}`);
  console.log(`${'all'.padEnd(26)}${cells(undefined, share)}`);
  console.log(`${'retellings'.padEnd(26)}${cells(undefined, (count) => String(count))}`);
}

/** Tellings of different texts that would be joined. */
function printForeign(all: readonly RealText[], tellings: readonly Retelling[]): void {
  const byBand = new Map<number, Retelling[]>();
  for (const telling of tellings)
    for (const band of telling.bands) {
      const known = byBand.get(band);
      if (known === undefined) byBand.set(band, [telling]);
      else known.push(telling);
    }
  const met = new Set<string>();
  const joined = new Map<string, readonly [Retelling, Retelling]>();
  for (const found of byBand.values())
    found.forEach((one, at) => {
      for (const other of found.slice(at + 1)) {
        if (one.of === other.of || sourceOf(all, one) === sourceOf(all, other)) continue;
        met.add(`${Math.min(one.of, other.of)} ${Math.max(one.of, other.of)}`);
        if (isSameStory(one.parts, other.parts, threshold).same) joined.set(`${one.of} ${other.of}`, [one, other]);
      }
    });
  console.log(`foreign: of ${all.length} texts ${met.size} pairs share a band, ${joined.size} are joined`);
  for (const [one, other] of joined.values()) {
    const { score, text } = isSameStory(one.parts, other.parts, threshold);
    console.log(`  ${score.toFixed(2)} (text ${text.toFixed(2)}) ${describe(all, one)} / ${describe(all, other)}`);
  }
}

/** A document is a source, and so is who retells all its texts in one way. */
function sourceOf(all: readonly RealText[], { of, way }: Retelling): string {
  return `${all[of]?.document ?? ''} ${way}`;
}

function describe(all: readonly RealText[], { of, way, title, text }: Retelling): string {
  return `${all[of]?.document ?? ''} ${way}: ${title} | ${text.slice(0, 60).replaceAll('\n', '⏎')} (${text.length})`;
}

function printMissed(missed: readonly Missed[], originals: readonly Retelling[]): void {
  for (const { half, language, telling, reason } of missed) {
    if ((options.half ?? half) !== half) continue;
    console.log(`  ${half} ${language} ${telling.way}: ${reason}`);
    for (const { title, text } of [originals[telling.of] ?? telling, telling])
      console.log(
        `      ${title} | ${text.length} | ${text.slice(0, 110).replaceAll('\n', '⏎')} … ${text.slice(-60).replaceAll('\n', '⏎')}`,
      );
  }
}
