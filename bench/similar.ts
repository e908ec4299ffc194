/**
 * How well, and how fast, does the near-duplicate stage tell one story from two?
 *
 *     npx tsx bench/similar.ts [--threshold 0.6] [--list]
 *
 * Reads `bench/similar/pairs.jsonl`. A pair counts as found where the two texts share a band (else they would never
 * meet) and are judged one story. `--list` prints what was judged wrongly.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isSameStory, type Decision } from '../src/stages/similar/same-story.ts';
import { readSignature, signatureOf, type Signature } from '../src/stages/similar/signature.ts';
import type { Half, Language, Pair, Story } from './similar/story.ts';

const { values: options } = parseArgs({
  options: { threshold: { type: 'string', default: '0.6' }, list: { type: 'boolean', default: false } },
});
const threshold = Number(options.threshold);
/** So that what the bound computes is used. */
let sink = 0;

const pairs = readFileSync(new URL('similar/pairs.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Pair); // written by make-pairs.ts

interface Judged {
  readonly pair: Pair;
  /** They share a band. */
  readonly met: boolean;
  readonly score: number;
  readonly reason: string;
}

const judged: readonly Judged[] = pairs.map((pair) => {
  const [a, b] = [sign(pair.a), sign(pair.b)];
  const decision = compare(a, b);
  return {
    pair,
    met: a.bands.some((band) => b.bands.includes(band)),
    score: decision.score,
    reason: reasonOf(decision),
  };
});

for (const half of ['tune', 'held'] as const) {
  console.log(`\n${half === 'tune' ? 'half that was tuned on' : 'half held out'}, threshold ${threshold}`);
  console.log('              pairs  duplicates  precision  recall  of which never met');
  for (const language of ['zh', 'en', undefined] as const) printFigures(half, language);
}
printCurve();
printKinds();
printStrangers();
if (options.list) printWrong();
printSpeed();

function sign({ title, text }: Story): Signature {
  return signatureOf(title, text);
}

function compare(one: Signature, other: Signature): Decision {
  return isSameStory(readSignature(one.bytes), readSignature(other.bytes), threshold);
}

function reasonOf({ text, figures, names, same }: Decision): string {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const found = `${percent(text)} of the shorter text is shared`;
  const against = [
    ...(figures > 0 ? [`${percent(figures)} of the figures`] : []),
    ...(names > 0 ? ['what they open with'] : []),
  ];
  return against.length === 0 ? found : `${found}, ${same ? 'although' : 'but'} ${against.join(' and ')} differ`;
}

function figuresOf(these: readonly Judged[], least: number) {
  const found = these.filter(({ met, score }) => met && score >= least);
  const right = found.filter(({ pair }) => pair.duplicate).length;
  const duplicates = these.filter(({ pair }) => pair.duplicate);
  return {
    precision: right / Math.max(1, found.length),
    recall: right / Math.max(1, duplicates.length),
    duplicates: duplicates.length,
    unmet: duplicates.filter(({ met }) => !met).length,
  };
}

function printFigures(half: Half, language: Language | undefined): void {
  const these = judged.filter(({ pair }) => pair.half === half && (language ?? pair.language) === pair.language);
  const { precision, recall, duplicates, unmet } = figuresOf(these, threshold);
  console.log(
    `  ${(language ?? 'both').padEnd(10)}${cell(these.length)}${cell(duplicates, 12)}${cell(precision.toFixed(3), 11)}${cell(recall.toFixed(3), 8)}${cell(unmet, 10)}`,
  );
}

function printCurve(): void {
  console.log('\nthreshold     tune: precision  recall     held: precision  recall');
  for (let least = 0.3; least < 0.96; least += 0.05) {
    const [tune, held] = (['tune', 'held'] as const).map((half) =>
      figuresOf(
        judged.filter(({ pair }) => pair.half === half),
        least,
      ),
    );
    if (tune === undefined || held === undefined) continue;
    console.log(
      `  ${least.toFixed(2)}${cell(tune.precision.toFixed(3), 22)}${cell(tune.recall.toFixed(3), 8)}${cell(held.precision.toFixed(3), 20)}${cell(held.recall.toFixed(3), 8)}`,
    );
  }
}

function printKinds(): void {
  console.log('\nkind                                      pairs    right: tune   held');
  const kinds = [...new Set(pairs.map(({ duplicate, kind }) => `${duplicate ? '=' : '/'} ${kind}`))].sort();
  for (const kind of kinds) {
    const these = judged.filter(({ pair }) => `${pair.duplicate ? '=' : '/'} ${pair.kind}` === kind);
    const right = (half: Half): string => {
      const of = these.filter(({ pair }) => pair.half === half);
      return `${of.filter(isRight).length}/${of.length}`;
    };
    console.log(`  ${kind.padEnd(40)}${cell(these.length, 5)}${cell(right('tune'), 15)}${cell(right('held'), 8)}`);
  }
}

function isRight({ pair, met, score }: Judged): boolean {
  return (met && score >= threshold) === pair.duplicate;
}

/** Any two texts of different families: none is a duplicate, and few should even meet. */
function printStrangers(): void {
  const texts = pairs
    .filter(({ family, kind }) => !family.startsWith('neighbours') && kind !== 'round-up that quotes a story')
    .flatMap(({ family, a, b }) => [a, b].map((story) => ({ family, signature: sign(story), story })));
  let [met, merged, compared] = [0, 0, 0];
  const examples: string[] = [];
  texts.forEach((one, at) => {
    for (const other of texts.slice(at + 1)) {
      if (one.family === other.family) continue;
      compared += 1;
      if (!one.signature.bands.some((band) => other.signature.bands.includes(band))) continue;
      met += 1;
      const decision = compare(one.signature, other.signature);
      if (!decision.same) continue;
      merged += 1;
      examples.push(
        `  ${one.family} / ${other.family}: ${one.story.title} / ${other.story.title}: ${reasonOf(decision)}`,
      );
    }
  });
  console.log(`\nof ${compared} pairs across families ${met} share a band and ${merged} are judged one story`);
  if (options.list) console.log([...new Set(examples)].slice(0, 20).join('\n'));
}

function printWrong(): void {
  console.log('\njudged wrongly');
  for (const { pair, met, score, reason } of judged.filter((one) => !isRight(one))) {
    const verdict = !met ? 'never met' : score.toFixed(2);
    console.log(
      `  #${pair.id} ${pair.half} ${pair.family}: ${pair.duplicate ? '=' : '/'} ${pair.kind}: ${verdict}: ${reason}`,
    );
  }
}

/** CPU of one post against one pass that hashes each run of four characters of the same text, in turns. */
function printSpeed(): void {
  const stories: readonly Story[] = pairs.flatMap(({ a, b }) => [a, b]);
  const long = stories.filter((_, at) => at % 8 === 0).map(({ title, text }) => ({ title, text: text.repeat(8) }));
  const sets: readonly (readonly [string, readonly Story[]])[] = [
    ['as they are', stories],
    ['eight times as long', long],
  ];
  for (const [name, texts] of sets) {
    const characters = texts.reduce((sum, { title, text }) => sum + title.length + text.length, 0) / texts.length;
    const rounds = Array.from({ length: 9 }, () => ({
      ours: cpuMicroseconds(() => {
        for (const story of texts) sign(story);
      }),
      bound: cpuMicroseconds(() => {
        for (const story of texts) hashFourGrams(story);
      }),
    }));
    const each = (values: readonly number[]): number => median(values) / texts.length;
    const ours = each(rounds.map((round) => round.ours));
    const bound = each(rounds.map((round) => round.bound));
    console.log(
      `\n${name} (${characters.toFixed(0)} characters): ${ours.toFixed(0)} µs of CPU a post, one pass of 4-gram hashes ${bound.toFixed(0)} µs, ratio ${(ours / bound).toFixed(1)}`,
    );
  }
  if (sink === 1) console.log('');
  const [one, other] = [stories[0], stories[1]];
  if (one === undefined || other === undefined) return;
  const [a, b] = [sign(one), sign(other)];
  const compared = cpuMicroseconds(() => {
    for (let round = 0; round < 100_000; round += 1) compare(a, b);
  });
  const bands = stories.reduce((sum, story) => sum + sign(story).bands.length, 0) / stories.length;
  console.log(
    `one comparison ${(compared / 100_000).toFixed(2)} µs; signature ${a.bytes.length} bytes, ${bands.toFixed(1)} bands a post`,
  );
}

function hashFourGrams({ title, text }: Story): void {
  const all = `${title}\n${text}`;
  let least = 0xffffffff;
  for (let at = 0; at + 4 <= all.length; at += 1) {
    let hash = 0x811c9dc5;
    for (let offset = 0; offset < 4; offset += 1) hash = Math.imul(hash ^ all.charCodeAt(at + offset), 0x01000193);
    if (hash >>> 0 < least) least = hash >>> 0;
  }
  sink ^= least;
}

function cpuMicroseconds(step: () => void): number {
  const before = process.cpuUsage();
  step();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function cell(value: number | string, width = 7): string {
  return String(value).padStart(width);
}
