/** How is a fingerprint, 16 hex digits, laid out? */

const VISIBLE_DIGITS = 10;

/** From a hash of what readers see and one of the rest, 16 hex digits each. */
export function joinFingerprint(visible: string, placed: string): string {
  return visible.slice(0, VISIBLE_DIGITS) + placed.slice(VISIBLE_DIGITS);
}

/** The digits that change when a reader would see a change. */
export function visiblePart(fingerprint: string): string {
  return fingerprint.slice(0, VISIBLE_DIGITS);
}
