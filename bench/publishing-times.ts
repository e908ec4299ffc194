/** When do sources publish? Made-up but lifelike series, the same on every run, for the polling simulation. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Series {
  readonly kind: string;
  /** Epoch ms, ascending. */
  readonly times: readonly number[];
}

/** mulberry32: small, good enough, and the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly random: () => number;
}

/** Posts a ms at a moment; thinned from `peak`. */
function poisson({ from, to, random }: Span, peak: number, rate: (at: number) => number): number[] {
  const times: number[] = [];
  for (let at = from; ;) {
    at += -Math.log(1 - random()) / peak;
    if (at >= to) return times;
    if (random() < rate(at) / peak) times.push(Math.floor(at));
  }
}

/** Share of the daily peak at an hour of the day (0 to 24), for people at work from `start` to `end`. */
function daily(hour: number, start: number, end: number): number {
  if (hour >= start && hour < end) return 1;
  return hour >= start - 2 && hour < end + 4 ? 0.35 : 0.04;
}

const hourAt = (at: number, offset: number): number => (((at / HOUR + offset) % 24) + 24) % 24;
const isWeekend = (at: number, offset: number): boolean => [0, 6].includes(new Date(at + offset * HOUR).getUTCDay());

/** A newsroom: `perDay` posts on a working day, in the hours of its zone. */
function newsroom(span: Span, perDay: number, offset: number, weekend: number): number[] {
  const [start, end] = [8, 19];
  const weight = end - start + 6 * 0.35 + (24 - (end - start) - 6) * 0.04;
  const peak = perDay / weight / HOUR;
  return poisson(
    span,
    peak,
    (at) => peak * daily(hourAt(at, offset), start, end) * (isWeekend(at, offset) ? weekend : 1),
  );
}

/** Bursts: an occasion every `everyMs` on average, then posts for some hours. */
function bursts(span: Span, everyMs: number, posts: number, lastingMs: number): number[] {
  return poisson(span, 1 / everyMs, () => 1 / everyMs)
    .flatMap((start) => {
      const count = 1 + Math.floor(span.random() * 2 * posts);
      return Array.from({ length: count }, () => Math.floor(start + -Math.log(1 - span.random()) * lastingMs));
    })
    .filter((at) => at < span.to);
}

/** Regularly every `everyMs`, `posts` at a time, some minutes early or late. */
function regular({ from, to, random }: Span, everyMs: number, posts: number, loose: number): number[] {
  const times: number[] = [];
  for (let at = from + random() * everyMs; at < to; at += everyMs) {
    const moment = at + (random() - 0.5) * loose;
    for (let index = 0; index < posts; index += 1) times.push(Math.floor(moment + index * 1000 * random()));
  }
  return times;
}

const KINDS: readonly (readonly [kind: string, share: number, make: (span: Span) => number[]])[] = [
  ['newswire, 60 to 240 a day', 4, (s) => newsroom(s, 60 + 180 * s.random(), 8, 0.6)],
  ['newspaper, 15 to 50 a day', 10, (s) => newsroom(s, 15 + 35 * s.random(), Math.floor(s.random() * 24) - 12, 0.5)],
  [
    'magazine, 3 to 12 on working days',
    14,
    (s) => newsroom(s, 3 + 9 * s.random(), Math.floor(s.random() * 24) - 12, 0.1),
  ],
  ['daily column', 8, (s) => regular(s, DAY, 1, HOUR)],
  ['daily batch of 10', 4, (s) => regular(s, DAY, 10, 20 * MINUTE)],
  ['blog, 2 to 5 a week', 16, (s) => newsroom(s, (2 + 3 * s.random()) / 7, Math.floor(s.random() * 24) - 12, 1)],
  ['weekly letter', 8, (s) => regular(s, 7 * DAY, 1, 3 * HOUR)],
  ['bursts (releases, incidents)', 10, (s) => bursts(s, 4 * DAY, 6, 3 * HOUR)],
  ['1 or 2 a month', 12, (s) => poisson(s, 1.5 / 30 / DAY, () => 1.5 / 30 / DAY)],
  ['nearly dead, 3 a year', 14, (s) => poisson(s, 3 / 365 / DAY, () => 3 / 365 / DAY)],
];

/** `scale` × 100 series from `from` to `to`, in the proportions above. */
export function generatedSeries(from: number, to: number, scale: number, seed = 20_261_123): Series[] {
  const random = randomFrom(seed);
  return KINDS.flatMap(([kind, share, make]) =>
    Array.from({ length: Math.round(share * scale) }, () => ({
      kind,
      times: make({ from, to, random }).sort((a, b) => a - b),
    })),
  );
}
