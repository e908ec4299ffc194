/** Which moment does a relative date name: `3小时前`, `yesterday 10:15`, `星期五`? */
import {
  clockMs,
  contextZone,
  type DateContext,
  DAY_MS,
  daysOf,
  HOUR_MS,
  localMs,
  MIDNIGHT,
  MINUTE_MS,
  weekdayOf,
  type Zone,
  zoned,
} from './fields.ts';
import { nameKey, weekdayNamed } from './names.ts';
import { findClock, takeZone } from './time-of-day.ts';

const NOW =
  /^(?:刚刚|剛剛|刚才|剛才|方才|たった今|さっき|방금(?: 전)?|지금|just now|now|right now|moments? ago|a moment ago|gerade eben|à l'instant|только что|ahora mismo|agora mesmo|adesso)$/;

/** Words that mean "ago", around the words for units in each language below. */
const AGO =
  /(?:[前전]|\bago|\bfa|назад|тому|\bgeleden|\btemu|önce|\btrước|\bsedan|\bsiden|\bsitten|\blalu|\bfad)$|^(?:vor|il y a|hace|há|πριν|před|pred|acum|in urma|fa)\s/;

const UNITS: readonly (readonly [RegExp, number | 'month' | 'year'])[] = [
  [
    /^(?:秒[钟鐘]?|초|s|secs?|seconds?|sekunden?|secondes?|segundos?|secondi?|секунд[ыу]?|seconden?|sekund[yę]?|saniye|giây)$/,
    1000,
  ],
  [
    /^(?:分[钟鐘]?|분|m|mins?|minutes?|minuten?|minutos?|minuti|minuto|минут[ыу]?|мин|хвилин[иу]?|minut[yęę]?|dakika|phút|minuter|minutter|λεπτ[άό])$/,
    MINUTE_MS,
  ],
  [
    /^(?:小[时時]|[钟鐘]头|鐘頭|時間|时间|시간|h|hrs?|hours?|stunden?|heures?|horas?|or[ea]|час(?:а|ов)?|годин[иу]?|uur|uren|godz|godzin[yęa]?|saat|giờ|timm[ea]r?|timer?|tuntia?|ώρ(?:α|ες))$/,
    HOUR_MS,
  ],
  [
    /^(?:天|日|일|d|days?|tage?n?|jours?|días?|dias?|giorn[io]|дн(?:я|ей)|день|dagen|dni|dzień|gün|ngày|dagar?|dage|päivää|ημέρες)$/,
    DAY_MS,
  ],
  [
    /^(?:周|週間?|星期|礼拜|禮拜|주일?|w|wks?|weeks?|wochen?|semaines?|semanas?|settiman[ea]|недел[июь]|weken|tygodnie?|tydzień|hafta|tuần|veckor|uger)$/,
    7 * DAY_MS,
  ],
  [
    /^(?:月|개월|달|mo|mos|months?|monate?n?|mois|mes(?:es)?|mes[ei]|месяц(?:а|ев)?|maanden?|miesi[ąę]c[ey]?|ay|tháng|månader)$/,
    'month',
  ],
  [
    /^(?:年|년|y|yrs?|years?|jahre?n?|ans?|années?|años?|anos?|ann[io]|год|года|лет|jaar|lata?|rok|yıl|năm|år)$/,
    'year',
  ],
];

const AMOUNT =
  /(\d+(?:[.,]\d+)?|半|half an?|an?|one|une?|ein(?:er|em|e|en)?|una?|um|uma|un'|bir|een|一)\s*(?:个半|個半|多|个|個|か|ヶ|カ|ケ|箇)?\s*(秒[钟鐘]?|分[钟鐘]?|小[时時]|[钟鐘]头|鐘頭|時間|时间|시간|개월|주일|週間|星期|礼拜|禮拜|[天日周週月年초분일주달년]|\p{L}+)\.?/gu;

const DAY_WORDS: readonly (readonly [RegExp, number])[] = [
  [/大前天|그끄저께/, -3],
  [
    /前天|一昨日|おととい|그저께|그제|vorgestern|avant-hier|anteayer|antes de ayer|anteontem|l'altro ieri|позавчера|eergisteren|przedwczoraj|the day before yesterday/,
    -2,
  ],
  [
    /昨天|昨日|昨(?=[晚夜早晨])|어제|yesterday|gestern|(?<!\p{L})hier(?!\p{L})|(?<!\p{L})ayer(?!\p{L})|(?<!\p{L})ontem(?!\p{L})|(?<!\p{L})ieri(?!\p{L})|вчера|вчора|gisteren|wczoraj|včera|(?<!\p{L})dün(?!\p{L})|hôm qua|igår|i går|eilen|tegnap|χθες/u,
    -1,
  ],
  [
    /今天|今日|本日|今(?=[晚夜早晨])|오늘|today|heute|aujourd['’]hui|(?<!\p{L})hoy(?!\p{L})|(?<!\p{L})oggi(?!\p{L})|(?<!\p{L})hoje(?!\p{L})|сегодня|сьогодні|vandaag|dzisiaj|(?<!\p{L})dziś(?!\p{L})|dnes|bugün|hôm nay|idag|i dag|tänään|(?<!\p{L})ma(?!\p{L})(?=\s*\d)|σήμερα/u,
    0,
  ],
  [/明天|明日|内일|내일|tomorrow|(?<!\p{L})morgen(?!\p{L})|demain|mañana|domani|amanhã|завтра/u, 1],
];

/** Words that pages write before and after a date and that do not change its meaning. */
const AROUND =
  /^(?:发布于|發布於|发表于|更新于|更新於|发布时间|更新时间|posted|published|updated|about|约|約|大约|大約)[:\s]*|\s*(?:更新|发布|發布|发表)?[\s.!,。]*$/g;

/** Epoch ms; undefined if the text is not a relative date. */
export function relativeDate(text: string, context: DateContext): number | undefined {
  if (/\d{4}/.test(text)) return undefined;
  const plain = text.replace(AROUND, '');
  if (NOW.test(plain)) return context.now;
  return timeAgo(plain, context) ?? dayWord(plain, context) ?? weekdayAlone(plain, context);
}

function timeAgo(text: string, context: DateContext): number | undefined {
  if (!AGO.test(text)) return undefined;
  let moment = context.now;
  let rest = text;
  for (const [whole, amount = '', unit = ''] of text.matchAll(AMOUNT)) {
    const size = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
    if (size === undefined) continue;
    const count = amountOf(amount);
    moment =
      typeof size === 'number'
        ? moment - count * size
        : monthsBefore(moment, count * (size === 'year' ? 12 : 1), context);
    rest = rest.replace(whole, ' ');
  }
  if (rest === text || /\d/.test(rest)) return undefined;
  const leftover = rest
    .replace(AGO, ' ')
    .replace(/之|以|[前전]|\b(?:and|und|et|y|e|i|vor|il|a|hace|ago|und)\b/g, ' ')
    .trim();
  return leftover === '' || leftover.length <= 2 ? Math.floor(moment) : undefined;
}

function amountOf(amount: string): number {
  if (amount === '半' || amount.startsWith('half')) return 0.5;
  const value = Number(amount.replace(',', '.'));
  return Number.isNaN(value) ? 1 : value;
}

/** The same day and time this many months earlier; the last day of a shorter month. */
function monthsBefore(moment: number, months: number, context: DateContext): number {
  const zone = contextZone(context);
  const local = new Date(localMs(moment, zone));
  const index = local.getUTCFullYear() * 12 + local.getUTCMonth() - Math.round(months);
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  for (let day = local.getUTCDate(); day > 27; day--) {
    const days = daysOf(year, month, day);
    if (days !== undefined) return zoned(days * DAY_MS + (local.getTime() % DAY_MS), zone);
  }
  const days = daysOf(year, month, local.getUTCDate()) ?? 0;
  return zoned(days * DAY_MS + (local.getTime() % DAY_MS), zone);
}

function dayWord(text: string, context: DateContext): number | undefined {
  for (const [pattern, offset] of DAY_WORDS) {
    if (!pattern.test(text)) continue;
    const zone = contextZone(context);
    return atClock(text.replace(pattern, ' '), today(context, zone) + offset, context);
  }
  return undefined;
}

function today(context: DateContext, zone: Zone): number {
  return Math.floor(localMs(context.now, zone) / DAY_MS);
}

/** The time in a text that contains nothing else, on a given day; midnight for an empty text. */
function atClock(text: string, days: number, context: DateContext): number | undefined {
  const found = findClock(text);
  const ending = found === undefined ? { rest: text } : takeZone(found.tail, context);
  if (ending === undefined) return undefined;
  const rest = found === undefined ? text : `${found.head} ${ending.rest}`;
  if (/\d/.test(rest)) return undefined;
  const left = rest.replace(/(?<!\p{L})(?:at|um|à|a|las|alle|om|o|в|às|uhr|klo|kl|ore)(?!\p{L})|[\s,.:的@|-]/gu, '');
  if (left !== '' && weekdayNamed(nameKey(left)) === undefined && !/^[晚夜早晨凌上中下午间間傍]+$/.test(left))
    return undefined;
  const time = clockMs(found?.clock ?? MIDNIGHT);
  return time === undefined ? undefined : zoned(days * DAY_MS + time, ending.zone ?? contextZone(context));
}

const WEEKDAY =
  /^(上个?|上個|本|这个?|這個?|last |this |on )?\s*([\p{L}-]+?)\.?(?=$|[\s,]|(?:凌晨|早|上午|中午|下午|晚)|\d)/u;

/** A weekday alone is the most recent one that is not in the future. */
function weekdayAlone(text: string, context: DateContext): number | undefined {
  const match = WEEKDAY.exec(text);
  if (match === null) return undefined;
  const weekday = weekdayNamed(nameKey(match[2] ?? ''));
  if (weekday === undefined || (match[2] ?? '').length < 2) return undefined;
  const zone = contextZone(context);
  const now = today(context, zone);
  const rest = text.slice(match[0].length);
  const which = match[1]?.charAt(0) ?? '';
  if (which === '上' || which === '本' || which === '这' || which === '這') {
    // Weeks begin on Monday.
    const monday = now - ((weekdayOf(now) + 6) % 7) - (which === '上' ? 7 : 0);
    return atClock(rest, monday + ((weekday + 6) % 7), context);
  }
  const back = (weekdayOf(now) - weekday + 7) % 7;
  const moment = atClock(rest, now - back, context);
  if (moment === undefined || (moment <= context.now && which !== 'l')) return moment;
  return back === 0 ? atClock(rest, now - 7, context) : moment;
}
