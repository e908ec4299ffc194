/** When does a feed not want to be read? */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOOK_AHEAD_MS = 8 * DAY_MS;

export interface Skip {
  /** Hours of the day, GMT, 0 to 23 (RSS 2.0 <skipHours>). */
  readonly hours: readonly number[];
  /** Days of the week, GMT, 0 = Sunday (RSS 2.0 <skipDays>). */
  readonly days: readonly number[];
}

/** The first moment from `at` on that is not skipped; `at` itself where nothing is skipped, or everything (which nobody can mean). */
export function firstOpen(at: number, { hours, days }: Skip): number {
  if (hours.length === 0 && days.length === 0) return at;
  for (let open = at; open < at + LOOK_AHEAD_MS;) {
    const date = new Date(open);
    if (days.includes(date.getUTCDay())) open = (Math.floor(open / DAY_MS) + 1) * DAY_MS;
    else if (hours.includes(date.getUTCHours())) open = (Math.floor(open / HOUR_MS) + 1) * HOUR_MS;
    else return open;
  }
  return at;
}
