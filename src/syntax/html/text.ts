/** Which text does a reader of this HTML see? */
import { decodeHTML } from 'entities';
import { joinSurrogateReferences } from './references.ts';
import { BLOCK_ELEMENTS, HIDDEN_ELEMENTS, RAW_TEXT_ELEMENTS } from './elements.ts';

/** White space other than one single space. */
const SPACE = /[\s\u200b]{2,}|[^\S ]|\u200b/g;
const SPACE_IN_LINE = /[^\S\n]{2,}|[^\S \n]/g;
const LINE_BREAK = /(?<!\s)\s*\n\s*/g;
/** A tag from its name to `>`, with quoted values. Sticky. */
const QUOTED_TAG = /[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>/y;

/**
 * Visible text in one line: no tags, references decoded, hidden content (scripts, styles, frames, alternatives for old
 * browsers) left out, a space between blocks and for line breaks, white space collapsed and trimmed. For titles,
 * fingerprints and search. Linear in the length of `html`, for any markup.
 */
export function htmlToText(html: string): string {
  return textOf(html, ' ').replace(SPACE, ' ').trim();
}

/** The same with one line for each block and after each `<br>`; no empty lines. */
export function htmlToLines(html: string): string {
  return textOf(html, '\n').replace(SPACE_IN_LINE, ' ').replace(LINE_BREAK, '\n').trim();
}

/** The text of `htmlToText` from the lines of `htmlToLines`. */
export function joinLines(lines: string): string {
  return lines.replace(SPACE, ' ').trim();
}

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly selfClosing: boolean;
  /** Position after the tag. */
  readonly end: number;
}

function textOf(html: string, separator: string): string {
  const readTag = tagReader(html);
  const endOfHidden = hiddenEnds(html);
  let text = '';
  let from = 0;
  for (;;) {
    const open = html.indexOf('<', from);
    if (open < 0) return text + decoded(html.slice(from), separator);
    if (open > from) text += decoded(html.slice(from, open), separator);
    const declaration = declarationAt(html, open);
    if (declaration !== undefined) {
      text += declaration.text;
      from = declaration.end;
      continue;
    }
    const tag = readTag(open + 1);
    if (tag === undefined) {
      text += '<';
      from = open + 1;
      continue;
    }
    if (BLOCK_ELEMENTS.has(tag.name)) text += separator;
    const hides = HIDDEN_ELEMENTS.has(tag.name) && !tag.closing && !tag.selfClosing;
    from = hides ? endOfHidden(tag.name, tag.end) : tag.end;
  }
}

/** A line break in the source is white space. If lines are requested, it must not look like a line of the page. */
function decoded(text: string, separator: string): string {
  const spaced = separator === '\n' && text.includes('\n') ? text.replaceAll('\n', ' ') : text;
  return spaced.includes('&') ? decodeHTML(joinSurrogateReferences(spaced)) : spaced;
}

/** Comments, doctypes and processing instructions end as HTML defines; a CDATA section is text. */
function declarationAt(html: string, open: number): { readonly end: number; readonly text: string } | undefined {
  const mark = html[open + 1];
  if (mark !== '!' && mark !== '?') return undefined;
  const cdata = html.startsWith('<![CDATA[', open);
  const comment = html.startsWith('<!--', open);
  // `<!-->` and `<!--->` are complete comments.
  const closing = cdata ? ']]>' : comment ? '-->' : '>';
  const close = html.indexOf(closing, cdata ? open + 9 : open + 2);
  const textEnd = close < 0 ? html.length : close;
  return { end: close < 0 ? html.length : close + closing.length, text: cdata ? html.slice(open + 9, textEnd) : '' };
}

/** Must be called with increasing positions; all calls together then read the source only a few times. */
function tagReader(html: string): (at: number) => Tag | undefined {
  const closes = nextOf(html, '>');
  const doubleQuoteAfter = nextOf(html, '"');
  const singleQuoteAfter = nextOf(html, "'");
  let quotesPair = true;
  return (at) => {
    const closing = html.charCodeAt(at) === SLASH;
    const nameStart = closing ? at + 1 : at;
    if (!isLetter(html.charCodeAt(nameStart))) return undefined;
    let end = closes(at);
    if (quotesPair && (doubleQuoteAfter(at) < end || singleQuoteAfter(at) < end)) {
      QUOTED_TAG.lastIndex = at;
      // Without matching quotes the search reads to the end of the document; do not repeat it for each tag that follows.
      quotesPair = QUOTED_TAG.test(html);
      if (quotesPair) end = QUOTED_TAG.lastIndex - 1;
    }
    const nameEnd = endOfName(html, nameStart, Math.min(end, html.length));
    const name = html.slice(nameStart, nameEnd).toLowerCase();
    return { name, closing, selfClosing: html.charCodeAt(end - 1) === SLASH, end: Math.min(end + 1, html.length) };
  };
}

const SLASH = 47;
const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

function endOfName(html: string, start: number, limit: number): number {
  let end = start + 1;
  while (end < limit && html.charCodeAt(end) > 32 && html.charCodeAt(end) !== SLASH) end += 1;
  return end;
}

/** Position of the next mark at or after a position; the length of the text if there is none. */
function nextOf(html: string, mark: string): (at: number) => number {
  let next = -1;
  return (at) => {
    if (next < at) {
      const found = html.indexOf(mark, at);
      next = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return next;
  };
}

/**
 * Position after a hidden element that starts at `from`. Raw text without an end tag hides the rest, as in a browser;
 * of other hidden elements without an end tag only the tag is dropped.
 */
function hiddenEnds(html: string): (name: string, from: number) => number {
  const neverEnds = new Set<string>();
  return (name, from) => {
    if (!neverEnds.has(name)) {
      const end = new RegExp(`</${name}(?=[\\s/>])[^>]*>?`, 'gi');
      end.lastIndex = from;
      const match = end.exec(html);
      if (match !== null) return match.index + match[0].length;
      neverEnds.add(name);
    }
    return RAW_TEXT_ELEMENTS.has(name) ? html.length : from;
  };
}
