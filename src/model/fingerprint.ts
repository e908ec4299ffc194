/** How is a fingerprint of 16 hex digits composed? */

const VISIBLE_DIGITS = 10;

/** Joins a hash of what readers see with a hash of the rest, 16 hex digits each. */
export function joinFingerprint(visible: string, placed: string): string {
  return visible.slice(0, VISIBLE_DIGITS) + placed.slice(VISIBLE_DIGITS);
}

/** The digits that change if a reader would see a change. */
export function visiblePart(fingerprint: string): string {
  return fingerprint.slice(0, VISIBLE_DIGITS);
}
