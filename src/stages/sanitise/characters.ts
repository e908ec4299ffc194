/** Which characters may a document not contain? */

/** Not allowed in XML, and without meaning in HTML. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** Also matches surrogate pairs: a plain class of code units is much faster to test. */
const SUSPICIOUS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]/;

/** True if there is certainly nothing to remove. */
export function isClean(text: string): boolean {
  return !SUSPICIOUS.test(text);
}

/** Removes control characters; lone surrogates become U+FFFD. */
export function clean(text: string): string {
  return isClean(text) ? text : text.replace(CONTROLS, '').replace(LONE_SURROGATE, '\ufffd');
}
