/** What would somebody read who is shown this HTML? */
import { decodeHTML } from 'entities';
import { BLOCK_ELEMENTS, HIDDEN_ELEMENTS, RAW_TEXT_ELEMENTS } from './html-elements.ts';

const SPACE = /[\s\u200b]+/g;
const SPACE_IN_LINE = /[^\S\n]+/g;
const LINE_BREAK = /\s*\n\s*/g;
/** What follows `<` in a tag: name, then anything up to `>`, quoted values whole. Sticky. */
const TAG = /(\/?)([a-z][^\s/>]*)[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>/iy;
/** The same for markup whose quotes do not pair; ends at the document's end if need be. */
const TAG_WITHOUT_QUOTES = /(\/?)([a-z][^\s/>]*)[^>]*>?/iy;

/**
 * Visible text in one line: tags dropped, references decoded, what is not shown (scripts, styles, frames, alternatives
 * for old browsers) left out, blocks and line breaks a space apart, white space collapsed and trimmed. For titles,
 * fingerprints and search. Linear in the length of `html`, whatever its markup.
 */
export function htmlToText(html: string): string {
  return textOf(html, ' ').replace(SPACE, ' ').trim();
}

/** The same with one line for each block and after each `<br>`; no empty lines. */
export function htmlToLines(html: string): string {
  return textOf(html, '\n').replace(SPACE_IN_LINE, ' ').replace(LINE_BREAK, '\n').trim();
}

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly selfClosing: boolean;
  /** Where the text goes on. */
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

/** A line break in the source is white space; where lines are asked for it must not look like one of the page. */
function decoded(text: string, separator: string): string {
  const spaced = separator === '\n' && text.includes('\n') ? text.replaceAll('\n', ' ') : text;
  return spaced.includes('&') ? decodeHTML(spaced) : spaced;
}

/** Comments, doctypes and processing instructions end the way HTML says; a CDATA section is text. */
function declarationAt(html: string, open: number): { readonly end: number; readonly text: string } | undefined {
  const mark = html[open + 1];
  if (mark !== '!' && mark !== '?') return undefined;
  const cdata = html.startsWith('<![CDATA[', open);
  const comment = html.startsWith('<!--', open);
  // `<!-->` and `<!--->` are whole comments.
  const closing = cdata ? ']]>' : comment ? '-->' : '>';
  const close = html.indexOf(closing, cdata ? open + 9 : open + 2);
  const textEnd = close < 0 ? html.length : close;
  return { end: close < 0 ? html.length : close + closing.length, text: cdata ? html.slice(open + 9, textEnd) : '' };
}

function tagReader(html: string): (at: number) => Tag | undefined {
  let quotesPair = true;
  return (at) => {
    const tag = quotesPair ? tagAt(TAG, html, at) : undefined;
    if (tag !== undefined) return tag;
    const broken = tagAt(TAG_WITHOUT_QUOTES, html, at);
    // Looked through to the document's end once; not again for each of the tags that follow.
    if (broken !== undefined) quotesPair = false;
    return broken;
  };
}

function tagAt(pattern: RegExp, html: string, at: number): Tag | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(html);
  if (match?.[2] === undefined) return undefined;
  const end = at + match[0].length;
  return { name: match[2].toLowerCase(), closing: match[1] === '/', selfClosing: html.startsWith('/>', end - 2), end };
}

/**
 * Where the text goes on after a hidden element that starts at `from`. Raw text that never ends hides the rest, as in
 * a browser; of any other element that never ends only the tag is dropped.
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
