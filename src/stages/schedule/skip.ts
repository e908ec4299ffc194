/** At which hours and days does a feed ask not to be read? */
import { TZDate } from '@date-fns/tz';
import { addDays } from 'date-fns/addDays';
import { addHours } from 'date-fns/addHours';
import { millisecondsInDay } from 'date-fns/constants';
import { getDay } from 'date-fns/getDay';
import { getHours } from 'date-fns/getHours';
import { startOfDay } from 'date-fns/startOfDay';
import { startOfHour } from 'date-fns/startOfHour';

const LOOK_AHEAD_MS = 8 * millisecondsInDay;

export interface Skip {
  /** Hours of the day, GMT, 0 to 23 (RSS 2.0 <skipHours>). */
  readonly hours: readonly number[];
  /** Days of the week, GMT, 0 = Sunday (RSS 2.0 <skipDays>). */
  readonly days: readonly number[];
}

/** The first time from `at` on that is not skipped; `at` itself if nothing is skipped, or everything (a mistake). */
export function firstOpen(at: number, { hours, days }: Skip): number {
  if (hours.length === 0 && days.length === 0) return at;
  for (let open = at; open < at + LOOK_AHEAD_MS;) {
    const date = new TZDate(open, 'UTC');
    if (days.includes(getDay(date))) open = startOfDay(addDays(date, 1)).getTime();
    else if (hours.includes(getHours(date))) open = startOfHour(addHours(date, 1)).getTime();
    else return open;
  }
  return at;
}
