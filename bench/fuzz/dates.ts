/** Fuzzing `parseDate`: no crash, nothing made up out of nothing, and the moment that was written is the one read. */
import { parseDate } from '../../src/syntax/date/parse.ts';
import type { Random } from './random.ts';
import { expectThat, type Target } from './target.ts';

const NOW = Date.UTC(2021, 11, 24, 4);
const DAY_MS = 86_400_000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const LONG_MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

const two = (value: number): string => String(value).padStart(2, '0');

interface Fields {
  readonly at: Date;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly clock: string;
}

/** Forms that name their moment exactly, in UTC. */
const FORMS: readonly ((fields: Fields) => string)[] = [
  ({ at, year, month, day, clock }) =>
    `${WEEKDAYS[at.getUTCDay()] ?? ''}, ${two(day)} ${MONTHS[month - 1] ?? ''} ${year} ${clock} GMT`,
  ({ year, month, day, clock }) => `${day} ${LONG_MONTHS[month - 1] ?? ''} ${year} ${clock} +0000`,
  ({ year, month, day, clock }) => `${year}-${two(month)}-${two(day)}T${clock}Z`,
  ({ year, month, day, clock }) => `${year}-${two(month)}-${two(day)} ${clock}`,
  ({ year, month, day, clock }) => `${year}/${two(month)}/${two(day)} ${clock} UTC`,
  ({ year, month, day, clock }) => `${year}年${month}月${day}日 ${clock}`,
  ({ year, month, day, clock }) => `${year}. ${month}. ${day}. ${clock}`,
  ({ year, month, day, clock }) => `${LONG_MONTHS[month - 1] ?? ''} ${day}, ${year} at ${clock} GMT`,
  ({ at, year, month, day, clock }) =>
    `${WEEKDAYS[at.getUTCDay()] ?? ''} ${MONTHS[month - 1] ?? ''} ${String(day).padStart(2)} ${clock} ${year}`,
  ({ year, month, day, clock }) => `${year}${two(month)}${two(day)}T${clock.replaceAll(':', '')}Z`,
  ({ at }) => String(at.getTime() / 1000),
  ({ at }) => String(at.getTime()),
];

const RELATIVE = [
  '今天 08:30',
  '昨天',
  '3小时前',
  '刚刚',
  '星期五',
  '12-24 08:30',
  '12月24日',
  '2 hours ago',
  'yesterday',
];

function fieldsOf(random: Random): Fields {
  const at = new Date(Date.UTC(2001, 10) + random.int(11_000) * DAY_MS + random.int(86_400) * 1000);
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return { at, year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), clock };
}

/** What was written and what it means travel together, with a character between them that no date has. */
const MARK = '\u0001';

export const datesTarget: Target = {
  seeds: [...RELATIVE, 'Fri, 24 Dec 2021 08:30:00 GMT', '2021-12-24T08:30:00+08:00', '二〇二一年十二月二十四日'].map(
    (text) => Buffer.from(text),
  ),
  dictionary: [
    ...MONTHS,
    ...WEEKDAYS,
    ...RELATIVE,
    ...(
      '年 月 日 时 分 秒 上午 下午 半 前 ago + - : . , / T Z GMT EST ET CST Europe/Paris Etc/GMT+8 am pm 24:00 60 ' +
      '99999999999999999999 00 0000 １２ ٣ (a) [b 十二 廿 yesterday last W53 /Date( )/ NaN Infinity -0 1e9 0x10'
    ).split(' '),
  ],
  generate(random: Random): Buffer {
    if (random.chance(0.2)) return Buffer.from(random.pick(RELATIVE));
    const fields = fieldsOf(random);
    return Buffer.from(`${random.pick(FORMS)(fields)}${MARK}${fields.at.getTime()}`);
  },
  check(input: Buffer): string {
    const [text = '', expected] = input.toString('utf8').split(MARK);
    const moment = parseDate(text, { now: NOW });
    // A mutated input carries no expectation that still holds; one as it was generated does.
    if (expected !== undefined && input.length < 80 && FORMS_WHOLE.some((form) => form.test(text))) {
      const wanted = Number(expected);
      if (isMomentOf(text, wanted)) expectThat(moment === wanted, `${text} read as ${String(moment)}, not ${wanted}`);
    }
    judge(text, moment);
    for (const context of [
      { now: NOW, timezone: 'Asia/Shanghai', language: 'zh-CN' },
      { now: NOW, timezone: 'America/New_York', language: 'fr' },
    ]) {
      const there = parseDate(text, context);
      judge(text, there);
      // Zones move a date by less than a day and a half, but for years made up of one digit more or less.
      if (moment !== undefined && there !== undefined && /^\d{4}-\d\d-\d\dT/.test(text)) {
        expectThat(Math.abs(moment - there) <= 1.5 * DAY_MS, `${text} is ${moment} here and ${there} there`);
      }
    }
    return moment === undefined ? `none ${shapeOf(text)}` : shapeOf(text);
  },
};

const FORMS_WHOLE: readonly RegExp[] = [/\d{4}/, /^\d{9,13}$/];

/** Whether the text, untouched, is one of the forms of that moment. */
function isMomentOf(text: string, wanted: number): boolean {
  const at = new Date(wanted);
  if (Number.isNaN(at.getTime()) || wanted % 1000 !== 0 || wanted > NOW + 9 * 365 * DAY_MS) return false;
  const clock = at.toISOString().slice(11, 19);
  const fields = { at, year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), clock };
  return FORMS.some((form) => form(fields) === text);
}

function judge(text: string, moment: number | undefined): void {
  if (moment === undefined) return;
  expectThat(Number.isInteger(moment), `${text} gives ${moment}`);
  expectThat(Math.abs(moment) < 8.64e15 && new Date(moment).getUTCFullYear() <= 10_000, `${text} gives ${moment}`);
  expectThat(/\p{N}|\p{L}/u.test(text), `${text} has nothing to make a date of`);
}

/** The text with its digits and words taken together, so that forms count and not their values. */
function shapeOf(text: string): string {
  return text
    .slice(0, 60)
    .replace(/\d+/g, (digits) => (digits.length === 2 || digits.length === 4 ? String(digits.length) : 'd'))
    .replace(/\p{L}+/gu, 'w')
    .slice(0, 14);
}
