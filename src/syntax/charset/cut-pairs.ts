/** Where does a character of two bytes lose its second byte to the markup after it? */

/** Charsets whose second byte may be `]`. */
export const CUT_PAIRS: ReadonlySet<string> = new Set(['gb18030', 'big5', 'shift_jis']);

const CDATA_END = Buffer.from(']]>');
/** A byte below this is never part of a pair, nor a digit of a character of four bytes (GB 18030). */
const FIRST_IN_PAIRS = 0x30;
const FIRST_LEAD = 0x81;
/** Not a lead byte in any of these charsets: becomes U+FFFD. */
const NO_LEAD = 0xff;

/**
 * Corrects half a character before `]]>`, as in a text that was cut to a number of bytes: the half becomes a byte that
 * is not a character, so that the section still ends.
 */
export function withoutCutPairs(bytes: Buffer): Buffer {
  let mended: Buffer | undefined;
  for (let end = bytes.indexOf(CDATA_END); end > 0; end = bytes.indexOf(CDATA_END, end + CDATA_END.length)) {
    if (!isFirstHalf(bytes, end - 1)) continue;
    mended ??= Buffer.from(bytes);
    mended[end - 1] = NO_LEAD;
  }
  return mended ?? bytes;
}

/** Whether the byte there starts a pair, counted from the last place where a character certainly starts. */
function isFirstHalf(bytes: Buffer, position: number): boolean {
  if ((bytes[position] ?? 0) < FIRST_LEAD) return false;
  let at = position;
  while (at > 0 && (bytes[at - 1] ?? 0) >= FIRST_IN_PAIRS) at -= 1;
  while (at < position) at += (bytes[at] ?? 0) >= FIRST_LEAD ? 2 : 1;
  return at === position;
}
