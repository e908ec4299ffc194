/**
 * What does a poll cost that brings nothing new, with everything on?
 *
 *     npm run build && npx tsx bench/poll.ts [--feeds 2000] [--hosts 500] [--seconds 20] [--tls h1|h2] [--polls N] [--prof DIR]
 *
 * A real worker process with its private Redis, host budgets on (2 at once, no delay), every source's state kept, asks an origin on
 * loopback that answers 304. The bench makes each source due again as soon as it was checked. Beside it, in the same run and on the same
 * requests: undici's bare `dispatch`, and newsboat's third `-x reload`.
 *
 * `--polls N` continues until this many polls are done and prints the memory at ten points.
 */
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ask, startOriginProcess, type OriginProcess } from './poll/processes.ts';
import type { BareOrder, BareResult } from './poll/bare.ts';
import { makeCertificate } from './poll/certificate.ts';
import { newsboatSeconds } from './poll/newsboat.ts';
import { hostOf } from './poll/origin.ts';
import { startWorker, type BenchWorker, type Usage } from './poll/worker.ts';

const { values } = parseArgs({
  options: {
    feeds: { type: 'string', default: '2000' },
    hosts: { type: 'string', default: '500' },
    entries: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '20' },
    tls: { type: 'string' },
    polls: { type: 'string' },
    prof: { type: 'string' },
    main: { type: 'string' },
    alone: { type: 'boolean', default: false },
  },
});
const [feeds, hosts, entries, seconds] = [values.feeds, values.hosts, values.entries, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];
const AT_ONCE = 100;
const NEWSBOAT_THREADS = 64;
const POINTS = 10;

const addresses = Array.from({ length: feeds }, (_, feed) => hostOf(feed, hosts));
const certificate = values.tls === undefined ? undefined : await makeCertificate(addresses);
const origin = await startOriginProcess({
  feeds,
  hosts,
  entries,
  ...(certificate && { tls: { ...certificate, http2: values.tls === 'h2' } }),
});
const urls = addresses.map(
  (address, feed) => `${certificate ? 'https' : 'http'}://${address}:${origin.port}/feed/${feed}.xml`,
);

const config = `
site: { title: Bench, url: http://127.0.0.1:1, language: en, timezone: UTC }
fetch:
  allow: [127.0.0.0/8]
  concurrency: ${AT_ONCE}
  host: { concurrency: 2, delay: 0s }
${certificate ? `  ca: |\n${certificate.ca.replace(/^/gm, '    ')}\n` : ''}
schedule: { default: 1h, min: 10m, max: 1d }
categories: [{ slug: news, title: News }]
sources:
${urls.map((url, feed) => `  - { id: s${feed}, url: "${url}", categories: [news] }`).join('\n')}
`;

const row = (name: string, value: string): void => {
  console.log(`${name.padEnd(44)} ${value.padStart(12)}`);
};

