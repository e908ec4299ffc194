/** Which part of a source's HTML may be shown to readers? */
import { Tokenizer } from 'htmlparser2';
import type { Markup } from '../../model/feed.ts';
import type { HtmlSettings } from '../../model/settings.ts';
import type { Surroundings } from './attribute-rules.ts';
import { tokenReader } from './tokens.ts';
import { htmlWriter } from './writer.ts';

export interface Sanitised {
  readonly html: string;
  /** Absolute addresses of its images, in order. */
  readonly images: readonly string[];
  /** Absolute addresses of its links, in order. */
  readonly links: readonly string[];
}

/**
 * HTML that is safe on any page: elements, attributes and CSS by allow-list; only http, https and mailto links; all URLs
 * absolute; tracking pixels removed; lazy images restored. Well-formed as HTML and as XML, and stable: sanitising twice
 * changes nothing. Text stays the same, except that references become the characters they stand for.
 *
 * The output is written from a fixed list of names, with everything escaped; nothing is copied because it looks harmless.
 * Elements whose content a browser parses by other rules (raw text, SVG, MathML, templates) are never written, so a
 * browser understands the result as we do. One pass, linear in the length of the input.
 */
export function sanitiseHtml(markup: Markup, policy: HtmlSettings): string {
  return sanitise(markup, policy).html;
}

/** The same, with the addresses of its images and links. */
export function sanitise(markup: Markup, policy: HtmlSettings): Sanitised {
  const source = withoutCdataMarks(markup.html);
  const surroundings: Surroundings = {
    baseUrl: markup.baseUrl,
    pageUrl: markup.pageUrl,
    policy,
    links: [],
    images: [],
  };
  const writer = htmlWriter(surroundings, source.length);
  // `<script/>` is empty, as in XML; the content after it is sanitised like any other.
  const options = { decodeEntities: false, recognizeSelfClosing: true };
  const tokenizer = new Tokenizer(options, tokenReader(source, writer));
  tokenizer.write(source);
  tokenizer.end();
  return { html: writer.finish(), images: surroundings.images, links: surroundings.links };
}

const CDATA_START = /^\s*<!\[CDATA\[/;
const CDATA = /^\s*<!\[CDATA\[([\s\S]*?)(?:\]\]>)?\s*$/;

/** Content that was wrapped in CDATA twice still has the marks. */
function withoutCdataMarks(html: string): string {
  return CDATA_START.test(html) ? (CDATA.exec(html)?.[1] ?? html) : html;
}
