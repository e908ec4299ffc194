/** How is plain text written as HTML, so that a reader sees the lines that its author wrote? */
import { escapeText, escapeAttribute } from './escape.ts';

/** A web address in running text; it ends where a space, a quotation mark or the punctuation of CJK begins. */
const WEB_ADDRESS =
  /\bhttps?:\/\/[^\s<>"'`\u2018-\u201f\u3000-\u3002\u3008-\u3011\u3014-\u301b\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+/giu;
/** Punctuation that ends the sentence around an address. */
const AFTER_ADDRESS = /(?<![.,;:!?*_~'"\]}])[.,;:!?*_~'"\]}]+$/;
const LINE_END = /\r\n?|[\u2028\u0085]/g;
const BETWEEN_PARAGRAPHS = /\n[^\S\n]*(?:\n[^\S\n]*)+|\u2029/;
const CJK = /[\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/u;

/** Columns after which mail and news programs break lines. */
const NARROWEST_WRAP = 50;
const WIDEST_WRAP = 100;
/** A wrapped line may be shorter than the widest one by this: about one long word. */
const RAGGED = 18;
/** Fewer full lines than this may have one width by chance. */
const LEAST_WRAPPED_LINES = 3;
/** Starts of lines that are meant as lines: list marks, quotes, times, headings. */
const DELIBERATE_LINE = /^(?:[-*+•·▪–—>#|]\s|\d{1,3}[.)、]|[（(]?[一二三四五六七八九十]+[)）、.]|\d{1,2}:\d{2})/u;

/**
 * Plain text as HTML: a blank line starts a paragraph, a single line break becomes `<br>`, web addresses become links,
 * everything else is escaped. Prose whose lines were broken at one width is joined. Text of one line gets no element.
 * Linear in its length.
 */
export function textToHtml(text: string): string {
  if (!/[\n\r\u0085\u2028\u2029]/.test(text)) return withLinks(text);
  const paragraphs = text
    .replace(LINE_END, '\n')
    .split(BETWEEN_PARAGRAPHS)
    .map((paragraph) => paragraph.replace(/^\n+|(?<!\n)\n+$/g, ''))
    .filter((paragraph) => paragraph.trim() !== '');
  const [only, second] = paragraphs;
  if (only === undefined) return '';
  if (second === undefined) return linesToHtml(only);
  return paragraphs.map((paragraph) => `<p>${linesToHtml(paragraph)}</p>`).join('');
}

function linesToHtml(paragraph: string): string {
  const lines = paragraph.split('\n').map((line) => line.trimEnd());
  if (isWrapped(lines) || isIndented(lines)) return withLinks(joined(lines));
  return lines.map((line) => withLinks(line.trimStart())).join('<br/>');
}

/** Whether the lines were broken by a program: all but the last are of about one width, and none starts like a list item. */
function isWrapped(lines: readonly string[]): boolean {
  const full = lines.slice(0, -1);
  if (full.length < LEAST_WRAPPED_LINES) return false;
  const widths = full.map(columnsOf);
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  if (widest < NARROWEST_WRAP || widest > WIDEST_WRAP) return false;
  if (columnsOf(lines.at(-1) ?? '') > widest) return false;
  return widths.every((width) => width >= widest - RAGGED) && !lines.some((line) => DELIBERATE_LINE.test(line));
}

/**
 * Whether the lines follow the layout of the document around them: all except the first are indented like its elements.
 */
function isIndented([, ...others]: readonly string[]): boolean {
  return (
    others.length > 0 && others.every((line) => /^(?: {4}|\t)/.test(line) && !DELIBERATE_LINE.test(line.trimStart()))
  );
}

/** Width on a terminal: a CJK character takes two columns. */
function columnsOf(line: string): number {
  let columns = 0;
  for (const character of line) columns += CJK.test(character) ? 2 : 1;
  return columns;
}

/** Lines with a space between, but none between two CJK characters. */
function joined(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .reduce((text, line) => {
      const isCjk = CJK.test(text.at(-1) ?? '') && CJK.test(line.at(0) ?? '');
      return text === '' || isCjk ? text + line : `${text} ${line}`;
    }, '');
}

function withLinks(text: string): string {
  if (!/https?:\/\//i.test(text)) return escapeText(text);
  let html = '';
  let from = 0;
  for (const match of text.matchAll(WEB_ADDRESS)) {
    const address = addressIn(match[0]);
    if (!URL.canParse(address)) continue;
    html += `${escapeText(text.slice(from, match.index))}<a href="${escapeAttribute(address)}">${escapeText(address)}</a>`;
    from = match.index + address.length;
  }
  return html + escapeText(text.slice(from));
}

/** Without the punctuation of the sentence; a closing bracket belongs to an address that opens it. */
function addressIn(found: string): string {
  let address = found.replace(AFTER_ADDRESS, '');
  while (address.endsWith(')') && count(address, ')') > count(address, '(')) {
    address = address.slice(0, -1).replace(AFTER_ADDRESS, '');
  }
  return address;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
