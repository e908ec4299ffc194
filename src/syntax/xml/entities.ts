/** Which characters do the references in XML text stand for? */
import { decodeHTMLStrict } from 'entities';

const LONGEST_REFERENCE = 33;
const HASH = 35;
const SEMICOLON = 59;
const REPLACEMENT = '\ufffd';

/** windows-1252 at 0x80 to 0x9f, the meaning of `&#150;` (HTML, "numeric character reference end state"). */
const WINDOWS_1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

/** The character of a reference, and the length of the reference with `&` and `;`. */
interface Resolved {
  readonly character: string;
  readonly length: number;
}

/**
 * Text with its references resolved: the five of XML, numeric ones (decimal and hexadecimal), and the names of HTML. A lone
 * `&` and names declared in a DTD stay as they are written.
 */
export function decodeReferences(text: string): string {
  let at = text.indexOf('&');
  if (at < 0) return text;
  let decoded = '';
  let from = 0;
  while (at >= 0) {
    const resolved = common(text, at) ?? other(text, at);
    if (resolved === undefined) {
      at = text.indexOf('&', at + 1);
      continue;
    }
    if (from < at) decoded += text.slice(from, at);
    decoded += resolved.character;
    from = at + resolved.length;
    at = text.indexOf('&', from);
  }
  return from === 0 ? text : decoded + text.slice(from);
}

const LESS: Resolved = { character: '<', length: 4 };
const GREATER: Resolved = { character: '>', length: 4 };
const AMPERSAND: Resolved = { character: '&', length: 5 };
const QUOTE: Resolved = { character: '"', length: 6 };

/** Fast path for the four references that escaped HTML consists of. */
function common(text: string, at: number): Resolved | undefined {
  switch (text.charCodeAt(at + 1)) {
    case 108:
      return text.startsWith('t;', at + 2) ? LESS : undefined;
    case 103:
      return text.startsWith('t;', at + 2) ? GREATER : undefined;
    case 97:
      return text.startsWith('mp;', at + 2) ? AMPERSAND : undefined;
    case 113:
      return text.startsWith('uot;', at + 2) ? QUOTE : undefined;
    default:
      return undefined;
  }
}

function other(text: string, at: number): Resolved | undefined {
  const end = referenceEnd(text, at + 1);
  if (end < 0) return undefined;
  if (text.charCodeAt(at + 1) !== HASH) {
    const character = named(text.slice(at + 1, end));
    return character === undefined ? undefined : { character, length: end + 1 - at };
  }
  const pair = surrogatePair(text, at, end);
  if (pair !== undefined) return pair;
  const character = numeric(text.slice(at + 2, end));
  return character === undefined ? undefined : { character, length: end + 1 - at };
}

/** Two references that are the halves of one character, as written by programs that use UTF-16: `&#55357;&#56832;`. */
function surrogatePair(text: string, at: number, end: number): Resolved | undefined {
  const high = codeOf(text.slice(at + 2, end));
  if (high === undefined || high < 0xd800 || high > 0xdbff || !text.startsWith('&#', end + 1)) return undefined;
  const lowEnd = referenceEnd(text, end + 2);
  const low = lowEnd < 0 ? undefined : codeOf(text.slice(end + 3, lowEnd));
  if (low === undefined || low < 0xdc00 || low > 0xdfff) return undefined;
  return { character: String.fromCharCode(high, low), length: lowEnd + 1 - at };
}

/** The number of a numeric reference; undefined if it is not a number. */
function codeOf(digits: string): number | undefined {
  const hexadecimal = digits.startsWith('x') || digits.startsWith('X');
  const body = hexadecimal ? digits.slice(1) : digits;
  if (!(hexadecimal ? /^[\da-f]+$/i : /^\d+$/).test(body)) return undefined;
  return Number.parseInt(body, hexadecimal ? 16 : 10);
}

/**
 * Position of the `;`, or -1 if there is none within reach, or a character before it that a reference cannot contain.
 */
function referenceEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + LONGEST_REFERENCE);
  for (let i = from; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === SEMICOLON) return i === from ? -1 : i;
    // Letters and digits, and the `#` in front.
    if (!((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === HASH)) {
      return -1;
    }
  }
  return -1;
}

function named(name: string): string | undefined {
  const written = `&${name};`;
  const decoded = decodeHTMLStrict(written);
  if (decoded !== written) return decoded;
  const lower = name.toLowerCase();
  // `&AMP;` and `&NBSP;` occur in documents with upper-case tags.
  return lower === name ? undefined : named(lower);
}

function numeric(digits: string): string | undefined {
  const code = codeOf(digits);
  if (code === undefined) return undefined;
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252.charAt(code - 0x80);
  // Not characters of XML; leaving them in would break the next reader.
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return REPLACEMENT;
  if (code < 0x20 && code !== 9 && code !== 10 && code !== 13) return '';
  return String.fromCodePoint(code);
}
