/** Which offset does the name of a time zone stand for? */
import { LRUCache } from 'lru-cache';

/** Names with one meaning, or one that is by far the most usual; minutes east of UTC. */
const OFFSETS: Readonly<Record<string, number>> = {
  // Universal time. Single letters (military zones) count as UTC, because they were used wrongly (RFC 2822 §4.3).
  ...Object.fromEntries(Array.from('abcdefghiklmnopqrstuvwxyz', (letter) => [letter, 0])),
  ...{ utc: 0, gmt: 0, ut: 0, uct: 0, zulu: 0, wet: 0, wez: 0, tu: 0, tuc: 0, egst: 0, azost: 0 },
  // Americas
  ...{ nst: -210, ndt: -150, ast: -240, adt: -180, est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360 },
  ...{ pst: -480, pdt: -420, akst: -540, akdt: -480, hst: -600, hdt: -540, hast: -600, hadt: -540, sst: -660 },
  ...{ brt: -180, brst: -120, art: -180, clt: -240, clst: -180, cot: -300, pet: -300, vet: -240, bot: -240, pyt: -240 },
  ...{ pyst: -180, uyt: -180, uyst: -120, gft: -180, gyt: -240, srt: -180, ect: -300, pmst: -180, pmdt: -120 },
  // Europe and Africa
  ...{ bst: 60, ist: 330, west: 60, wedt: 60, cet: 60, cest: 120, cedt: 120, mez: 60, mesz: 120, met: 60, mest: 120 },
  ...{ mewt: 60, fwt: 60, fst: 120, swt: 60, eet: 120, eest: 180, eedt: 180, oez: 120, oesz: 180, msk: 180, msd: 240 },
  ...{ trt: 180, fet: 180, cat: 120, sast: 120, eat: 180, wat: 60, wast: 120, samt: 240, gmst: 60 },
  // Asia
  ...{ idt: 180, irst: 210, irdt: 270, gst: 240, azt: 240, azst: 300, get: 240, amt: 240, aft: 270, pkt: 300 },
  ...{ uzt: 300, tmt: 300, tjt: 300, yekt: 300, npt: 345, bdt: 360, almt: 300, omst: 360, novt: 420, mmt: 390 },
  ...{
    ict: 420,
    wib: 420,
    krat: 420,
    hkt: 480,
    hkst: 540,
    cct: 480,
    bjt: 480,
    sgt: 480,
    myt: 480,
    pht: 480,
    wita: 480,
  },
  ...{ irkt: 480, ulat: 480, jst: 540, kst: 540, yakt: 540, wit: 540, vlat: 600, magt: 660, pett: 720, kdt: 600 },
  // Oceania
  ...{ awst: 480, acst: 570, acdt: 630, aest: 600, aedt: 660, aet: 600, lhst: 630, nzst: 720, nzdt: 780, nzt: 720 },
  ...{ chst: 600, sbt: 660, fjt: 720, tot: 780, chast: 765, chadt: 825 },
};

/** Names that mean the time in force at a place. */
const PLACES: Readonly<Record<string, string>> = {
  et: 'America/New_York',
  ct: 'America/Chicago',
  mt: 'America/Denver',
  pt: 'America/Los_Angeles',
  at: 'America/Halifax',
  'eastern time': 'America/New_York',
  'central time': 'America/Chicago',
  'mountain time': 'America/Denver',
  'pacific time': 'America/Los_Angeles',
  美东时间: 'America/New_York',
  美国东部时间: 'America/New_York',
  美西时间: 'America/Los_Angeles',
  北京时间: 'Asia/Shanghai',
  北京時間: 'Asia/Shanghai',
  中国标准时间: 'Asia/Shanghai',
  中國標準時間: 'Asia/Shanghai',
  'china standard time': 'Asia/Shanghai',
  'beijing time': 'Asia/Shanghai',
  香港时间: 'Asia/Hong_Kong',
  香港時間: 'Asia/Hong_Kong',
  台北时间: 'Asia/Taipei',
  台北時間: 'Asia/Taipei',
  台北標準時間: 'Asia/Taipei',
  东京时间: 'Asia/Tokyo',
  日本時間: 'Asia/Tokyo',
  日本標準時: 'Asia/Tokyo',
  'japan standard time': 'Asia/Tokyo',
  한국시간: 'Asia/Seoul',
  'korea standard time': 'Asia/Seoul',
  格林尼治标准时间: 'UTC',
  协调世界时: 'UTC',
  'eastern standard time': 'Etc/GMT+5',
  'eastern daylight time': 'Etc/GMT+4',
  'central standard time': 'Etc/GMT+6',
  'central daylight time': 'Etc/GMT+5',
  'mountain standard time': 'Etc/GMT+7',
  'mountain daylight time': 'Etc/GMT+6',
  'pacific standard time': 'Etc/GMT+8',
  'pacific daylight time': 'Etc/GMT+7',
  'coordinated universal time': 'UTC',
  'greenwich mean time': 'UTC',
  'india standard time': 'Asia/Kolkata',
  мск: 'Europe/Moscow',
};

