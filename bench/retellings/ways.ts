/** In which ways is a text changed by those who pass it on? */
import { readFileSync } from 'node:fs';
import { Converter } from 'opencc-js/cn2t';
import { parse } from 'yaml';
import type { Random } from '../fuzz/random.ts';
import { clausesOf, columnsOf, type Half, type Language, type RealText } from './corpus.ts';

export interface Telling {
  readonly title: string;
  readonly text: string;
}

type Dressings = Readonly<Record<'byline' | 'tail' | 'original', readonly string[]>>;

// The file is ours and beside this one.
const dressings = parse(readFileSync(new URL('dressings.yaml', import.meta.url), 'utf8')) as Readonly<
  Record<Exclude<Language, 'other'>, Readonly<Record<Half, Dressings>>>
>;

type Convert = (text: string) => string;
// The package's types do not resolve.
const converter = Converter as (direction: { readonly from: string; readonly to: string }) => Convert;
const traditional = [converter({ from: 'cn', to: 'tw' }), converter({ from: 'cn', to: 'hk' })];

const HEADLINES: Readonly<Record<Language, readonly string[]>> = {
  zh: ['刚刚，大消息来了！', '重磅！多方回应', '速览：今日要点都在这里', '热搜第一，网友吵翻了'],
  ja: ['いま話題になっているニュースまとめ', '速報：詳しくはこちら', '【必見】ネットで大反響'],
  ko: ['오늘의 화제, 네티즌 반응은', '속보: 자세한 내용 보기', '지금 꼭 알아야 할 소식'],
  en: ['What you need to know today', 'The story everyone is talking about', 'Here is why it matters'],
  other: ['News of the day', 'En bref', 'Lo más leído'],
};

/** Share of the words that an editor changes. */
const EDITED = 0.02;
const EXCERPT = 0.6;
const LEAD_CHARACTERS = 90;

type Way = (text: RealText, random: Random) => Telling | undefined;

export const WAYS: Readonly<Record<string, Way>> = {
  'clause as headline': (text, random) => ({ title: otherClause(text, random), text: wordsOf(text) }),
  'other headline': (text, random) => ({ title: random.pick(HEADLINES[text.language]), text: wordsOf(text) }),
  byline: (text, random) => ({ title: text.title, text: `${dress(text, 'byline', random)}${wordsOf(text)}` }),
  'original title': (text, random) => ({
    title: otherClause(text, random),
    text: `${dress(text, 'original', random)}${wordsOf(text)}`,
  }),
  'excerpt of 60 %': (text) => {
    const whole = wordsOf(text);
    return { title: text.title, text: `${whole.slice(0, Math.ceil(EXCERPT * whole.length))}…` };
  },
  'lead of 90': (text) => {
    const whole = wordsOf(text);
    return whole.length < 1.3 * LEAD_CHARACTERS
      ? undefined
      : { title: text.title, text: `${whole.slice(0, LEAD_CHARACTERS)}…` };
  },
  tail: (text, random) => ({ title: text.title, text: `${wordsOf(text)}${dress(text, 'tail', random)}` }),
  '2 % edited': (text, random) => ({ title: text.title, text: edited(wordsOf(text), random) }),
  'paragraphs re-cut': (text, random) => ({ title: text.title, text: recut(wordsOf(text), random) }),
  'traditional script': (text, random) => {
    if (text.language !== 'zh') return undefined;
    const convert = random.pick(traditional);
    return { title: convert(text.title), text: convert(wordsOf(text)) };
  },
  'headline, byline, tail': (text, random) => ({
    title: otherClause(text, random),
    text: `${dress(text, 'byline', random)}${wordsOf(text)}${dress(text, 'tail', random)}`,
  }),
};

export function wordsOf({ paragraphs }: RealText): string {
  return paragraphs.join('\n');
}

function dress({ language, half, title }: RealText, kind: keyof Dressings, random: Random): string {
  const known = language === 'other' ? dressings.en : dressings[language];
  return random.pick(known[half][kind]).replaceAll('{title}', title);
}

/** Any clause but the first. */
function otherClause(text: RealText, random: Random): string {
  const [, ...others] = clausesOf(wordsOf(text).replaceAll('\n', '。'));
  return others.length === 0 ? random.pick(HEADLINES[text.language]) : random.pick(others);
}

/** Words, or two characters where words are not divided, give way to others of the same text. */
function edited(text: string, random: Random): string {
  const words = text.match(/[\u3040-\u30ff\u3400-\u9fff]{1,2}|[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu) ?? [];
  const places = words.flatMap((word, at) => (/^[\p{L}\p{N}]/u.test(word) ? [at] : []));
  if (places.length === 0) return text;
  const changed = [...words];
  const count = Math.max(1, Math.round(EDITED * places.length));
  for (let done = 0; done < count; done += 1) changed[random.pick(places)] = words[random.pick(places)] ?? '';
  return changed.join('');
}

/** Paragraphs end at other sentences. */
function recut(text: string, random: Random): string {
  const isWide = columnsOf(text) > 1.5 * text.length;
  return text
    .replaceAll('\n', isWide ? '' : ' ')
    .replace(/[。！？.!?]\s+(?=\p{Lu})|[。！？]/gu, (end) => (random.chance(0.4) ? `${end.trim()}\n` : end));
}
