/** The line of the log on the work of the last hour. */

export interface HourlyFacts {
  readonly checks: number;
  readonly newPosts: number;
  readonly failing: number;
  readonly sources: number;
  readonly rssMb: number;
}

/**
 * @param before  sums of the shared counters an hour ago, by `NAME|LABEL`
 * @param after   the same now
 */
export function hourlyReport(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  state: { readonly failing: number; readonly sources: number; readonly rssBytes: number },
): { readonly facts: HourlyFacts; readonly message: string } {
  const grown = (isCounted: (key: string) => boolean): number =>
    [...after].reduce(
      (sum, [key, value]) => sum + (isCounted(key) ? Math.max(0, value - (before.get(key) ?? 0)) : 0),
      0,
    );
  const checks = grown((key) => key.startsWith('checks|'));
  const newPosts = grown((key) => key === 'posts|added');
  const { failing, sources, rssBytes } = state;
  const rssMb = Math.round(rssBytes / 1_048_576);
  return {
    facts: { checks, newPosts, failing, sources, rssMb },
    message: `in the last hour: ${checks} checks, ${newPosts} new posts; ${failing} of ${sources} sources failing; ${rssMb} MB`,
  };
}
