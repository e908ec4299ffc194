/** How often does a feed change, and how long may readers therefore cache it? */
import type { Post } from '../../model/post.ts';

const GAPS = 20;
/** Steps in seconds, so that the value changes rarely. */
const STEPS = [60, 120, 300, 600, 900, 1_800, 3_600];
const SHORTEST = 60;
const LONGEST = 3_600;

/** Half the median gap between the latest posts, between 1 and 60 minutes. */
export function rhythmSeconds(posts: readonly Post[]): number {
  const times = posts.slice(0, GAPS + 1).map((post) => post.publishedAt);
  const gaps = times.slice(1).map((time, index) => (times[index] ?? time) - time);
  const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)];
  if (median === undefined) return LONGEST;
  const half = median / 2_000;
  return STEPS.findLast((step) => step <= half) ?? SHORTEST;
}
