/** Is a text HTML, or plain text that has to be escaped before it can be shown as HTML? */
import { KNOWN_ELEMENTS } from './elements.ts';
import { decodeHTMLStrict } from 'entities';

/** A complete tag. Each attempt ends at the next angle bracket, so the whole search is linear. */
const TAG = /<\/?([a-z][a-z0-9]*)(?=[\s/>])[^<>]*>/gi;
const COMMENT = /<!--|<!doctype\s|<!\[CDATA\[/i;
const REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi;

/**
 * Text is HTML if it contains a complete tag of a known HTML element, a comment, or a character reference that HTML
 * defines (`&nbsp;`, `&#8220;`). `a < b`, `<y>`, `<http://example.org>`, `AT&T` and `R&D;` are plain text.
 */
export function isHtml(text: string): boolean {
  if (text.includes('<')) {
    if (COMMENT.test(text)) return true;
    for (const [, name] of text.matchAll(TAG)) {
      if (name !== undefined && KNOWN_ELEMENTS.has(name.toLowerCase())) return true;
    }
  }
  if (!text.includes('&')) return false;
  for (const [reference] of text.matchAll(REFERENCE)) {
    if (decodeHTMLStrict(reference) !== reference) return true;
  }
  return false;
}
