/** `feedmill/charset`: which text do the bytes of a document contain, even if its labels are wrong? */
import { decodeBytes } from '../syntax/charset/decode.ts';

export interface DecodedText {
  /** Without byte order mark. */
  readonly text: string;
  /** Name of the charset that was used: `utf-8`, `gb18030`, `windows-1252`. */
  readonly charset: string;
  /** Oddities, a sentence each: a wrong label, sequences that could not be decoded. */
  readonly issues: readonly string[];
}

export interface DecodeOptions {
  /** The `Content-Type` header, as received. */
  readonly contentType?: string;
}

/**
 * By byte order mark, HTTP charset, XML declaration or meta element, and statistics, with the labels of the Encoding Standard. A
 * label that contradicts the bytes is not followed. Never fails: what cannot be decoded becomes U+FFFD.
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): DecodedText {
  const { text, charset, issues } = decodeBytes(bytes, options.contentType);
  return { text, charset, issues: issues.map(({ message }) => message) };
}
