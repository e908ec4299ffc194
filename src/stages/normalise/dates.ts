/** Which of an entry's dates do we believe? */
import type { Entry } from '../../model/feed.ts';

export interface PostDates {
  readonly publishedAt?: number;
  readonly updatedAt?: number;
}

/**
 * The dates of a post, epoch ms. A date that is still to come is left out: the entry counts as seen now,
 * so that a wrong clock or a planned date cannot own the top of a feed.
 */
export function postDates(entry: Entry, now: number): PostDates {
  const published = entry.published ?? entry.updated;
  const updated = entry.updated;
  return {
    ...(published !== undefined && published <= now && { publishedAt: published }),
    ...(updated !== undefined && updated <= now && { updatedAt: updated }),
  };
}
