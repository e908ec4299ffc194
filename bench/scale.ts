/**
 * What do 100,000 sources cost: Redis' memory, the sweep, and a start on a config that has not changed?
 *
 *     NODE_OPTIONS=--max-old-space-size=4096 npx tsx bench/scale.ts [SOURCES]
 *
 * State only: no origin is asked. Each source gets the state that a first check of a feed with 20 entries leaves, and then a 304, through
 * the real decisions and the real store, on a Redis of its own. Memory is what Redis uses more than before, all in all.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, type Redis } from 'ioredis';
import { pino } from 'pino';
import { loadConfig } from '../src/config/load.ts';
import { connectRedis } from '../src/io/redis/connect.ts';
import { createChecks } from '../src/io/store/checks.ts';
import type { CheckResult } from '../src/model/check.ts';
import { checkId } from '../src/model/check-id.ts';
import type { Settings, Source } from '../src/model/settings.ts';
import type { SourceState } from '../src/model/source-state.ts';
import type { Checks } from '../src/ports/checks.ts';
import { budgetKey } from '../src/stages/request/request.ts';
import { firstChecksApartMs } from '../src/stages/schedule/first-checks.ts';
import { nextState } from '../src/stages/schedule/next-state.ts';
import { randomFrom } from './publishing-times.ts';

const ENTRIES = 20;
const HOUR_MS = 3_600_000;
const AT_ONCE = 2_000;
const T0 = Date.UTC(2026, 0, 1);

const count = Number(process.argv[2] ?? 100_000);
const random = randomFrom(1);
const hex = (digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
const row = (name: string, value: string): void => {
  console.log(`${name.padEnd(56)} ${value.padStart(12)}`);
};

const directory = await mkdtemp(join(tmpdir(), 'feedmill-scale-'));
const configDirectory = await mkdtemp(join(tmpdir(), 'feedmill-scale-config-'));
const handle = await connectRedis({ urls: [], directory }, pino({ level: 'silent' }));
try {
  if (handle.client instanceof Cluster) throw new Error('the private Redis is one server');
  await writeFile(join(configDirectory, 'feedmill.yaml'), configOf(count));
  await measure(handle.client);
} finally {
  await handle.close();
  await rm(directory, { recursive: true, force: true });
  await rm(configDirectory, { recursive: true, force: true });
}

function configOf(sources: number): string {
  const lines = Array.from(
    { length: sources },
    (_, index) =>
      `  - { id: source-${index}, url: "https://host-${index % (sources / 4)}.example.org/section/${index}/feed.xml", categories: [news] }`,
  );
  return `site: { title: Scale, url: https://news.example.org }\ncategories: [{ slug: news }]\nsources:\n${lines.join('\n')}\n`;
}

async function measure(client: Redis): Promise<void> {
  const checks = createChecks(client, `${handle.prefix}:`);
  const before = await usedBytes(client);
  const loading = await timed(() => loadConfig(configDirectory, {}));
  const settings = loading.result;
  const ids = settings.sources.map(({ id }) => id);
  const first = await timed(() => checks.sync(ids, T0, firstChecksApartMs));
  const known = await usedBytes(client);

  const states = await timed(() => checkAll(checks, settings));
  const checked = await usedBytes(client);
  const again = await timed(() => loadConfig(configDirectory, {}));
  const unchanged = await timed(() => checks.sync(ids, T0 + HOUR_MS, firstChecksApartMs));

  row('sources', String(count));
  row('config read, s (of CPU)', seconds(loading));
  row('made known to Redis, s (of CPU)', seconds(first));
  row('all known already, s (of CPU)', seconds(unchanged));
  row('start with an unchanged config, s (of CPU; goal 10)', seconds(again, unchanged));
  row('Redis, bytes a source, never checked', ((known - before) / count).toFixed(0));
  row('Redis, bytes a source, checked (goal 2,500)', ((checked - before) / count).toFixed(0));
  row('  of these the state as JSON', String(states.result));
  row('a check (open, decide, close), CPU µs of this process', ((1_000 * states.cpuMs) / (2 * count)).toFixed(0));
  await sweeps(client, checks);
}

/** @returns the mean length of a state, bytes */
async function checkAll(checks: Checks, { sources }: Settings): Promise<number> {
  let bytes = 0;
  for (let from = 0; from < sources.length; from += AT_ONCE) {
    await Promise.all(
      sources.slice(from, from + AT_ONCE).map(async (source) => {
        await check(checks, source, T0 + 60_000, feed(source));
        const state = await check(checks, source, T0 + 30 * HOUR_MS, notModified(source));
        bytes += JSON.stringify(state).length;
      }),
    );
  }
  return Math.round(bytes / sources.length);
}

