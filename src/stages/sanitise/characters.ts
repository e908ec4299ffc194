/** Which characters can no document hold? */

/** Not allowed in XML, and of no meaning in HTML. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** Surrogates in pairs too: a plain class of code units is tested at a fraction of the cost. */
const SUSPICIOUS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]/;

/** Whether there is certainly nothing to take out. */
export function isClean(text: string): boolean {
  return !SUSPICIOUS.test(text);
}

/** Without control characters; halves of characters become U+FFFD. */
export function clean(text: string): string {
  return isClean(text) ? text : text.replace(CONTROLS, '').replace(LONE_SURROGATE, '\ufffd');
}
