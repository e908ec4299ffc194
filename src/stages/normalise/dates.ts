/** Which dates of an entry are used? */
import { millisecondsInMinute } from 'date-fns/constants';
import type { Entry } from '../../model/feed.ts';

export interface PostDates {
  readonly publishedAt?: number;
  readonly updatedAt?: number;
  /** A date that the entry states and that is not used. */
  readonly statedAt?: number;
}

/** If at least this many entries, and most of the document, have one time just before the fetch, the fetch set it. */
const FEWEST_STAMPED = 5;
const MOST_OF_DOCUMENT = 0.6;
const STAMPED_WITHIN_MS = 2 * millisecondsInMinute;
const ONE_MOMENT_MS = 10_000;

/**
 * The dates of a document's posts, epoch ms, in document order. A future date is left out: the entry counts as seen now,
 * so that a wrong clock or a planned date cannot stay at the top of a feed. Also left out are the dates of a document in
 * which all entries have the time of the fetch, because they say nothing.
 */
export function postDates(entries: readonly Entry[], now: number): readonly PostDates[] {
  const stamped = stampedMoment(entries, now);
  return entries.map((entry) => {
    const published = entry.published ?? entry.updated;
    const updated = entry.updated;
    const isBelieved = published !== undefined && published <= now && !isAt(stamped, published);
    return {
      ...(published !== undefined && (isBelieved ? { publishedAt: published } : { statedAt: published })),
      ...(updated !== undefined && updated <= now && { updatedAt: updated }),
    };
  });
}

/** The time that the server set on all entries; undefined if the entries have dates of their own. */
function stampedMoment(entries: readonly Entry[], now: number): number | undefined {
  const recent = entries
    .flatMap(({ published, updated }) => published ?? updated ?? [])
    .filter((at) => at <= now && at > now - STAMPED_WITHIN_MS);
  const last = recent.reduce((latest, at) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  const together = recent.filter((at) => at > last - ONE_MOMENT_MS).length;
  return together >= FEWEST_STAMPED && together >= entries.length * MOST_OF_DOCUMENT ? last : undefined;
}

function isAt(moment: number | undefined, at: number): boolean {
  return moment !== undefined && at <= moment && at > moment - ONE_MOMENT_MS;
}
