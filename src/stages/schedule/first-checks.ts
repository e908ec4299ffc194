/** How far apart are the first checks of new sources? */

/** A few are checked together; a thousand of them do not all start in the same second. */
const APART_MS = 100;
const ALL_WITHIN_MS = 30_000;

/** @returns ms between the first checks of this number of new sources */
export function firstChecksApartMs(sources: number): number {
  return Math.min(APART_MS, ALL_WITHIN_MS / Math.max(1, sources));
}
