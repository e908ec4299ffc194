/** Which of the entries found are read? */
import type { XmlElement } from '../../syntax/xml.ts';
import type { CanonicalItem } from './canonical.ts';
import type { ReadContext } from './context.ts';
import type { Place } from './elements.ts';
import { readEntry } from './entry.ts';

/** The first ones up to the limit, without one that the end of the document cut off. */
export function readItems(found: readonly XmlElement[], place: Place, context: ReadContext): readonly CanonicalItem[] {
  const { limits, issues } = context;
  const whole = found.filter(({ closed }) => closed);
  if (whole.length > limits.maxEntries) {
    issues.note('too-many-entries', `Only the first ${limits.maxEntries} of ${whole.length} entries were read.`);
  }
  return whole.slice(0, limits.maxEntries).map((item) => readEntry(item, place, context));
}
