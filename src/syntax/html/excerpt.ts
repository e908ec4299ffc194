/** What is the beginning of an HTML text, as plain text? */
import { htmlToText } from './text.ts';

/** Where a Latin sentence may be cut; Chinese text may be cut anywhere. */
const SPACE_NEAR_END = /^([\s\S]{0,}?)\s\S{0,24}$/u;
const SCRIPT_WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Full-width punctuation includes its own space, so none is needed after it where two paragraphs become one line. */
const SPACE_BEHIND_WIDE_PUNCTUATION = /(?<=[、。，．！？：；」』】》）〉〕]) /gu;

/**
 * The beginning of an HTML text.
 *
 * @param maxWidth  in columns: a Chinese, Japanese or Korean character takes two
 * @returns         plain text, with an ellipsis if something was left out
 */
export function excerpt(html: string, maxWidth: number): string {
  // Markup is rarely more than a few times as long as its text, so a long article need not be read as a whole.
  const head = html.length <= maxWidth * 8 ? html : html.slice(0, maxWidth * 8).replace(/[<&][^<>&;]*$/u, '');
  const text = lineOf(head);
  if (head === html) return clip(text, maxWidth);
  const shown = clip(text, maxWidth);
  return shown === text ? clip(lineOf(html), maxWidth) : shown;
}

function lineOf(html: string): string {
  return htmlToText(html).replace(SPACE_BEHIND_WIDE_PUNCTUATION, '');
}

/** Cuts plain text to a width; see `excerpt`. */
export function clip(text: string, maxWidth: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += isWide(character) ? 2 : 1;
    if (width > maxWidth) return `${atWordEnd(text.slice(0, end), text.slice(end))}…`;
    end += character.length;
  }
  return text;
}

function atWordEnd(head: string, rest: string): string {
  const [next = ''] = rest;
  if (/\s/u.test(next) || SCRIPT_WITHOUT_SPACES.test(next)) return head.trimEnd();
  return (SPACE_NEAR_END.exec(head)?.[1] ?? head).trimEnd();
}

function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    code >= 0x1f300
  );
}
