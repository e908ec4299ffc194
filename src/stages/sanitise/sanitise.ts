/** What of a stranger's HTML may readers be shown? */
import { Tokenizer } from 'htmlparser2';
import type { Markup } from '../../model/feed.ts';
import type { HtmlSettings } from '../../model/settings.ts';
import type { Surroundings } from './attribute-rules.ts';
import { tokenReader } from './tokens.ts';
import { htmlWriter } from './writer.ts';

export interface Sanitised {
  readonly html: string;
  /** Absolute addresses of the pictures in it, in order. */
  readonly images: readonly string[];
  /** Absolute addresses that it links to, in order. */
  readonly links: readonly string[];
}

/**
 * HTML that is safe to show on any page: elements, attributes and CSS by allow-list; links http, https and mailto only;
 * every URL absolute; tracking pixels gone; lazy pictures in their place. Well-formed, as HTML and as XML, and stable:
 * doing it twice changes nothing. Text stays as it is, but for references, which become the characters they stand for.
 *
 * Everything is written anew, escaped, from a fixed list of names; nothing is copied because it looked harmless. No
 * element is ever written whose content a browser reads by other rules than HTML's (raw text, SVG, MathML, templates),
 * so a browser cannot understand the result differently from us. One pass, in time proportional to the input.
 */
export function sanitiseHtml(markup: Markup, policy: HtmlSettings): string {
  return sanitise(markup, policy).html;
}

/** The same, with the addresses met on the way. */
export function sanitise(markup: Markup, policy: HtmlSettings): Sanitised {
  const source = withoutCdataMarks(markup.html);
  const surroundings: Surroundings = { baseUrl: markup.baseUrl, policy, links: [], images: [] };
  const writer = htmlWriter(surroundings, source.length);
  // `<script/>` is empty, as an author who writes XML means it; what follows is judged like everything else.
  const options = { decodeEntities: false, recognizeSelfClosing: true };
  const tokenizer = new Tokenizer(options, tokenReader(source, writer));
  tokenizer.write(source);
  tokenizer.end();
  return { html: writer.finish(), images: surroundings.images, links: surroundings.links };
}

const CDATA_START = /^\s*<!\[CDATA\[/;
const CDATA = /^\s*<!\[CDATA\[([\s\S]*?)(?:\]\]>)?\s*$/;

/** Content that was wrapped twice still has its marks. */
function withoutCdataMarks(html: string): string {
  return CDATA_START.test(html) ? (CDATA.exec(html)?.[1] ?? html) : html;
}
