/** Is the content of an element text, escaped HTML, or HTML as elements, and what is it in each form? */
import { isUtf8 } from 'node:buffer';
import type { Markup } from '../../model/feed.ts';
import { escapeAttribute } from '../../syntax/html/escape.ts';
import { isHtml } from '../../syntax/html/detect.ts';
import { textToHtml } from '../../syntax/html/from-text.ts';
import { namedTagsAsText } from '../../syntax/html/named-tags.ts';
import { htmlToText } from '../../syntax/html/text.ts';
import { decodeReferences } from '../../syntax/xml/entities.ts';
import { innerMarkup } from '../../syntax/xml/markup.ts';
import type { XmlElement } from '../../syntax/xml/read.ts';
import type { ReadContext } from './context.ts';
import { attribute, baseOf } from './elements.ts';

/**
 * `guess`: RSS never says which. `maybe-text`: Atom and Media RSS without a type mean text, unless it clearly is not.
 * `html-elements`: declared as HTML, written as elements, with text escaped once more inside.
 */
type Form = 'text' | 'html' | 'elements' | 'html-elements' | 'guess' | 'maybe-text' | 'base64' | 'media';

function formOf(element: XmlElement): Form {
  const atom = element.name.startsWith('atom:');
  if (element.children.length > 0) return atom && isDeclaredHtml(element) ? 'html-elements' : 'elements';
  if (element.attributes.length === 0) return defaultForm(element.name);
  const mode = attribute(element, 'mode');
  if (mode === 'base64') return 'base64';
  if (!atom && !MEDIA_TEXTS.has(element.name)) return defaultForm(element.name);
  const type = attribute(element, 'type')?.split(';', 1)[0]?.trim().toLowerCase();
  return type === undefined || type === '' ? (mode === 'escaped' ? 'guess' : 'maybe-text') : formOfType(type);
}

function isDeclaredHtml(element: XmlElement): boolean {
  const type = attribute(element, 'type')?.trim().toLowerCase();
  return type === 'html' || type === 'text/html';
}

/** `plain`, which is the default, or `html` (Media RSS 1.5.1, <media:title>). */
const MEDIA_TEXTS: ReadonlySet<string> = new Set(['media:title', 'media:description']);

function defaultForm(name: string): Form {
  if (name === 'content:encoded') return 'html';
  return name.startsWith('atom:') || MEDIA_TEXTS.has(name) ? 'maybe-text' : 'guess';
}

/** RFC 4287 §3.1.1 and §4.1.3.3; Atom 0.3 has media types instead of the three words. */
function formOfType(type: string): Form {
  if (type === 'text' || type === 'text/plain') return 'text';
  // The value of Media RSS; often the content is HTML nevertheless.
  if (type === 'plain') return 'maybe-text';
  if (type === 'html' || type === 'text/html') return 'html';
  if (type === 'xhtml' || type.endsWith('+xml') || type.endsWith('/xml')) return 'guess';
  if (type.startsWith('text/')) return 'text';
  return type.includes('/') ? 'media' : 'guess';
}

/** End tags and similar: they show that content without a type is HTML. */
const PLAINLY_HTML =
  /<\/(?:p|a|b|i|em|strong|div|span|ul|ol|li|h[1-6]|blockquote|pre|code|table|figure)>|<(?:br|img|hr)[\s/>]/i;

/** The last HTML alternative, else the last of several types (Atom 0.3 §4.13.1, RFC 2046 §5.1.4). */
function alternativeOf(element: XmlElement): XmlElement | undefined {
  if (element.children.length === 0) return undefined;
  if (attribute(element, 'type')?.trim().toLowerCase() !== 'multipart/alternative') return undefined;
  const contents = element.children.filter(({ name }) => name === 'atom:content');
  return contents.findLast((content) => /html/i.test(attribute(content, 'type') ?? '')) ?? contents.at(-1);
}

/** The construct as HTML; undefined if it has no visible content. */
export function markupOf(element: XmlElement, outerBase: string | undefined, context: ReadContext): Markup | undefined {
  const alternative = alternativeOf(element);
  if (alternative !== undefined) return markupOf(alternative, baseOf(element, outerBase), context);
  const form = formOf(element);
  if (form === 'elements' || form === 'html-elements') {
    return elementsMarkup(element, form === 'html-elements', outerBase, context);
  }
  const text = limited(element.text.trim(), context);
  if (text === '') return undefined;
  const html = form === 'media' ? mediaHtml(text, attribute(element, 'type')) : asHtml(text, form);
  if (html === '') return undefined;
  const baseUrl = baseOf(element, outerBase);
  return baseUrl === undefined ? { html } : { html, baseUrl };
}

function asHtml(text: string, form: Form): string {
  switch (form) {
    case 'html':
    case 'elements':
    case 'html-elements':
      return tidyHtml(unescapedOnce(text));
    case 'text':
      return textToHtml(text);
    case 'maybe-text':
      return PLAINLY_HTML.test(text) ? tidyHtml(text) : textToHtml(text);
    case 'guess':
      return guessedHtml(text);
    case 'base64':
    case 'media':
      return guessedHtml(fromBase64(text) ?? text);
  }
}

function guessedHtml(text: string): string {
  const html = unescapedOnce(text);
  return isHtml(html) ? tidyHtml(html) : textToHtml(html);
}

