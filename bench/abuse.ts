/**
 * Can strangers make us work, so that a reader or a subscriber waits?
 *
 *     npm run build && npx tsx bench/abuse.ts [--sources 500] [--seconds 15]
 *
 * The real command with its private Redis polls 500 sources twice a minute. A reader asks for a category feed 20 times a second, whole and
 * with a validator in turn; a subscriber subscribes four times a second and waits for the question of the hub. One source adds an entry at
 * each poll. First without strangers, then with each attack, with 3,000 new categories in each new entry, and all at once. Strangers are a process of
 * their own and come from another address; where it shares the cores with the site, its own CPU time counts against us.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { type Attack, type AttackOrder, type AttackReport, ATTACKS } from './abuse/attacker.ts';
import { ask as askProcess, cpuUs, memoryMb } from './poll/processes.ts';
import { makeInstallation, type RunningWorker } from './system/installation.ts';

const { values } = parseArgs({
  options: { sources: { type: 'string', default: '500' }, seconds: { type: 'string', default: '15' } },
});
const sources = Number(values.sources);
const seconds = Number(values.seconds);
const SITE = 'https://news.example.org';
const CATEGORIES = 10;
/** Of the entry that one source adds at each poll: usually, and by a stranger. */
const TAGS = { usual: 3, hostile: 3_000 };

// --- the origin of all sources, and the subscriber's callbacks

