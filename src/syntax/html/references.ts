/** Which characters do references in text for people stand for? */
import { decodeHTMLStrict } from 'entities';

const PAIR = /&#(5[5-7]\d{3}|[xX][dD][89abAB][\da-fA-F]{2});&#(5[67]\d{3}|[xX][dD][c-fC-F][\da-fA-F]{2});/g;

/**
 * HTML with pairs of references to surrogates (`&#55357;&#56832;`) as the character that both form; other references
 * stay.
 */
export function joinSurrogateReferences(html: string): string {
  if (!html.includes('&#')) return html;
  return html.replace(PAIR, (pair, high: string, low: string) => {
    const [first, second] = [codeUnitOf(high), codeUnitOf(low)];
    const isPair = first >= 0xd800 && first <= 0xdbff && second >= 0xdc00 && second <= 0xdfff;
    return isPair ? String.fromCharCode(first, second) : pair;
  });
}

function codeUnitOf(digits: string): number {
  return /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
}

/** Plain text in which terminated references of HTML are replaced by their characters. */
export function decodeTerminatedReferences(text: string): string {
  return decodeHTMLStrict(joinSurrogateReferences(text));
}
