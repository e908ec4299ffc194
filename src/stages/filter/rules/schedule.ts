/** Was a post published between these hours, on these days? */
import * as z from 'zod';
import { type DateParts, localParts } from '../../../syntax/date/local-time.ts';
import { timezone } from '../options.ts';
import { defineCondition, needsOneOf } from '../rule.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const betweenError = "must be two times of day, such as ['08:00', '20:00']";
const time = z.string({ error: betweenError }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: betweenError });

export const schedule = defineCondition(
  'schedule',
  {
    description:
      'Posts that were published between these hours, on these days; those without a date, that came in then.',
    otherwise: 'keep',
    refine: needsOneOf('between', 'days'),
  },
  {
    between: z
      .tuple([time, time], { error: betweenError })
      .describe('From the first time of day up to the second, which is not part of it; over midnight if it is earlier.')
      .optional(),
    days: z
      .array(z.enum(DAYS, { error: `must be one of ${DAYS.join(', ')}` }), {
        error: 'must be a list of days, such as [sat, sun]',
      })
      .min(1, { error: 'must name a day' })
      .describe('Days of the week.')
      .optional(),
    timezone: timezone().describe('Zone of the hours. Default: that of the site.').optional(),
  },
  ({ between = ['00:00', '24:00'], days, timezone: zone }, site) => {
    const [from, to] = between.map(minutesOf) as [number, number];
    const wanted = new Set(days?.map((day) => DAYS.indexOf(day)));
    return ({ draft }, now) => {
      const local = localParts(draft.publishedAt ?? draft.updatedAt ?? now, zone ?? site.timezone);
      const minutes = local.hour * 60 + local.minute;
      const isInTime = from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
      return isInTime && (days === undefined || wanted.has(local.weekday)) && `its time is ${written(local)}`;
    };
  },
);

function minutesOf(written: string): number {
  return Number(written.slice(0, 2)) * 60 + Number(written.slice(3));
}

function written({ weekday, hour, minute }: DateParts): string {
  return `${DAYS[weekday] ?? ''} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