async function check(checks: Checks, source: Source, now: number, result: CheckResult): Promise<SourceState> {
  const lease = {
    sourceId: source.id,
    holder: checkId({ sourceId: source.id, dueAt: now }),
    budgetKey: budgetKey(source.url, source.fetch.host.scope),
  };
  const budget = { ...source.fetch.host, delayMs: 0, concurrency: 100 };
  const opened = await checks.open({ ...lease, dueAt: now, budget, now, leaseMs: 60_000 });
  if (opened.kind !== 'open') throw new Error(`${source.id} is ${opened.kind}`);
  const state = nextState({ source, state: opened.state, checkedAt: now, now, jitter: random(), result });
  await checks.close({ ...lease, state, now });
  return state;
}

function answered({ url }: Source) {
  const hints = { freshForMs: 600_000 };
  return { url, redirects: [], hints, etag: `"${hex(32)}"`, lastModified: new Date(T0).toUTCString() };
}

function notModified(source: Source): CheckResult {
  return { kind: 'no-body', outcome: { kind: 'not-modified', status: 304, ...answered(source) } };
}

function feed(source: Source): CheckResult {
  const links = { hubs: [] };
  return {
    kind: 'feed',
    response: { kind: 'body', status: 200, ...answered(source), links, delta: false },
    facts: {
      bodyHash: hex(16),
      entryHashes: hex(16 * ENTRIES),
      title: `The news of ${source.id}`,
      link: new URL('/', source.url).href,
      hubs: [],
      hints: { ttlMs: 1_800_000, skipHours: [], skipDays: [] },
      publishedTimes: Array.from({ length: ENTRIES }, (_, place) => T0 - Math.floor((place + random()) * HOUR_MS)),
      entries: ENTRIES,
      added: ENTRIES,
      changed: 0,
      issues: [],
    },
  };
}

/** A sweep that finds nothing, and one that finds 500, with ever fewer others that are not due. */
async function sweeps(client: Redis, checks: Checks): Promise<void> {
  const due = `${handle.prefix}:due`;
  const far = Date.UTC(2027, 0, 1);
  const ids = await client.zrange(due, '0', '-1');
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    await client.zadd(due, ...ids.slice(from, from + AT_ONCE).flatMap((id) => [String(far), id]));
  }
  for (let left = count; left >= 1_000; left = Math.floor(left / 10)) {
    await client.zremrangebyrank(due, 0, -left - 1);
    const kept = ids.slice(-left);
    const idle = await sweepUs(client, 200, () => checks.claimDue(T0, 500, 60_000));
    let at = T0;
    const busy = await sweepUs(client, 50, async () => {
      const some = kept.slice(0, 500);
      await client.zadd(due, ...some.flatMap((id) => [String((at += 1)), id]));
      await checks.claimDue(at, 500, far - at);
    });
    row(`sweep of ${left}: nothing due, Redis µs`, idle.toFixed(0));
    row(`sweep of ${left}: 500 due, Redis µs a due source`, (busy / 500).toFixed(2));
  }
}

/** Redis' own time for the script, µs a run. */
async function sweepUs(client: Redis, runs: number, sweep: () => Promise<unknown>): Promise<number> {
  const spent = async (): Promise<number> =>
    Number(/cmdstat_evalsha:calls=\d+,usec=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
  await sweep();
  const before = await spent();
  for (let run = 0; run < runs; run += 1) await sweep();
  return ((await spent()) - before) / runs;
}

async function usedBytes(client: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
}

interface Timed<T> {
  readonly ms: number;
  /** Of this process, all threads. */
  readonly cpuMs: number;
  readonly result: T;
}

async function timed<T>(step: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const before = process.cpuUsage();
  const result = await step();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1_000, result };
}

function seconds(...steps: readonly Timed<unknown>[]): string {
  const sum = (of: 'ms' | 'cpuMs'): string => (steps.reduce((all, step) => all + step[of], 0) / 1_000).toFixed(1);
  return `${sum('ms')} (${sum('cpuMs')})`;
}
