/** Which real texts does a directory of feeds contain, each once? */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Draft } from '../../src/model/post.ts';
import { normaliseFeed } from '../../src/stages/normalise/normalise.ts';
import { parseDocument } from '../../src/stages/parse/parse.ts';
import { visibleLines } from '../../src/syntax/html/visible-lines.ts';
import { guessLanguage } from '../../src/syntax/text/language.ts';
import { collapsed } from '../../src/syntax/text/white-space.ts';
import { sampleSettings, sampleSource } from '../../test/stages/render/samples.ts';

export const LANGUAGES = ['zh', 'ja', 'ko', 'en', 'other'] as const;
export type Language = (typeof LANGUAGES)[number];
/** Rules and weights were tuned on the one half; the documents of the other were not looked at. */
export type Half = 'tune' | 'held';

export interface RealText {
  readonly document: string;
  readonly half: Half;
  readonly language: Language;
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** Program code and lists of links are no stories. */
function isProse(text: string): boolean {
  return (
    /[。！？.!?…」』”"’)）]$/u.test(text) && (text.match(/[^\p{L}\p{N}\s]/gu)?.length ?? 0) < MOST_MARKS * text.length
  );
}

/** In columns: a Chinese character is two wide. */
const LEAST_COLUMNS = 160;
const PARAGRAPH_COLUMNS = { least: 120, most: 800 };
/** Paragraphs that begin alike are a form that a site repeats. */
const OPENING = 60;
/** Share of punctuation in prose. */
const MOST_MARKS = 0.16;
/** Of one document, so that a long one does not outweigh all others. */
const MOST_PARAGRAPHS = 60;
const NOW = Date.UTC(2026, 10, 1);

/** Every entry with enough text; a text that several documents have counts once. */
export function readCorpus(directory: string): readonly RealText[] {
  const seen = new Set<string>();
  const places = new Map<Language, Map<string, number>>();
  return readdirSync(directory)
    .sort()
    .flatMap((file) => textsOf(directory, file))
    .filter(({ paragraphs }) => isFirst(paragraphs.join(' '), seen))
    .map((text) => {
      const documents = places.get(text.language) ?? new Map<string, number>();
      places.set(text.language, documents);
      const place = documents.get(text.document) ?? documents.size;
      documents.set(text.document, place);
      return { ...text, half: place % 2 === 0 ? 'held' : 'tune' };
    });
}

/** Each paragraph of them as a story of its own, headed by its first clause: news of one paragraph. */
export function paragraphsOf(texts: readonly RealText[]): readonly RealText[] {
  const seen = new Set<string>();
  const left = new Map<string, number>();
  const isWanted = ({ document }: RealText): boolean => {
    const count = left.get(document) ?? MOST_PARAGRAPHS;
    left.set(document, count - 1);
    return count > 0;
  };
  return texts.flatMap((text) =>
    text.paragraphs
      .filter((paragraph) => columnsOf(paragraph) >= PARAGRAPH_COLUMNS.least)
      .filter((paragraph) => columnsOf(paragraph) <= PARAGRAPH_COLUMNS.most && isProse(paragraph))
      .filter((paragraph) => isFirst(paragraph.slice(0, OPENING), seen) && isWanted(text))
      .map((paragraph) => ({ ...text, title: firstClauseOf(paragraph), paragraphs: [paragraph] })),
  );
}

export function columnsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (/[\u1100-\uffdc]/u.test(character) ? 2 : 1), 0);
}

export function clausesOf(text: string): readonly string[] {
  return text
    .split(/[。！？；，、：!?;:]+|[.,](?=\s|$)/u)
    .map((clause) => clause.trim())
    .filter((clause) => columnsOf(clause) >= 14 && columnsOf(clause) <= 90);
}

function firstClauseOf(text: string): string {
  return clausesOf(text)[0] ?? text.slice(0, 20);
}

function textsOf(directory: string, file: string): readonly Omit<RealText, 'half'>[] {
  const url = `https://origin.example/${file}`;
  const bytes = readFileSync(join(directory, file));
  const outcome = parseDocument({ bytes, url, now: NOW, limits: sampleSettings().limits });
  if (outcome.kind !== 'feed') return [];
  const drafts = normaliseFeed(outcome.feed, sampleSource({ id: file, url }), NOW, { cleanLinks: true });
  return drafts.flatMap((draft) => {
    const paragraphs = linesOf(draft).map(collapsed).filter(Boolean);
    const text = paragraphs.join(' ');
    if (columnsOf(text) < LEAST_COLUMNS) return [];
    return [{ document: file, language: languageOf(text), title: draft.title, paragraphs }];
  });
}

function linesOf({ content, summary }: Draft): readonly string[] {
  const [text = '', other = ''] = [content, summary].map((markup) =>
    markup === undefined ? '' : visibleLines(markup),
  );
  return (other.length > text.length ? other : text).split('\n');
}

function languageOf(text: string): Language {
  const found = guessLanguage(text);
  return LANGUAGES.find((language) => found?.startsWith(language) === true) ?? 'other';
}

function isFirst(text: string, seen: Set<string>): boolean {
  const words = text.replace(/[^\p{L}\p{N}]/gu, '');
  if (seen.has(words)) return false;
  seen.add(words);
  return true;
}