let isBombing = false;
let added = 0;
const asked = new Map<string, (at: number) => void>();
const server = createServer((incoming, response) => {
  const url = new URL(incoming.url ?? '/', 'http://x/');
  const challenge = url.searchParams.get('hub.challenge');
  if (challenge !== null) {
    asked.get(url.pathname)?.(performance.now());
    response.end(challenge);
  } else if (url.pathname.startsWith('/feed/')) {
    response.setHeader('Content-Type', 'application/rss+xml');
    response.end(feedOf(url.pathname.slice('/feed/'.length)));
  } else response.end();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// A server that listens on TCP has an address of this kind.
const { port: originPort } = server.address() as AddressInfo;

function feedOf(name: string): string {
  const isBusy = name === 'busy';
  const fresh = isBusy ? itemWithTags((added += 1), isBombing ? TAGS.hostile : TAGS.usual) : '';
  const items = Array.from({ length: 10 }, (_, number) => {
    const text = `${name} ${number} `.repeat(60);
    return `<item><guid>${name}-${number}</guid><title>${name} headline ${number}</title><description>${text}</description></item>`;
  });
  return `<rss version="2.0"><channel><title>${name}</title>${fresh}${items.join('')}</channel></rss>`;
}

function itemWithTags(number: number, count: number): string {
  const tags = Array.from({ length: count }, (_, index) => `<category>tag ${number} ${index} of a stranger</category>`);
  return `<item><guid>fresh-${number}</guid><title>fresh ${number}</title>${tags.join('')}</item>`;
}

// --- who is measured

function quantile(list: readonly number[], share: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function read(port: number, until: number): Promise<number[]> {
  const times: number[] = [];
  const path = `http://127.0.0.1:${port}/category/c0.rss`;
  let etag = '';
  for (let number = 0; performance.now() < until; number += 1) {
    const startedAt = performance.now();
    const headers = { 'accept-encoding': 'gzip', ...(number % 2 === 1 && { 'if-none-match': etag }) };
    const answer = await request(path, { headers });
    await answer.body.dump();
    if (answer.statusCode !== 200 && answer.statusCode !== 304) throw new Error(`the reader got ${answer.statusCode}`);
    times.push(performance.now() - startedAt);
    etag = String(answer.headers['etag'] ?? etag);
    await pause(Math.max(0, 50 - (performance.now() - startedAt)));
  }
  return times;
}

let callbacks = 0;

/** @returns ms from each request to the hub's question; infinite where none came within 20 s */
async function subscribe(port: number, until: number): Promise<number[]> {
  const waits: Promise<number>[] = [];
  while (performance.now() < until) {
    const startedAt = performance.now();
    const path = `/callback/${(callbacks += 1)}`;
    const question = new Promise<number>((resolve) => asked.set(path, resolve));
    const body = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.topic': `${SITE}/category/c0.rss`,
      'hub.callback': `http://127.0.0.1:${originPort}${path}`,
    }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await request(`http://127.0.0.1:${port}/websub`, { method: 'POST', headers, body });
    await answer.body.dump();
    if (answer.statusCode !== 202) throw new Error(`the subscriber got ${answer.statusCode}`);
    waits.push(Promise.race([question.then((at) => at - startedAt), pause(20_000, Infinity, { ref: false })]));
    await pause(250);
  }
  return Promise.all(waits);
}

interface Row {
  readonly name: string;
  readonly reader: readonly number[];
  readonly subscriber: readonly number[];
  readonly memoryMb: number;
  readonly redisMb: number;
  readonly cpuShare: number;
  readonly statuses: string;
}

async function phase(name: string, worker: RunningWorker, attacks: readonly Attack[], bombing: boolean): Promise<Row> {
  isBombing = bombing;
  const attacker = fork(new URL('./abuse/attacker.ts', import.meta.url));
  const order: AttackOrder = { attacks, seconds: seconds + 2, port: worker.port, site: SITE };
  const cpuBefore = cpuUs(worker.pid);
  const report = attacks.length === 0 ? undefined : askProcess(attacker, order);
  await pause(1_000);
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  const [reader, subscriber] = await Promise.all([read(worker.port, until), subscribe(worker.port, until)]);
  const cpuShare = (cpuUs(worker.pid) - cpuBefore) / 1_000 / (performance.now() - startedAt + 1_000);
  // The attacker's own report.
  const { statuses } = ((await report) ?? { statuses: {} }) as AttackReport;
  attacker.kill();
  isBombing = false;
  const used = /used_memory:(\d+)/.exec(await worker.redis.info('memory'))?.[1];
  return {
    name,
    reader,
    subscriber,
    memoryMb: memoryMb(worker.pid).now,
    redisMb: Number(used) / 2 ** 20,
    cpuShare,
    statuses: Object.entries(statuses)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', '),
  };
}

function print({ name, reader, subscriber, ...row }: Row, quiet: Row): void {
  const times = (list: readonly number[]) => `${quantile(list, 0.5).toFixed(1)} / ${quantile(list, 0.99).toFixed(1)}`;
  const ratio = (list: readonly number[], before: readonly number[]) =>
    (quantile(list, 0.99) / quantile(before, 0.99)).toFixed(1);
  console.log(
    `| ${name} | ${times(reader)} | ${ratio(reader, quiet.reader)} | ${times(subscriber)} | ${ratio(subscriber, quiet.subscriber)} | ` +
      `${row.memoryMb.toFixed(0)} | ${row.redisMb.toFixed(0)} | ${(100 * row.cpuShare).toFixed(0)} % | ${row.statuses} |`,
  );
}

const directory = mkdtempSync(join(tmpdir(), 'feedmill-abuse-'));
const installation = await makeInstallation(directory);
const named = [...Array.from({ length: sources }, (_, number) => `s${number}`), 'busy'];
await installation.writeConfig(`site: { title: Abuse, url: ${SITE} }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 20, delay: 0s } }
schedule: { default: 30s, min: 30s, max: 1m }
publish: { websub: { hub: self, allow: [127.0.0.0/8] } }
categories:
${Array.from({ length: CATEGORIES }, (_, number) => `  - { slug: c${number}, title: Category ${number} }`).join('\n')}
sources:
${named.map((name, number) => `  - { id: ${name}, url: "http://127.0.0.1:${originPort}/feed/${name}", categories: [c${number % CATEGORIES}] }`).join('\n')}
`);
const worker = await installation.start('all', 60_000);
try {
  console.log(
    '| with | reader: ms, median / p99 | times quiet | subscriber: ms, median / p99 | times quiet | MB | Redis, MB | CPU | answers to strangers |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  const isReady = async () => (await request(`http://127.0.0.1:${worker.port}/category/c0.rss`)).body.text();
  while (!(await isReady()).includes('headline')) await pause(500);
  // The first round of all sources, which are spread over their interval.
  await pause(35_000);
  const quiet = await phase('no stranger', worker, [], false);
  print(quiet, quiet);
  for (const name of ATTACKS) print(await phase(name, worker, [name], false), quiet);
  print(await phase('3,000 tags an entry', worker, [], true), quiet);
  print(await phase('all at once', worker, ATTACKS, true), quiet);
  print(await phase('no stranger, afterwards', worker, [], false), quiet);
} finally {
  await worker.stop();
  server.close().closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
}