const PHRASES = Object.entries(PLACES).filter(([name]) => /[ \u0400-\uffff]/.test(name));

/** Names with another meaning for sources of some countries: by IANA name and language, minutes east of UTC. */
const AT_HOME: Readonly<Record<string, readonly (readonly [RegExp, number])[]>> = {
  cst: [
    [/^asia\/(?:shanghai|chongqing|harbin|urumqi|hong_kong|macau|taipei)|^prc$|^zh\b/i, 480],
    [/^america\/havana/i, -300],
  ],
  ist: [
    [/^asia\/(?:jerusalem|tel_aviv)|^israel$|^(?:he|iw)\b/i, 120],
    [/^europe\/dublin|^ga\b/i, 60],
  ],
  bst: [[/^asia\/dhaka|^bn\b/i, 360]],
  ast: [[/^asia\/(?:riyadh|baghdad|kuwait|qatar|bahrain|aden)/i, 180]],
  pst: [[/^asia\/manila|^(?:fil|tl)\b/i, 480]],
  est: [[/^australia\//i, 600]],
  edt: [[/^australia\//i, 660]],
  sst: [[/^asia\/singapore/i, 480]],
  gst: [[/^pacific\/guam/i, 600]],
  amt: [[/^america\//i, -240]],
  ect: [[/^europe\//i, 60]],
};

export interface ZoneHome {
  readonly timezone?: string;
  readonly language?: string;
}

/**
 * Meaning of a zone name: minutes east of UTC, or an IANA name if the offset depends on the day; undefined for an unknown
 * name.
 *
 * @param name  in any case, without the digits of an offset
 * @param home  decides names with several meanings: `CST` is China's for a Chinese source
 */
export function namedZone(name: string, home: ZoneHome): number | string | undefined {
  const key = name.toLowerCase().replace(/\.$/, '');
  for (const [where, minutes] of AT_HOME[key] ?? []) {
    if (where.test(home.timezone ?? '') || where.test(home.language ?? '')) return minutes;
  }
  const minutes = Object.hasOwn(OFFSETS, key) ? OFFSETS[key] : undefined;
  if (minutes !== undefined) return minutes;
  const place = Object.hasOwn(PLACES, key) ? PLACES[key] : undefined;
  if (place !== undefined) return place;
  return /^[a-z_]+\/[a-z_+\-/0-9]+$/i.test(name) && formatterOf(name) !== undefined ? name : undefined;
}

/** A zone written in several words, or in Chinese, Japanese or Korean, at the beginning of a text, and its length. */
export function zonePhrase(text: string): { readonly zone: string; readonly length: number } | undefined {
  for (const [phrase, zone] of PHRASES) {
    if (text.startsWith(phrase)) return { zone, length: phrase.length };
  }
  return undefined;
}

const MAX_ZONES = 700;
/** False for a name that the platform does not know. */
const formatters = new LRUCache<string, Intl.DateTimeFormat | false>({ max: MAX_ZONES });

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formatters.get(zone);
  if (known !== undefined) return known === false ? undefined : known;
  let formatter: Intl.DateTimeFormat | undefined;
  try {
    formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch (error) {
    // Zone names come from documents: an unknown one is a normal result.
    if (!(error instanceof RangeError)) throw error;
  }
  formatters.set(zone, formatter ?? false);
  return formatter;
}

interface ZoneDays {
  /** Offset in minutes at the beginning of a day (UTC). */
  readonly atMidnight: Map<number, number>;
  readonly formatter: Intl.DateTimeFormat;
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 4096;
const zoneDays = new LRUCache<string, ZoneDays>({ max: MAX_ZONES });

/** Minutes east of UTC at a moment; undefined for an unknown zone. Offsets are cached by day, because Intl is slow. */
export function offsetMinutes(zone: string, epochMs: number): number | undefined {
  let days = zoneDays.get(zone);
  if (days === undefined) {
    const formatter = formatterOf(zone);
    if (formatter === undefined) return undefined;
    days = { atMidnight: new Map(), formatter };
    zoneDays.set(zone, days);
  }
  const day = Math.floor(epochMs / DAY_MS);
  const before = midnightOffset(days, day);
  return before === midnightOffset(days, day + 1) ? before : askPlatform(days.formatter, epochMs);
}

function midnightOffset({ atMidnight, formatter }: ZoneDays, day: number): number {
  let offset = atMidnight.get(day);
  if (offset === undefined) {
    offset = askPlatform(formatter, day * DAY_MS);
    if (atMidnight.size >= MAX_DAYS) atMidnight.clear();
    atMidnight.set(day, offset);
  }
  return offset;
}

function askPlatform(formatter: Intl.DateTimeFormat, epochMs: number): number {
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(formatter.format(epochMs));
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]) + Number(match[4] ?? 0) / 60;
  return match[1] === '-' ? -minutes : minutes;
}