/** Begins and ends with an escaped tag, as a whole text that was escaped once too often does. */
const ESCAPED_WHOLE = /^&(?:lt|#0*60|#x0*3c);[a-z!][\s\S]*&(?:gt|#0*62|#x0*3e);$/i;

/** HTML that was escaped twice: the text has no tag of its own, and escaped tags from its start to its end. */
function unescapedOnce(text: string): string {
  if (!text.startsWith('&') || text.includes('<')) return text;
  const trimmed = text.trim();
  if (!ESCAPED_WHOLE.test(trimmed)) return text;
  const html = decodeReferences(trimmed);
  return PLAINLY_HTML.test(html) ? html : text;
}

/** HTML in which tags that the author mentions, and does not use, become text. */
export function tidyHtml(html: string): string {
  return withoutBogusComments(namedTagsAsText(html, 'prose'));
}

/** `<!` that is not followed by a keyword of HTML would hide everything up to the next bracket. */
function withoutBogusComments(html: string): string {
  return html.includes('<!') ? html.replace(/<!(?!--|doctype\b|\[)/gi, '&lt;!') : html;
}

/**
 * Content with another media type (RFC 4287 §4.1.3.3): an image becomes an `img`, base64 of text is decoded, others
 * are dropped.
 */
function mediaHtml(text: string, type: string | undefined): string {
  const mime = type?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const packed = text.replace(/\s+/g, '');
  if (mime.startsWith('image/') && BASE64.test(packed))
    return `<img src="data:${escapeAttribute(mime)};base64,${packed}"/>`;
  const decoded = fromBase64(text);
  if (decoded !== undefined) return guessedHtml(decoded);
  return BASE64.test(packed) && packed.length >= LEAST_PACKED ? '' : guessedHtml(text);
}

const BASE64 = /^[\w+/-]+={0,2}$/;
/** Shorter texts of only letters may be words. */
const LEAST_PACKED = 12;

/** Undefined if it is not base64, or does not contain text. */
function fromBase64(text: string): string | undefined {
  const packed = text.replace(/\s+/g, '');
  if (packed.length % 4 !== 0 || !/^[\w+/-]*={0,2}$/.test(packed)) return undefined;
  const bytes = Buffer.from(packed, 'base64');
  if (!isUtf8(bytes)) return undefined;
  const decoded = bytes.toString('utf8').trim();
  return /[\0-\x08\x0e-\x1f]/.test(decoded) ? undefined : decoded;
}

function elementsMarkup(
  element: XmlElement,
  textIsHtml: boolean,
  outerBase: string | undefined,
  context: ReadContext,
): Markup | undefined {
  const inner = wrapper(element);
  const html = limited(innerMarkup(inner ?? element, { textIsHtml }).trim(), context);
  if (html === '') return undefined;
  const base = baseOf(element, outerBase);
  const baseUrl = inner === undefined ? base : baseOf(inner, base);
  return baseUrl === undefined ? { html } : { html, baseUrl };
}

/** The `div` around XHTML is not part of the content (RFC 4287 §3.1.1.3). */
function wrapper(element: XmlElement): XmlElement | undefined {
  const [first, second] = element.children;
  if (first === undefined || second !== undefined || element.text.trim() !== '') return undefined;
  const isDiv = first.name === 'xhtml:div' || first.name === 'xhtml:body' || first.name === 'atom:div';
  return isDiv ? first : undefined;
}

/** The construct as one line of plain text; undefined if it is empty. */
export function plainTextOf(element: XmlElement, context: ReadContext): string | undefined {
  const form = formOf(element);
  const text = asPlain(element, form);
  const line = tidyLine(limited(text, context));
  return line === '' ? undefined : line;
}

function asPlain(element: XmlElement, form: Form): string {
  const { text } = element;
  switch (form) {
    case 'html':
      return titleText(text);
    case 'elements':
    case 'html-elements':
      return htmlToText(innerMarkup(element, { textIsHtml: form === 'html-elements' }));
    case 'guess':
      return guessedPlain(text);
    case 'maybe-text':
      return PLAINLY_HTML.test(text) ? titleText(text) : text;
    case 'base64':
    case 'media':
      return guessedPlain(fromBase64(text) ?? text);
    case 'text':
      return text;
  }
}

function guessedPlain(text: string): string {
  return isHtml(text) ? titleText(text) : text;
}

/** HTML as one line; tags that a title names instead of using stay in it (`The <dl> element`). */
function titleText(html: string): string {
  return htmlToText(namedTagsAsText(html, 'line'));
}

const UNTIDY = /[^\S ]|[\0-\x1f\x7f-\x9f\ufeff\ufffe\uffff]|^ | $| {2}/;

/** Collapses white space and removes control characters. */
export function tidyLine(text: string): string {
  if (!UNTIDY.test(text)) return text;
  return text
    .replace(/[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]+/g, '')
    .replace(/[\s\x85]+/g, ' ')
    .trim();
}

/** For names, dates and addresses: plain text, in which references may be escaped twice. */
export function valueOf(element: XmlElement): string | undefined {
  const value = tidyLine(element.text);
  return value === '' ? undefined : value;
}

function limited(text: string, { limits, issues }: ReadContext): string {
  if (text.length <= limits.maxTextLength) return text;
  issues.note('text-too-long', `A text was cut after ${limits.maxTextLength} characters.`);
  return text.slice(0, limits.maxTextLength);
}
