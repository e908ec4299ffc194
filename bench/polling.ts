/**
 * How many fetches does each scheduling rule spend, and how many minutes does a post wait for them?
 *
 *     npx tsx bench/polling.ts [--scale 1] [--corpus DIRECTORY]…
 *
 * Simulates polling over publishing times: made-up ones (bench/publishing-times.ts), and with `--corpus` those found in
 * feed documents (each watched for the time that the newer half of its entries spans). Ours is `nextState` itself; the others are the rules of Miniflux (entry frequency), CommaFeed and lion-reader with
 * their own defaults, without the minute-wise ticks of their schedulers. No origin gives hints here, so that only the
 * estimators compare. For each of them our default interval is then stretched until the number of fetches is the same, and until
 * the wait is the same.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CheckResult } from '../src/model/check.ts';
import type { ParseLimits, ScheduleSettings, Source } from '../src/model/settings.ts';
import { FIRST_STATE, type SourceState } from '../src/model/source-state.ts';
import { parseDocument } from '../src/stages/parse/parse.ts';
import { nextState } from '../src/stages/schedule/next-state.ts';
import { generatedSeries, randomFrom, type Series } from './publishing-times.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Entries in a document. */
const DOCUMENT = 20;

/** One source: what it had published before, and what it publishes while it is watched. */
interface Watched {
  readonly times: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** A rule as it stands at one source. */
interface Poller {
  /** @returns when to come again; `fresh` are the new posts' times in the document, newest first */
  next(dueAt: number, now: number, fresh: readonly number[], document: readonly number[]): number;
}

interface Rule {
  readonly name: string;
  readonly start: (random: () => number) => Poller;
}

const between = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

const MINIFLUX: Rule = {
  name: 'Miniflux, entry frequency, 5 min to 24 h',
  start: () => {
    let known: number[] = [];
    return {
      next(_due, now, fresh) {
        known = [...fresh, ...known].filter((time) => time > now - 7 * DAY);
        return now + (known.length === 0 ? DAY : between((7 * DAY) / known.length, 5 * MINUTE, DAY));
      },
    };
  },
};

const COMMAFEED: Rule = {
  name: 'CommaFeed, 5 min to 4 h',
  start: () => ({
    next(_due, now, _fresh, document) {
      const [least, most] = [5 * MINUTE, 4 * HOUR];
      const [newest, oldest] = [document[0] ?? 0, document.at(-1) ?? 0];
      const age = now - newest;
      if (age >= 30 * DAY) return now + most;
      if (age >= 14 * DAY) return now + most / 2;
      if (age >= 7 * DAY) return now + most / 4;
      const gap = document.length > 1 ? (newest - oldest) / (document.length - 1) : 0;
      return now + between(gap / 2, least, most / 4);
    },
  }),
};

const LION_READER: Rule = {
  name: 'lion-reader, 60 min and up to 10 % more',
  start: (random) => ({ next: (_due, now) => now + HOUR * (1 + 0.1 * random()) }),
};

function ours(name: string, schedule: ScheduleSettings): Rule {
  const source = sourceWith(schedule);
  return {
    name,
    start: (random) => {
      let state: SourceState = FIRST_STATE;
      return {
        next(dueAt, now, fresh) {
          const result = fresh.length === 0 ? NOT_MODIFIED : documentOf(fresh);
          state = nextState({ source, state, checkedAt: dueAt, now, jitter: random(), result });
          return state.nextCheckAt;
        },
      };
    },
  };
}

const NOT_MODIFIED: CheckResult = {
  kind: 'no-body',
  outcome: { kind: 'not-modified', status: 304, url: 'https://example.org/', redirects: [], hints: {} },
};

function documentOf(fresh: readonly number[]): CheckResult {
  return {
    kind: 'feed',
    response: {
      kind: 'body',
      status: 200,
      url: 'https://example.org/',
      redirects: [],
      hints: {},
      links: { hubs: [] },
      delta: false,
    },
    facts: {
      bodyHash: '',
      hubs: [],
      hints: { skipHours: [], skipDays: [] },
      publishedTimes: fresh,
      entries: DOCUMENT,
      added: fresh.length,
      changed: 0,
      issues: [],
    },
  };
}

function sourceWith(schedule: ScheduleSettings): Source {
  return {
    id: 'source',
    url: 'https://example.org/',
    categories: [],
    tags: [],
    timezone: 'UTC',
    schedule,
    fetch: {
      concurrency: 1,
      host: { concurrency: 1, delayMs: 0, scope: 'host' },
      timeoutMs: 1,
      connectTimeoutMs: 1,
      headersTimeoutMs: 1,
      bodyTimeoutMs: 1,
      maxBodyBytes: 1,
      allow: [],
    },
    content: 'full',
    headers: {},
    rules: [],
  };
}

interface Score {
  readonly name: string;
  /** Per source. */
  readonly fetchesADay: number;
  readonly meanMin: number;
  readonly medianMin: number;
  readonly p95Min: number;
  /** Mean over sources of each one's mean wait: a post of a small blog weighs as much as a hundred of a newswire. */
  readonly sourceMeanMin: number;
  /** Posts that had left the document before anybody came. */
  readonly missed: number;
}

function simulate(rule: Rule, set: readonly Watched[]): Score {
  const random = randomFrom(7);
  // Sources are watched for different times; a post weighs as much as there are such posts a day.
  const waits: { readonly wait: number; readonly weight: number }[] = [];
  const sourceMeans: number[] = [];
  let fetchesADay = 0;
  let missed = 0;
  for (const watched of set) {
    const seen = watch(rule.start(random), watched, random);
    const days = (watched.to - watched.from) / DAY;
    fetchesADay += seen.fetches / days;
    missed += seen.missed;
    for (const wait of seen.waits) waits.push({ wait, weight: 1 / days });
    if (seen.waits.length > 0) sourceMeans.push(mean(seen.waits));
  }
  waits.sort((a, b) => a.wait - b.wait);
  const total = waits.reduce((sum, { weight }) => sum + weight, 0);
  const at = (share: number): number => {
    let left = total * share;
    return (waits.find(({ weight }) => (left -= weight) <= 0)?.wait ?? 0) / MINUTE;
  };
  return {
    name: rule.name,
    fetchesADay: fetchesADay / set.length,
    meanMin: waits.reduce((sum, { wait, weight }) => sum + wait * weight, 0) / total / MINUTE,
    medianMin: at(0.5),
    p95Min: at(0.95),
    sourceMeanMin: mean(sourceMeans) / MINUTE,
    missed,
  };
}

function watch(poller: Poller, { times, from, to }: Watched, random: () => number) {
  const waits: number[] = [];
  let fetches = 0;
  let missed = 0;
  // Two days to settle in before anything counts.
  let at = from - 2 * DAY + random() * HOUR;
  let read = 0;
  let isFirst = true;
  while (read < times.length && (times[read] ?? 0) <= at) read += 1;
  read = Math.max(0, read - DOCUMENT);
  while (at < to) {
    let until = read;
    while (until < times.length && (times[until] ?? Infinity) <= at) until += 1;
    const published = times.slice(read, until);
    if (!isFirst) {
      missed += Math.max(0, published.length - DOCUMENT);
      for (const time of published) if (time >= from) waits.push(at - time);
    }
    if (at >= from) fetches += 1;
    const document = times.slice(Math.max(0, until - DOCUMENT), until).reverse();
    const next = poller.next(at, at, published.slice(-DOCUMENT).reverse(), document);
    read = until;
    isFirst = false;
    at = Math.max(at + 1000, next);
  }
  for (const time of times.slice(read)) if (time >= from && time < to) waits.push(at - time);
  return { waits, fetches, missed };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Our rule with the default interval at which a figure of it equals the wanted one. */
function matched(peer: Score, figure: (score: Score) => number, set: readonly Watched[], rising: boolean): Score {
  let [least, most] = [2 * MINUTE, 3 * DAY];
  let score = simulate(ours('', range(HOUR)), set);
  for (let round = 0; round < 12; round += 1) {
    const defaultMs = Math.round(Math.sqrt(least * most));
    score = simulate(ours(`  default ${Math.round(defaultMs / MINUTE)} min`, range(defaultMs)), set);
    if (Math.abs(figure(score) / figure(peer) - 1) < 0.005) break;
    if (figure(score) > figure(peer) === rising) most = defaultMs;
    else least = defaultMs;
  }
  return score;
}

/** The widest bounds among the peers. */
const range = (defaultMs: number): ScheduleSettings => ({ defaultMs, minMs: 5 * MINUTE, maxMs: DAY });

function report(title: string, set: readonly Watched[]): void {
  const posts = set.reduce((sum, { times, from, to }) => sum + times.filter((at) => at >= from && at < to).length, 0);
  console.log(`\n${title}: ${set.length} sources, ${posts} posts\n`);
  console.log('| rule | fetches a day and source | mean wait, min | median | p95 | mean of source means | missed |');
  console.log('|---|---:|---:|---:|---:|---:|---:|');
  row(
    simulate(
      ours('**Feedmill, as shipped** (default 1 h, 10 min to 1 d)', { ...range(HOUR), minMs: 10 * MINUTE }),
      set,
    ),
  );
  for (const rule of [MINIFLUX, COMMAFEED, LION_READER]) {
    const peer = simulate(rule, set);
    row({ ...peer, name: `**${peer.name}**` });
    row(
      prefix(
        'Feedmill, as many fetches,',
        matched(peer, ({ fetchesADay }) => fetchesADay, set, false),
      ),
    );
    row(
      prefix(
        'Feedmill, the same wait,',
        matched(peer, ({ meanMin }) => meanMin, set, true),
      ),
    );
  }
}

const prefix = (text: string, score: Score): Score => ({ ...score, name: `${text}${score.name}` });

function row({ name, fetchesADay, meanMin, medianMin, p95Min, sourceMeanMin, missed }: Score): void {
  const figures = [meanMin, medianMin, p95Min, sourceMeanMin].map((value) => value.toFixed(1)).join(' | ');
  console.log(`| ${name} | ${fetchesADay.toFixed(2)} | ${figures} | ${missed} |`);
}

const LIMITS: ParseLimits = {
  maxDepth: 200,
  maxEntries: 5000,
  maxAttributes: 1000,
  maxTextLength: 20_000_000,
  maxTags: 50,
};

/** Feeds with at least 10 dated entries over a day or more: the older half is known, the newer half is watched. */
function corpusSeries(directory: string): Watched[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:xml|rss|atom|rdf|json)$/.test(file))
    .sort()
    .flatMap((file) => {
      const bytes = readFileSync(join(directory, file));
      const parsed = parseDocument({
        bytes,
        url: 'https://example.org/',
        timezone: 'UTC',
        now: Date.UTC(2030, 0, 1),
        limits: LIMITS,
        knownHashes: new Set(),
      });
      if (parsed.kind === 'failed') return [];
      const dated = parsed.feed.entries.flatMap(({ published }) => (published === undefined ? [] : [published]));
      const times = [...new Set(dated)].sort((a, b) => a - b);
      const [first, middle, last] = [times[0] ?? 0, times[times.length >> 1] ?? 0, times.at(-1) ?? 0];
      if (times.length < 10 || last - middle < DAY / 2 || first < 0) return [];
      return [{ times, from: middle + 1, to: last + 1 }];
    });
}

const { values } = parseArgs({
  options: { scale: { type: 'string', default: '1' }, corpus: { type: 'string', multiple: true, default: [] } },
});

const from = Date.UTC(2026, 5, 1);
const warm = from + 60 * DAY;
const to = warm + 28 * DAY;
const generated: readonly Series[] = generatedSeries(from, to, Number(values.scale));
report(
  'Made-up series, 28 days',
  generated.map(({ times }) => ({ times, from: warm, to })),
);
for (const directory of values.corpus) report(`Feeds in ${directory}`, corpusSeries(directory));
