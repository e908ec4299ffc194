/** Fuzzing `readJson`: what is right is read as it is, and of what is damaged nothing is read that is not there. */
import { isDeepStrictEqual } from 'node:util';
import { readJson } from '../../src/syntax/json.ts';
import type { Random } from './random.ts';
import { expectThat, type Target } from './target.ts';

const MAX_DEPTH = 64;
/** Places where each right document is cut. */
const CUTS = 8;

const DAMAGE = [
  ',',
  ',,',
  '\n',
  '\t',
  '\u0000',
  '\ufeff',
  '}',
  ']',
  '"',
  '\\',
  '\\u12',
  '\\ud83d',
  '202611303578901210',
  '-9007199254740993',
  '1e999',
  '01',
  '__proto__',
  'NaN',
  "'",
  '//x',
  '<!-- x -->',
  ';',
  '[[[[',
  '{"a":',
];

const SEEDS = [
  '{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":202611303578901210,"title":"a\\nb"},{"id":"2","tags":["x","y"]}]}',
  '{"items":[{"id":"1","content_html":"<p>\n</p>",},]}',
  '{"items":[]}<!-- served in 3 ms -->',
  '[1,-2.5e3,true,false,null,"\\ud83d\\ude00"]',
];

export function jsonTarget(corpus: readonly Buffer[]): Target {
  return {
    seeds: [...SEEDS.map((text) => Buffer.from(text)), ...corpus],
    dictionary: [...DAMAGE, '"items":[', '"id":', '{"id":"1"},', 'true', 'null'],
    generate: (random) => Buffer.from(random.chance(0.5) ? feed(random) : damaged(feed(random), random)),
    check(input) {
      const text = input.toString('utf8');
      const read = readJson(text, MAX_DEPTH);
      expectThat(isDeepStrictEqual(read, readJson(text, MAX_DEPTH)), 'reads the same text differently');
      const strict = strictValue(text);
      if (strict !== undefined) judgeRight(text, strict.value, read);
      if (read.kind === 'malformed') return `malformed ${text.slice(0, 1)}`;
      judgeValue(read.value, 0);
      expectThat(strict !== undefined || read.issues.length > 0, 'read what is wrong without an issue');
      return `${typeof read.value} ${read.issues.map(({ code }) => code).join(' ')}`;
    },
  };
}

function strictValue(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A right document is read as `JSON.parse` reads it, but for long integers; one that is cut gives a part of it. */
function judgeRight(text: string, value: unknown, read: ReturnType<typeof readJson>): void {
  if (depthOf(value) > MAX_DEPTH) return;
  expectThat(read.kind === 'value' && read.issues.length === 0, 'finds fault with what is right');
  if (read.kind !== 'value') return;
  if (!/\d{16}/.test(text)) expectThat(isDeepStrictEqual(read.value, value), 'is another value than the strict one');
  for (let cut = 1; cut < CUTS; cut++) {
    const part = readJson(text.slice(0, Math.floor((text.length * cut) / CUTS)), MAX_DEPTH);
    if (part.kind === 'value') judgeItems(part.value, read.value);
  }
}

/** The items of a document that is cut are the first of the whole, the last one perhaps in part only in what was left out. */
function judgeItems(part: unknown, whole: unknown): void {
  const some = itemsOf(part);
  const all = itemsOf(whole);
  if (some === undefined || all === undefined) return;
  expectThat(isDeepStrictEqual(some, all.slice(0, some.length)), 'keeps an item that was cut');
}

function itemsOf(value: unknown): readonly unknown[] | undefined {
  const items = typeof value === 'object' && value !== null && 'items' in value ? value.items : undefined;
  return Array.isArray(items) ? (items as readonly unknown[]) : undefined;
}

function judgeValue(value: unknown, depth: number): void {
  if (typeof value === 'number') expectThat(!Number.isNaN(value), 'reads NaN');
  if (typeof value !== 'object' || value === null) return;
  expectThat(depth <= MAX_DEPTH, `nested ${depth} deep`);
  if (!Array.isArray(value)) expectThat(Object.getPrototypeOf(value) === Object.prototype, 'has another prototype');
  for (const inner of Object.values(value)) judgeValue(inner, depth + 1);
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Object.values(value).reduce((most: number, inner) => Math.max(most, depthOf(inner)), 0);
}

function feed(random: Random): string {
  return `{"title":${anyValue(random, 3)},"items":[${Array.from({ length: random.int(6) }, () => item(random)).join(',')}]}`;
}

function item(random: Random): string {
  const members = Array.from({ length: 1 + random.int(5) }, (_, place) => `"k${place}":${anyValue(random, 0)}`);
  return `{${members.join(random.pick([',', ', ', ',\n  ']))}}`;
}

function anyValue(random: Random, depth: number): string {
  if (depth < 3 && random.chance(0.2)) return `[${anyValue(random, depth + 1)},${anyValue(random, depth + 1)}]`;
  if (depth < 3 && random.chance(0.2))
    return `{"a":${anyValue(random, depth + 1)},"__proto__":${anyValue(random, depth + 1)}}`;
  return random.pick([
    '1',
    '-0.5e-3',
    '202611303578901210',
    'true',
    'null',
    '""',
    '"x"',
    '"a\\n\\u00e9\\"b"',
    '"新闻"',
    '[]',
    '{}',
    '"a,]}"',
  ]);
}

function damaged(text: string, random: Random): string {
  const at = random.int(text.length);
  return text.slice(0, at) + random.pick(DAMAGE) + text.slice(at + random.int(3));
}
