/**
 * Which pairs of stories does the bench know? Writes `pairs.jsonl`, the same on every run:
 *
 *     npx tsx bench/similar/make-pairs.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { randomFrom } from '../publishing-times.ts';
import { dressed, pickSome, type Half, type Language, type Pair, type Random, type Story } from './story.ts';
import { COLUMNS, ITEMS, TEMPLATES } from './templates.ts';

/** A story as `families.*.yaml` has it. */
interface Family {
  readonly id: string;
  readonly title: string;
  /** Other headlines of the same text. */
  readonly also: readonly string[];
  /** Paragraphs. */
  readonly text: readonly string[];
  /** A first paragraph that says the same in other words. */
  readonly lead?: string;
  /** `from => to`: what a copy editor does. */
  readonly swap?: readonly string[];
  /** A figure, and the one that it should have been. */
  readonly correction?: readonly [string, string];
  /** What somebody else wrote on the same event. */
  readonly other: Story;
  /** What the same sender wrote when more was known. */
  readonly update?: Story;
}

const here = new URL('.', import.meta.url);
// The files are ours and next to this one; a wrong shape shows in the count that is printed.
const read = (name: string): unknown => parse(readFileSync(new URL(name, here), 'utf8'));

const families: Readonly<Record<Language, readonly Family[]>> = {
  zh: read('families.zh.yaml') as readonly Family[],
  en: read('families.en.yaml') as readonly Family[],
};
const retold = read('retold.yaml') as Readonly<Record<string, Story>>;
const traditional = read('traditional.yaml') as Readonly<Record<string, Story>>;
const glue: Readonly<Record<Language, string>> = { zh: '', en: ' ' };
const halfOf = (index: number): Half => (index % 2 === 0 ? 'tune' : 'held');

const pairs: Pair[] = [];

function pairer(family: string, half: Half, language: Language) {
  return (kind: string, duplicate: boolean, a: Story, b: Story): void => {
    pairs.push({ id: String(pairs.length + 1), family, half, language, kind, duplicate, a, b });
  };
}

function familyPairs(family: Family, half: Half, language: Language, random: Random): void {
  const { id, title, text, lead, swap = [], correction, other, update } = family;
  const add = pairer(id, half, language);
  const join = (paragraphs: readonly string[]): string => paragraphs.join(glue[language]);
  const [also = title, third = also] = family.also;
  const original: Story = { title, text: join(text) };
  const sent = (story: Story): Story => dressed(story, half, language, random);
  const edited = (words: string): string =>
    swap.reduce((done, rule) => {
      const [from = '', to = ''] = rule.split(' => ');
      return done.replaceAll(from, to);
    }, words);
  const excerptLength = language === 'zh' ? 100 : 240;

  add('same text, other headline', true, sent(original), sent({ title: also, text: original.text }));
  add('same text, other headline', true, original, sent({ title: third, text: original.text }));
  if (swap.length > 0) add('copy-edited', true, sent(original), sent({ title: also, text: edited(original.text) }));
  if (original.text.length > excerptLength * 1.5) {
    const short = original.text.slice(0, excerptLength);
    add('excerpt and full text', true, sent(original), { title, text: `${short}…` });
    add('excerpt and full text', true, original, { title: also, text: short });
  }
  if (text.length > 2) {
    add('trimmed to its first paragraphs', true, sent(original), sent({ title: also, text: join(text.slice(0, 2)) }));
    add(
      'trimmed in the middle',
      true,
      sent(original),
      sent({ title: third, text: join(text.filter((_, at) => at !== 2)) }),
    );
    const trimmedAndEdited = edited(join(text.slice(0, text.length - 2)));
    add('trimmed and copy-edited', true, sent(original), sent({ title: third, text: trimmedAndEdited }));
    const [first = '', second = '', ...rest] = text;
    add('paragraphs moved', true, sent(original), sent({ title: also, text: join([first, ...rest, second]) }));
  }
  if (lead !== undefined) {
    const rewritten = join([lead, ...text.slice(1)]);
    add('first paragraph written anew', true, sent(original), sent({ title: also, text: rewritten }));
    add('first paragraph written anew', true, original, sent({ title, text: edited(rewritten) }));
  }
  if (correction !== undefined) {
    const corrected = original.text.replace(correction[0], correction[1]);
    const note = language === 'zh' ? '（更正：修正第一段数字）' : '(Corrects figure in paragraph 4) ';
    add('correction of one figure among many', true, sent(original), { title, text: note + corrected });
  }
  const continued = { title: third, text: join([...text, other.text]) };
  add('wire, carried on by own reporting', true, sent(original), sent(continued));
  const written = traditional[id];
  if (written !== undefined) {
    add('traditional characters', true, sent(original), written);
    add('traditional characters', true, sent({ title: also, text: edited(original.text) }), written);
  }

  add('headline only, and full text', true, { title, text: '' }, sent(original));
  add('headline only, of another report', false, { title: also, text: '' }, sent(other));
  add('two reports on one event', false, sent(original), sent(other));
  add('two reports on one event', false, sent({ title: also, text: join(text.slice(0, 2)) }), sent(other));
  const again = retold[id];
  if (again !== undefined) {
    add('the same facts in other words', false, sent(original), sent(again));
    add('the same facts in other words', false, sent({ title: also, text: join(text.slice(0, 2)) }), sent(again));
  }
  if (update !== undefined) {
    add('update of a running story', false, sent(original), sent(update));
    add('update of a running story', false, original, update);
  }
}

