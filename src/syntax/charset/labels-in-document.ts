/** Which charset do the labels, escape sequences and first bytes of a document name? */
import { decodeAs } from './decoders.ts';
import { charsetOfLabel } from './labels.ts';

/** A charset label, and where it was found. */
export interface Claim {
  readonly by: 'HTTP' | 'XML declaration' | 'meta element';
  readonly label: string;
  /** Absent if the label is unknown. */
  readonly charset: string | undefined;
}

const HEAD_BYTES = 1024;
/** In an HTML page the label may come later. */
const PAGE_HEAD_BYTES = 4096;
/** A declaration after this point belongs to the text of an entry. Before it, warnings of a server may stand. */
const FEED_START = /<(?:[\w-]+:)?(?:rss|rdf|feed|channel|item|entry)[\s>]/i;

/** All labels, strongest first. */
export function claimsOf(bytes: Buffer, contentType: string | undefined): readonly Claim[] {
  const claims: Claim[] = [];
  const add = (by: Claim['by'], label: string | undefined) => {
    if (label !== undefined) claims.push({ by, label, charset: charsetOfLabel(label) });
  };
  add('HTTP', contentType === undefined ? undefined : /charset\s*=\s*["']?\s*([^\s"';,]+)/i.exec(contentType)?.[1]);
  let head = bytes.toString('latin1', 0, HEAD_BYTES);
  if (head.startsWith('Lo§\x94')) head = decodeAs(bytes.subarray(0, HEAD_BYTES), 'cp037').text;
  // A charset label in a JSON document is part of the text of an entry.
  if (/^\s*\{/.test(head)) return claims;
  head = beforeFeed(head);
  const declaration = /<\?xml\b[^>]*?\bencoding\s*=\s*["']?\s*([^\s"'?>]+)/i.exec(head);
  if (declaration !== null) add('XML declaration', declaration[1]);
  else if (/<html|<!doctype html/i.test(head)) {
    add(
      'meta element',
      /<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(
        beforeFeed(bytes.toString('latin1', 0, PAGE_HEAD_BYTES)),
      )?.[1],
    );
  }
  return claims;
}

function beforeFeed(head: string): string {
  const start = head.search(FEED_START);
  return start === -1 ? head : head.slice(0, start);
}

export interface UnicodeForm {
  readonly charset: string;
  readonly markLength: number;
}

/** Recognises UTF-16 and UTF-32 by their mark, or by zero bytes around the first `<` or `{`. */
export function unicodeByPattern(bytes: Buffer): UnicodeForm | undefined {
  const [a = 1, b = 1, c = 1, d = 1] = bytes;
  const marked = (charset: string, markLength: number) => ({ charset, markLength });
  if (a === 0xff && b === 0xfe) {
    if (c === 0 && d === 0) return marked('utf-32le', 4);
    return hasZeros(bytes) ? marked('utf-16le', 2) : undefined;
  }
  if (a === 0xfe && b === 0xff) return hasZeros(bytes) ? marked('utf-16be', 2) : undefined;
  if (a !== 0 && b !== 0) return undefined;
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return marked('utf-32be', 4);
  if (a === 0 && b === 0 && c === 0 && d !== 0) return marked('utf-32be', 0);
  if (a !== 0 && b === 0 && c === 0 && d === 0) return marked('utf-32le', 0);
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return marked('utf-16be', 0);
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return marked('utf-16le', 0);
  return undefined;
}

/** A UTF-16 mark before a document without any zero byte is a mistake: markup is ASCII. */
function hasZeros(bytes: Buffer): boolean {
  return bytes.length < 8 || bytes.subarray(0, 4096).includes(0);
}

/** Charsets that switch by escape sequences and use no byte above 7F. */
export const SEVEN_BIT: ReadonlySet<string> = new Set(['iso-2022-jp', 'iso-2022-kr', 'hz-gb-2312', 'utf-7']);

/** The seven-bit charset shown by escape sequences, or declared. */
export function sevenBitCharset(bytes: Buffer, contentType: string | undefined): string | undefined {
  if (bytes.includes(0x1b)) {
    if (bytes.includes('\x1b$B') || bytes.includes('\x1b$@')) return 'iso-2022-jp';
    if (bytes.includes('\x1b$)C')) return 'iso-2022-kr';
  }
  if (!bytes.includes('~{') && !bytes.includes('+')) return undefined;
  return claimsOf(bytes, contentType).find(({ charset }) => charset === 'hz-gb-2312' || charset === 'utf-7')?.charset;
}

/**
 * A few bytes of a declared East Asian charset may also be valid UTF-8. The declared charset is used if there are only
 * two-byte sequences, at most a handful of them, and each is a character of that charset.
 */
export function shadowClaim(bytes: Buffer, contentType: string | undefined): string | undefined {
  const claim = claimsOf(bytes, contentType).find(({ charset }) => charset !== undefined);
  if (claim?.charset === undefined || !EAST_ASIAN.has(claim.charset)) return undefined;
  let high = 0;
  for (const byte of bytes) {
    if (byte < 0x80) continue;
    if (byte >= 0xe0 || ++high > 8) return undefined;
  }
  return decodeAs(bytes, claim.charset).undecodable === 0 ? claim.charset : undefined;
}

const EAST_ASIAN: ReadonlySet<string> = new Set(['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr']);
