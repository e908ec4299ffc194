/** Which text do the bytes of a document hold, whatever its labels say? */
import { isAscii, isUtf8, transcode } from 'node:buffer';
import type { ParseIssue } from '../model/feed.ts';
import { decodeAs } from './charset-decoders.ts';
import { charsetOfLabel } from './charset-labels.ts';
import { isSuspicious, repairMojibake } from './charset-mojibake.ts';
import { guessCharset, isPlausible } from './charset-statistics.ts';

export interface DecodedDocument {
  /** Without byte order mark. */
  readonly text: string;
  /** Name of the charset that was used, `utf-8`, `gb18030`, `windows-1252`. */
  readonly charset: string;
  readonly issues: readonly ParseIssue[];
}

/** A label, and who gave it. */
interface Claim {
  readonly by: 'HTTP' | 'XML declaration' | 'meta element';
  readonly label: string;
  /** Absent when nobody knows the label. */
  readonly charset: string | undefined;
}

/**
 * Decodes a document: byte order mark, then HTTP charset, then XML declaration (or an HTML page's meta element), then
 * statistics. A claim that the bytes contradict gives way: valid multi-byte UTF-8 is UTF-8 whatever it is called
 * (RFC 7303 §3.2 asks to trust HTTP; the wild does not allow it), and a charset under which the bytes are no text
 * is not believed. Never fails; what cannot be decoded is U+FFFD and an issue.
 *
 * @param contentType  the HTTP header, as sent
 */
export function decodeBytes(bytes: Uint8Array, contentType: string | undefined): DecodedDocument {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unicode = unicodeByPattern(buffer);
  if (unicode !== undefined) return decodeUnicode(buffer, unicode);
  const start = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  const body = start === 0 ? buffer : buffer.subarray(start);
  if (isUtf8(body)) return decodeValidUtf8(body, contentType);
  return decodeOther(body, contentType, start > 0);
}

/**
 * Whether the document is UTF-8 beyond doubt and nothing in it wants repair: then each piece of it, cut anywhere between
 * tags, decodes alone to what it is within the whole.
 */
export function decodesPiecewise(bytes: Uint8Array, contentType: string | undefined): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isUtf8(buffer) || unicodeByPattern(buffer) !== undefined) return false;
  // Seven bits and few bytes can be other things under another label.
  for (const { charset = 'utf-8' } of claimsOf(buffer, contentType)) {
    if (charset !== 'utf-8' && !/^windows-|^iso-8859-/.test(charset)) return false;
  }
  return !buffer.includes(0x1b) && !isSuspicious(buffer);
}

