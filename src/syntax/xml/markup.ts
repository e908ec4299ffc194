/** Which HTML does an element contain that was written as child elements (XHTML, or unescaped HTML)? */
import { VOID_ELEMENTS } from '../html/elements.ts';
import { escapeAttribute, escapeText } from '../html/escape.ts';
import { resolveUrl } from '../url/url.ts';
import type { XmlElement } from './read.ts';

const URL_ATTRIBUTES = new Set(['href', 'src', 'cite', 'longdesc', 'poster', 'background', 'data', 'action', 'usemap']);

/** One element being written: `next` is the index of the next child, `from` the end of the text written so far. */
interface Level {
  readonly element: XmlElement;
  readonly endTag: string;
  readonly base: string | undefined;
  next: number;
  from: number;
}

export interface MarkupOptions {
  /** The text between the elements was escaped once more, so it is HTML too. */
  readonly textIsHtml: boolean;
}

function asItIs(text: string): string {
  return text;
}

/**
 * The content of an element as HTML: without prefixes, with end tags for empty elements, with escaped text.
 *
 * HTML has no `xml:base`; below an element with another base, references are made absolute.
 */
export function innerMarkup(element: XmlElement, { textIsHtml }: MarkupOptions): string {
  const write = textIsHtml ? asItIs : escapeText;
  let html = '';
  const levels: Level[] = [{ element, endTag: '', base: undefined, next: 0, from: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const child = level.element.children[level.next];
    const { text } = level.element;
    if (child === undefined) {
      html += write(text.slice(level.from)) + level.endTag;
      levels.pop();
      continue;
    }
    html += write(text.slice(level.from, child.at));
    level.from = child.at;
    level.next++;
    const name = localName(child.name);
    const base = innerBase(child, level.base);
    html += startTag(name, child.attributes, base);
    if (!VOID_ELEMENTS.has(name)) levels.push({ element: child, endTag: `</${name}>`, base, next: 0, from: 0 });
  }
  return html;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function innerBase(element: XmlElement, outer: string | undefined): string | undefined {
  for (let i = 0; i < element.attributes.length; i += 2) {
    if (element.attributes[i] === 'xml:base') return resolveUrl(element.attributes[i + 1] ?? '', outer) ?? outer;
  }
  return outer;
}

function startTag(name: string, attributes: readonly string[], base: string | undefined): string {
  let tag = `<${name}`;
  for (let i = 0; i < attributes.length; i += 2) {
    const attribute = attributes[i] ?? '';
    const written = attributes[i + 1] ?? '';
    if (attribute === 'xml:base' || attribute === 'xml:lang' || attribute === 'xml:space') continue;
    const value =
      base !== undefined && URL_ATTRIBUTES.has(attribute) ? (resolveUrl(written, base) ?? written) : written;
    tag += ` ${localName(attribute)}="${escapeAttribute(value)}"`;
  }
  return `${tag}>`;
}
