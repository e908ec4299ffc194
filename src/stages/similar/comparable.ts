/** May two texts report one story, judged by their sources and times only? */

export interface ComparedOrigin {
  readonly sourceKey: string;
  readonly categories: readonly string[];
}

export interface ComparedTime {
  /** Epoch ms. */
  readonly publishedAt: number;
}

/**
 * Whether texts of two origins are compared: of different sources that have a category in common, or both none.
 *
 * @param within  entries of this source may report one story too
 */
export function areComparable(one: ComparedOrigin, other: ComparedOrigin, within = false): boolean {
  return (within || one.sourceKey !== other.sourceKey) && shareCategory(one.categories, other.categories);
}

/** Whether two texts were published within the window of each other; to the second, as texts are remembered. */
export function isWithin(one: ComparedTime, other: ComparedTime, windowMs: number): boolean {
  return Math.abs(secondsOf(one.publishedAt) - secondsOf(other.publishedAt)) <= secondsOf(windowMs);
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}

function shareCategory(one: readonly string[], other: readonly string[]): boolean {
  if (one.length === 0 || other.length === 0) return one.length === other.length;
  return one.some((slug) => other.includes(slug));
}