/** UTF-16 and UTF-32 show themselves by their mark, or by the zeros around the first `<` or `{`. */
function unicodeByPattern(bytes: Buffer): { readonly charset: string; readonly markLength: number } | undefined {
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

/** A mark of UTF-16 in front of a document without one zero byte is a mistake; markup is ASCII. */
function hasZeros(bytes: Buffer): boolean {
  return bytes.length < 8 || bytes.subarray(0, 4096).includes(0);
}

function decodeUnicode(bytes: Buffer, found: { readonly charset: string; readonly markLength: number }) {
  const { text, undecodable } = decodeAs(bytes.subarray(found.markLength), found.charset);
  return { text: withoutMark(text), charset: found.charset, issues: undecodableIssues(found.charset, undecodable) };
}

function withoutMark(text: string): string {
  let start = 0;
  while (text.charCodeAt(start) === 0xfeff) start++;
  return start === 0 ? text : text.slice(start);
}

function decodeValidUtf8(bytes: Buffer, contentType: string | undefined): DecodedDocument {
  if (isAscii(bytes)) return decodeSevenBit(bytes, contentType);
  const claim = shadowClaim(bytes, contentType);
  if (claim !== undefined) {
    const message = `the bytes are valid UTF-8 as well, but ${claim} was declared`;
    return finish(bytes, claim, [{ code: 'charset-ambiguous', message }]);
  }
  // Measured: twice to five times as fast as TextDecoder, for a string of the same kind.
  const text = transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
  const repaired = repairMojibake(bytes, withoutMark(text));
  return {
    text: repaired.text,
    charset: 'utf-8',
    issues: repaired.count === 0 ? [] : [repairedIssue(repaired.count)],
  };
}

/**
 * A few bytes of a declared East Asian charset may happen to be valid UTF-8. Two-byte sequences alone, fewer than a
 * handful, and every one of them a character of the declared charset: then the claim is believed.
 */
function shadowClaim(bytes: Buffer, contentType: string | undefined): string | undefined {
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

/** ASCII, unless it is one of the charsets that hide in seven bits. */
function decodeSevenBit(bytes: Buffer, contentType: string | undefined): DecodedDocument {
  const charset = sevenBitCharset(bytes, contentType);
  if (charset !== undefined) return finish(bytes, charset, []);
  return { text: bytes.toString('latin1'), charset: 'utf-8', issues: [] };
}

/** Charsets that switch by escape sequences and never have a high byte. */
const SEVEN_BIT: ReadonlySet<string> = new Set(['iso-2022-jp', 'iso-2022-kr', 'hz-gb-2312', 'utf-7']);

function sevenBitCharset(bytes: Buffer, contentType: string | undefined): string | undefined {
  if (bytes.includes(0x1b)) {
    if (bytes.includes('\x1b$B') || bytes.includes('\x1b$@')) return 'iso-2022-jp';
    if (bytes.includes('\x1b$)C')) return 'iso-2022-kr';
  }
  if (!bytes.includes('~{') && !bytes.includes('+')) return undefined;
  return claimsOf(bytes, contentType).find(({ charset }) => charset === 'hz-gb-2312' || charset === 'utf-7')?.charset;
}

/** Everything that is not valid UTF-8 from end to end. */
function decodeOther(bytes: Buffer, contentType: string | undefined, marked: boolean): DecodedDocument {
  const ebcdic = bytes[0] === 0x4c && bytes[1] === 0x6f && bytes[2] === 0xa7 && bytes[3] === 0x94;
  const claims = claimsOf(bytes, contentType);
  const issues: ParseIssue[] = [];
  for (const { label, by, charset } of claims) {
    if (charset === undefined) {
      issues.push({ code: 'charset-unknown', message: `${by} names a charset nobody knows: ${label.slice(0, 40)}` });
    }
  }
  if (ebcdic) {
    const declared = claims.find(({ charset }) => charset?.startsWith('cp'))?.charset;
    return finish(bytes, declared ?? 'cp037', issues);
  }
  const escaped = sevenBitCharset(bytes, contentType);
  if (escaped !== undefined && claims.some(({ charset }) => charset === escaped)) return finish(bytes, escaped, issues);
  const usable = claims.filter(
    ({ charset }) =>
      charset !== undefined && !SEVEN_BIT.has(charset) && !/^utf-|^cp(?:037|273|424|500|875|1026|1140)$/.test(charset),
  );
  const claimsUtf8 = usable.length === 0 || claims.some(({ charset }) => charset === 'utf-8');
  if (isMostlyUtf8(bytes, marked ? 1 : claimsUtf8 ? 4 : 20)) return decodeBrokenUtf8(bytes, issues);
  const chosen = choose(bytes, usable);
  const claimed = claims.find(({ charset }) => charset !== undefined);
  if (claimed === undefined) {
    issues.push({ code: 'charset-guessed', message: `no usable charset declared; read as ${chosen}` });
  } else if (claimed.charset !== chosen) {
    issues.push({
      code: 'charset-mislabelled',
      message: `${claimed.by} says ${claimed.label.slice(0, 40)}, the bytes are ${chosen}`,
    });
  }
  return finish(bytes, chosen, issues);
}

function finish(bytes: Buffer, charset: string, issues: readonly ParseIssue[]): DecodedDocument {
  const { text, undecodable } = decodeAs(bytes, charset);
  return { text: withoutMark(text), charset, issues: [...issues, ...undecodableIssues(charset, undecodable)] };
}

function undecodableIssues(charset: string, undecodable: number): readonly ParseIssue[] {
  if (undecodable === 0) return [];
  const message = `${undecodable} byte sequences are not ${charset}; each is now U+FFFD`;
  return [{ code: 'charset-undecodable', message }];
}

function repairedIssue(count: number): ParseIssue {
  return { code: 'charset-repaired', message: `${count} characters were encoded twice and have been repaired` };
}

const HEAD_BYTES = 1024;

/** What the labels say, strongest first. */
function claimsOf(bytes: Buffer, contentType: string | undefined): readonly Claim[] {
  const claims: Claim[] = [];
  const add = (by: Claim['by'], label: string | undefined) => {
    if (label !== undefined) claims.push({ by, label, charset: charsetOfLabel(label) });
  };
  add('HTTP', contentType === undefined ? undefined : /charset\s*=\s*["']?\s*([^\s"';,]+)/i.exec(contentType)?.[1]);
  let head = bytes.toString('latin1', 0, HEAD_BYTES);
  if (head.startsWith('Lo§\x94')) head = decodeAs(bytes.subarray(0, HEAD_BYTES), 'cp037').text;
  const declaration = /<\?xml\b[^>]*?\bencoding\s*=\s*["']?\s*([^\s"'?>]+)/i.exec(head);
  if (declaration !== null) add('XML declaration', declaration[1]);
  else if (/<html|<!doctype html/i.test(head)) {
    add(
      'meta element',
      /<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(bytes.toString('latin1', 0, 4096))?.[1],
    );
  }
  return claims;
}

/** How many bytes above 7F stand for the whole. */
const RATIO_BYTES = 8192;

/**
 * UTF-8 with some broken places: cut within a character, or a few bytes of another charset pasted in.
 *
 * @param goodForBad  bytes of valid sequences for each bad one, the more the less the labels speak for UTF-8
 */
function isMostlyUtf8(bytes: Buffer, goodForBad: number): boolean {
  let good = 0;
  let bad = 0;
  let high = 0;
  let at = 0;
  while (at < bytes.length && high < RATIO_BYTES) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      at++;
      continue;
    }
    const length = sequenceLength(bytes, at);
    // A sequence that the end of the document cuts off counts for neither side.
    if (length === 0 && at + 3 >= bytes.length && isUtf8Lead(byte)) break;
    if (length === 0) bad++;
    else good += length;
    high += length || 1;
    at += length || 1;
  }
  return good >= goodForBad * bad && (goodForBad < 20 || good >= 12);
}

function isUtf8Lead(byte: number): boolean {
  return byte >= 0xc2 && byte <= 0xf4;
}

/** Bytes of the valid UTF-8 sequence at `at`, 2 to 4; 0 when there is none (Encoding Standard §8.1.1, surrogates excluded). */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (lead < 0xc2 || lead > 0xf4 || second < 0x80 || second > 0xbf) return 0;
  if (lead < 0xe0) return 2;
  if (((bytes[at + 2] ?? 0) & 0xc0) !== 0x80) return 0;
  if (lead < 0xf0) return (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ? 0 : 3;
  if (((bytes[at + 3] ?? 0) & 0xc0) !== 0x80) return 0;
  return (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f) ? 0 : 4;
}

/** Broken places of UTF-8 are most often single bytes of windows-1252 (quotes, dashes): those are read as such. */
function decodeBrokenUtf8(bytes: Buffer, issues: ParseIssue[]): DecodedDocument {
  const pieces: Buffer[] = [];
  let start = 0;
  let mended = 0;
  for (let at = 0; at < bytes.length;) {
    const length = (bytes[at] ?? 0) < 0x80 ? 1 : sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    let end = at + 1;
    while (end < bytes.length && (bytes[end] ?? 0) >= 0x80 && sequenceLength(bytes, end) === 0) end++;
    if (end - at === 1 && !isCutCharacter(bytes, at)) {
      pieces.push(bytes.subarray(start, at), Buffer.from(decodeAs(bytes.subarray(at, end), 'windows-1252').text));
      start = end;
      mended++;
    }
    at = end;
  }
  pieces.push(bytes.subarray(start));
  const whole = Buffer.concat(pieces);
  const { text, undecodable } = decodeAs(whole, 'utf-8');
  const repaired = repairMojibake(whole, withoutMark(text));
  if (mended > 0) {
    issues.push({ code: 'charset-repaired', message: `${mended} bytes of windows-1252 in UTF-8 were read as such` });
  }
  if (repaired.count > 0) issues.push(repairedIssue(repaired.count));
  return { text: repaired.text, charset: 'utf-8', issues: [...issues, ...undecodableIssues('utf-8', undecodable)] };
}

/** The lead byte of a character whose rest is gone: before an ellipsis, a tag or the end, where texts are cut. */
function isCutCharacter(bytes: Buffer, at: number): boolean {
  const next = bytes[at + 1];
  const beforeAscii = (bytes[at - 1] ?? 0) < 0x80;
  return isUtf8Lead(bytes[at] ?? 0) && (!beforeAscii || next === undefined);
}

/** Bits by which the best guess must beat a claim before the claim is set aside, in all and for each high byte. */
const OVERRULE_BITS = 60;
const OVERRULE_BITS_PER_BYTE = 0.6;

function choose(bytes: Buffer, claims: readonly Claim[]): string {
  const [first, second] = claims;
  // Servers say ISO-8859-1 of everything; a document that names another charset for itself knows better.
  const gaveWay = first?.charset === 'windows-1252' && !first.label.includes('1252') && second !== undefined;
  const claimed = gaveWay ? second.charset : first?.charset;
  if (claimed !== undefined && isPlausible(bytes, claimed)) return claimed;
  const { charset, gain, gainPerByte } = guessCharset(bytes, claimed);
  if (claimed === undefined) return charset;
  return gain > OVERRULE_BITS && gainPerByte > OVERRULE_BITS_PER_BYTE ? charset : claimed;
}
