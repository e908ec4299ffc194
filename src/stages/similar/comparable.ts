/** May two texts be tellings of one story, whatever their words? */

export interface ComparedText {
  readonly sourceKey: string;
  readonly categories: readonly string[];
  /** Epoch ms. */
  readonly publishedAt: number;
}

/**
 * Whether two texts are compared at all: they come from different sources that have a category in common (or have none
 * both), and were published within the window.
 */
export function isComparable(one: ComparedText, other: ComparedText, windowMs: number): boolean {
  return one.sourceKey !== other.sourceKey && isWithin(one, other, windowMs) && shareCategory(one, other);
}

/** To the second, which is what is remembered of a text. */
function isWithin(one: ComparedText, other: ComparedText, windowMs: number): boolean {
  return Math.abs(secondsOf(one.publishedAt) - secondsOf(other.publishedAt)) <= secondsOf(windowMs);
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}

function shareCategory({ categories: one }: ComparedText, { categories: other }: ComparedText): boolean {
  if (one.length === 0 || other.length === 0) return one.length === other.length;
  return one.some((slug) => other.includes(slug));
}