const started = performance.now();
const worker = await startWorker({
  config,
  ...(values.main !== undefined && { main: values.main }),
  ...(values.prof !== undefined && { nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${values.prof}`] }),
});
try {
  await worker.untilQuiet();
  console.log(
    `${feeds} feeds on ${hosts} hosts${values.tls === undefined ? '' : ` over TLS (${values.tls})`}; first round and publishing took ${((performance.now() - started) / 1_000).toFixed(1)} s`,
  );
  await worker.keepBusy(3_000);
  if (values.polls === undefined) await measured(worker, origin);
  else await many(worker, origin, Number(values.polls));
} finally {
  await worker.stop();
  origin.stop();
}

async function measured(busy: BenchWorker, from: OriginProcess): Promise<void> {
  const [before, countBefore] = await Promise.all([busy.usage(), from.count()]);
  const start = performance.now();
  await busy.keepBusy(1_000 * seconds);
  const took = (performance.now() - start) / 1_000;
  const [after, countAfter] = await Promise.all([busy.usage(), from.count()]);
  const polls = countAfter.requests - countBefore.requests;
  const ours = polls / took;
  row('polls/s', ours.toFixed(0));
  row('answered 304', `${((100 * (countAfter.notModified - countBefore.notModified)) / polls).toFixed(1)} %`);
  row('new connections a poll', ((countAfter.connections - countBefore.connections) / polls).toFixed(4));
  const workerUs = (after.workerUs - before.workerUs) / polls;
  row('worker, CPU µs a poll', workerUs.toFixed(0));
  row('Redis, CPU µs a poll', ((after.redisUs - before.redisUs) / polls).toFixed(0));
  row('reads by Redis a poll (round trips)', ((after.reads - before.reads) / polls).toFixed(2));
  printCommands(before, after, polls);
  row('worker memory now / most, MB', `${after.rssMb.toFixed(0)} / ${after.peakMb.toFixed(0)}`);
  row('Redis memory, most, MB', after.redisPeakMb.toFixed(0));
  if (values.alone) return;
  await busy.untilQuiet();
  await bounds(ours, workerUs);
}

function printCommands(before: Usage, after: Usage, polls: number): void {
  const calls = [...after.commands]
    .map(([name, count]) => [name, (count - (before.commands.get(name) ?? 0)) / polls] as const)
    .filter(([, count]) => count >= 0.005)
    .sort(([, one], [, other]) => other - one);
  row('commands a poll, those in scripts included', calls.reduce((sum, [, count]) => sum + count, 0).toFixed(2));
  for (const [name, count] of calls) row(`  ${name}`, count.toFixed(2));
}

async function bounds(ours: number, workerUs: number): Promise<void> {
  const requests = await Promise.all(urls.map((url) => validatorsOf(url)));
  const bareUs = async (name: string, more: Partial<BareOrder>): Promise<void> => {
    const child = fork(new URL('./poll/bare.ts', import.meta.url));
    const secure = certificate && { ca: certificate.ca, http2: values.tls === 'h2' };
    const order: BareOrder = { requests, atOnce: AT_ONCE, seconds: 5, ...secure, ...more };
    const bare = (await ask(child, order)) as BareResult;
    const us = bare.cpuUs / bare.requests;
    row(`${name}, requests/s`, (bare.requests / bare.seconds).toFixed(0));
    row(`${name}, CPU µs`, us.toFixed(0));
    row('  polls/s by that', (ours / (bare.requests / bare.seconds)).toFixed(3));
    row('  by CPU of the worker alone', (us / workerUs).toFixed(3));
  };
  await bareUs('bare dispatch', {});
  if (values.tls === 'h1') {
    await bareUs('bare, a connection each', { fresh: 'shared' });
    await bareUs('bare, a secure context each too', { fresh: 'apart' });
  }
  if (certificate) return;
  const boat = await newsboatSeconds(urls, NEWSBOAT_THREADS);
  row('newsboat, third reload, feeds/s', boat === undefined ? 'not installed' : (feeds / boat).toFixed(0));
}

/** As the worker has them, from its state. */
async function validatorsOf(url: string): Promise<BareOrder['requests'][number]> {
  const feed = /feed\/(\d+)/.exec(url)?.[1] ?? '';
  const text = await worker.redis.hget(`{feedmill}:s:s${feed}`, 'v');
  const { etag = '', lastModified = '' } = JSON.parse(text ?? '{}') as { etag?: string; lastModified?: string };
  return { url, etag, modified: lastModified };
}

async function many(busy: BenchWorker, from: OriginProcess, polls: number): Promise<void> {
  const first = (await from.count()).requests;
  console.log('polls     worker MB   Redis MB');
  for (let point = 1; point <= POINTS;) {
    await busy.keepBusy(1_000);
    const done = (await from.count()).requests - first;
    if (done < (polls * point) / POINTS) continue;
    const { rssMb, redisPeakMb } = await busy.usage();
    console.log(
      `${String(done).padStart(8)}   ${rssMb.toFixed(0).padStart(8)}   ${redisPeakMb.toFixed(0).padStart(8)}`,
    );
    point += 1;
  }
}
