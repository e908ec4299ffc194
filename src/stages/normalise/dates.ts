/** Which of an entry's dates do we believe? */
import type { Entry } from '../../model/feed.ts';

export interface PostDates {
  readonly publishedAt?: number;
  readonly updatedAt?: number;
  /** What the entry says and we do not believe. */
  readonly statedAt?: number;
}

/** So many entries of one moment just before the fetch, and most of the document, were stamped by the fetch itself. */
const FEWEST_STAMPED = 5;
const MOST_OF_DOCUMENT = 0.6;
const STAMPED_WITHIN_MS = 120_000;
const ONE_MOMENT_MS = 10_000;

/**
 * The dates of a document's posts, epoch ms, in its order. A date that is still to come is left out: the entry counts as
 * seen now, so that a wrong clock or a planned date cannot own the top of a feed. So are the dates of a document that stamps
 * all its entries with the time at which it was fetched: it says nothing about any of them.
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

/** The moment with which the document was stamped; undefined where its entries have dates of their own. */
function stampedMoment(entries: readonly Entry[], now: number): number | undefined {
  const recent = entries
    .flatMap(({ published, updated }) => published ?? updated ?? [])
    .filter((at) => at <= now && at > now - STAMPED_WITHIN_MS);
  const last = Math.max(...recent);
  const together = recent.filter((at) => at > last - ONE_MOMENT_MS).length;
  return together >= FEWEST_STAMPED && together >= entries.length * MOST_OF_DOCUMENT ? last : undefined;
}

function isAt(moment: number | undefined, at: number): boolean {
  return moment !== undefined && at <= moment && at > moment - ONE_MOMENT_MS;
}
