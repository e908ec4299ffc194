/** How are entries of an archive dated that have no dates? */
import { millisecondsInHour } from 'date-fns/constants';

/**
 * How long before the first sighting an undated entry is dated, in ms: a little more for each place down the document, to
 * keep its order. In an archive, an hour more for each place after the first `archiveFrom`, so that it does not fill the top
 * of its category.
 */
export function undatedOffset(place: number, archiveFrom: number | undefined): number {
  if (archiveFrom === undefined || place < archiveFrom) return place;
  return place + (place - archiveFrom + 1) * millisecondsInHour;
}