function templatePairs(index: number, half: Half, random: Random): void {
  const template = TEMPLATES[index];
  if (template === undefined) return;
  const { id, language, differsIn } = template;
  const add = pairer(id, half, language);
  const sent = (story: Story): Story => dressed(story, half, language, random);
  const different = differsIn === 'figures' ? 'ticker with other figures' : 'template with another name';
  for (let round = 0; round < 3; round += 1) {
    const { otherTitle, ...one } = template.make(random);
    add('wire, sent by two', true, sent(one), sent({ title: otherTitle, text: one.text }));
  }
  for (let round = 0; round < 8; round += 1) {
    const one = template.make(random);
    let other = template.make(random);
    while (other.text === one.text) other = template.make(random);
    const titled = round % 2 === 0 ? other : { title: other.otherTitle, text: other.text };
    add(different, false, sent(one), sent(titled));
  }
}

function columnPairs(index: number, half: Half, random: Random): void {
  const column = COLUMNS[index];
  if (column === undefined) return;
  const { id, language, items } = column;
  const add = pairer(id, half, language);
  const sent = (story: Story): Story => dressed(story, half, language, random);
  // Columns quote the stories of their own half only.
  const quoted = families[language].filter((_, at) => halfOf(at) === half);
  const pool = [...ITEMS[language], ...quoted.map(({ text }) => text[0] ?? '')];
  for (let round = 0; round < 3; round += 1) {
    const day = 6 + 7 * round;
    const chosen = pickSome(random, pool, 2 * items);
    const today = column.frame(day, chosen.slice(0, items));
    const tomorrow = column.frame(day + 1, chosen.slice(items));
    // Half of a column's readers know it from another source, a day late.
    add('column of two days', false, sent(today), sent(tomorrow));
    if (round === 0) add('column, sent by two', true, sent(today), sent({ title: today.title, text: today.text }));
  }
  for (const { title, text } of pickSome(random, quoted, 2)) {
    const [first = ''] = text;
    const news = column.frame(9, [first, ...pickSome(random, ITEMS[language], items - 1)]);
    add('round-up that quotes a story', false, { title, text: text.join(glue[language]) }, sent(news));
  }
}

/** News on related matters: same subject, same words, no text in common. */
function neighbours(half: Half, language: Language): void {
  const stories = families[language].filter((_, at) => halfOf(at) === half);
  const add = pairer(`neighbours-${half}-${language}`, half, language);
  stories.forEach(({ title, text }, at) => {
    const next = stories[(at + 1) % stories.length];
    if (next === undefined) return;
    add(
      'other news',
      false,
      { title, text: text.join(glue[language]) },
      { title: next.title, text: next.text.join(glue[language]) },
    );
  });
}

const random = randomFrom(20_211_224);
for (const language of ['zh', 'en'] as const) {
  families[language].forEach((family, at) => {
    familyPairs(family, halfOf(at), language, random);
  });
  for (const half of ['tune', 'held'] as const) neighbours(half, language);
}
TEMPLATES.forEach((_, at) => {
  templatePairs(at, halfOf(at), random);
});
COLUMNS.forEach((_, at) => {
  columnPairs(at, halfOf(at), random);
});

writeFileSync(new URL('pairs.jsonl', here), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
for (const half of ['tune', 'held'] as const)
  for (const language of ['zh', 'en'] as const) {
    const these = pairs.filter((pair) => pair.half === half && pair.language === language);
    const duplicates = these.filter(({ duplicate }) => duplicate).length;
    console.log(`${half} ${language}: ${duplicates} duplicates, ${these.length - duplicates} others`);
  }
