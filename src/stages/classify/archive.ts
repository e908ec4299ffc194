/** How old are the entries of an archive that gives no dates? */

const HOUR_MS = 3_600_000;

/**
 * How long before it was first seen an undated entry is dated, in ms: a little for each place down the document, so that
 * its order is kept; and in an archive an hour more for each place beyond the first `archiveFrom`, so that it does not own
 * the top of its category.
 */
export function undatedOffset(place: number, archiveFrom: number | undefined): number {
  if (archiveFrom === undefined || place < archiveFrom) return place;
  return place + (place - archiveFrom + 1) * HOUR_MS;
}
