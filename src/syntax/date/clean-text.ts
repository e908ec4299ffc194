/** How is the text of a date brought into one form before it is parsed? */
import { collapsed } from '../text/white-space.ts';

const DIGIT_BLOCKS: readonly number[] = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50];

/**
 * Lower case, ASCII digits (also for Arabic, Persian, Hindi, Bengali and Thai digits), one kind of dash, no invisible
 * characters, compatibility forms (full-width digits and colons) replaced, single spaces.
 */
export function plainDateText(text: string): string {
  let plain = text.toLowerCase();
  if (/[^\x20-\x7e]/.test(plain)) {
    plain = plain
      .normalize('NFKC')
      .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g, '')
      .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]/g, asciiDigit)
      .replace(/[\u2010-\u2015\u2212\ufe63]/g, '-')
      .replace(/[、،]/g, ',');
  }
  return collapsed(plain.replace(/["“”„«»]/g, ' '));
}

function asciiDigit(digit: string): string {
  const unit = digit.charCodeAt(0);
  const zero = DIGIT_BLOCKS.find((first) => unit >= first && unit < first + 10) ?? unit;
  return String(unit - zero);
}

/** The text without comments in brackets, and the comments; an open bracket closes at the end (RFC 822 §3.4.3). */
export function withoutComments(text: string): { readonly plain: string; readonly comments: readonly string[] } {
  if (!/[([{【]/.test(text)) return { plain: text, comments: [] };
  const comments: string[] = [];
  const plain = text.replace(/[([{【]([^()[\]{}【】]*)(?:[)\]}】]|$)/g, (_all, inner: string) => {
    comments.push(inner.trim());
    return ' ';
  });
  return { plain: collapsed(plain.replace(/[()[\]{}【】]/g, ' ')), comments };
}
