/**
 * Does a site that runs for long stay as large as it is: memory, handles, keys of Redis?
 *
 *     npm run build && npx tsx bench/soak.ts [--minutes 10] [--sources 300] [--every 10] [--limit 250] [--snapshots DIRECTORY]
 *
 * One process that does everything, on its private Redis, with sources that each have a new entry of 3 KB at every check. An
 * interval of 10 s in place of a minute makes an hour of ten minutes. Prints a line every half minute; the last half of the
 * lines must not grow by more than a tenth, and no line may pass `--limit` MB. With `--snapshots`, SIGUSR2 makes the
 * process write heap snapshots there, at the first line and at the last.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connectRedis } from '../src/io/redis/connect.ts';
import { SILENT_LOG } from '../test/support/memory.ts';
import { freePort } from '../test/support/port.ts';
import { cpuUs, memoryMb } from './poll/processes.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    sources: { type: 'string', default: '300' },
    every: { type: 'string', default: '10' },
    limit: { type: 'string', default: '250' },
    snapshots: { type: 'string' },
  },
});
const [minutes, sources, everyS, limitMb] = [values.minutes, values.sources, values.every, values.limit].map(
  Number,
) as [number, number, number, number];
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const LINE_EVERY_MS = 30_000;
const LISTED = 20;
const CATEGORIES = 10;
const WORDS =
  'tram harbour budget school bridge election museum storm wheat engine river mayor train glass orchard'.split(' ');

interface Line {
  readonly rssMb: number;
  readonly handles: number;
  readonly keys: number;
}

const counts = new Map<string, number>();
let answers = 0;
const origin = createServer((request, response) => {
  const source = request.url?.slice(1) ?? '';
  const count = (counts.get(source) ?? LISTED) + 1;
  counts.set(source, count);
  answers += 1;
  const items = Array.from({ length: LISTED }, (_, index) => itemOf(source, count - index));
  response
    .setHeader('Content-Type', 'application/rss+xml')
    .end(`<rss version="2.0"><channel><title>${source}</title>${items.join('')}</channel></rss>`);
});
origin.listen(0, '127.0.0.1');
await once(origin, 'listening');
// A server that listens on TCP has an address of this kind.
const originPort = (origin.address() as AddressInfo).port;

const directory = await mkdtemp(join(tmpdir(), 'feedmill-soak-'));
await mkdir(join(directory, 'config'));
const sitePort = await freePort();
await writeFile(join(directory, 'config', 'feedmill.yaml'), config(sitePort));
const flags =
  values.snapshots === undefined ? [] : ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${values.snapshots}`];
const child = spawn(process.execPath, ['--max-semi-space-size=8', ...flags, MAIN, 'start'], {
  cwd: directory,
  env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', FEEDMILL_LOG: 'warn' },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const pid = child.pid ?? 0;
const lines: Line[] = [];
try {
  await sleep(LINE_EVERY_MS);
  const redis = await connectRedis({ urls: [], directory: join(directory, 'data', 'redis') }, SILENT_LOG, {
    shared: true,
  });
  console.log('  minute   RSS MB     peak  heap MB buffers MB handles     keys Redis MB   checks    CPU s');
  for (let number = 1; number <= (minutes * 60_000) / LINE_EVERY_MS; number += 1) {
    const { now, peak } = memoryMb(pid);
    const keys = await redis.client.dbsize();
    const redisMb = Number(/used_memory:(\d+)/u.exec(await redis.client.info('memory'))?.[1]) / 1024 / 1024;
    const handles = readdirSync(`/proc/${pid}/fd`).length;
    lines.push({ rssMb: now, handles, keys });
    const { heapMb, buffersMb } = await javaScriptMemory();
    const cells = [number / 2, now, peak, heapMb, buffersMb, handles, keys, redisMb, answers, cpuUs(pid) / 1e6];
    console.log(cells.map((cell) => String(Math.round(cell * 10) / 10).padStart(8)).join(' '));
    if (values.snapshots !== undefined && number === 1) child.kill('SIGUSR2');
    await sleep(LINE_EVERY_MS);
  }
  if (values.snapshots !== undefined) {
    child.kill('SIGUSR2');
    await sleep(LINE_EVERY_MS);
  }
  await redis.close();
} finally {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  origin.closeAllConnections();
  origin.close();
  await rm(directory, { recursive: true, force: true });
}

const half = lines.slice(lines.length >> 1);
const most = Math.max(...lines.map(({ rssMb }) => rssMb));
const mean = (list: readonly Line[]) => list.reduce((sum, { rssMb }) => sum + rssMb, 0) / list.length;
const [third, fourth] = [half.slice(0, half.length >> 1), half.slice(half.length >> 1)];
const growth = mean(fourth) / mean(third);
console.log(`at most ${Math.round(most)} MB; the last quarter is ${growth.toFixed(2)} times the one before`);
if (most > limitMb || growth > 1.1) process.exitCode = 1;

/** As the process itself counts it; the rest of its memory is the allocator's and the code's. */
async function javaScriptMemory(): Promise<{ readonly heapMb: number; readonly buffersMb: number }> {
  const text = await (await fetch(`http://127.0.0.1:${sitePort}/metrics`)).text();
  const mb = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'mu').exec(text)?.[1]) / 1024 / 1024;
  return { heapMb: mb('nodejs_heap_size_used_bytes'), buffersMb: mb('nodejs_external_memory_bytes') };
}

function itemOf(source: string, number: number): string {
  const at = new Date(Date.UTC(2026, 10, 1) + number * 60_000).toUTCString();
  let state = (number * 48_271 + source.length * 7_919 + Number(source.slice(1)) * 104_729) % 2_147_483_647;
  const text = Array.from({ length: 450 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return `${WORDS[state % WORDS.length]}${state % 89}`;
  }).join(' ');
  return (
    `<item><guid isPermaLink="false">${source}-${number}</guid><title>Entry ${number} of ${source}</title><pubDate>${at}</pubDate>` +
    `<link>http://news.example/${source}/${number}</link><description>&lt;p&gt;${text}&lt;/p&gt;</description></item>`
  );
}

function config(port: number): string {
  const list = Array.from(
    { length: sources },
    (_, index) =>
      `  - { id: s${index}, url: "http://127.0.0.1:${originPort}/s${index}", categories: [c${index % CATEGORIES}] }`,
  );
  const categories = Array.from({ length: CATEGORIES }, (_, index) => `{ slug: c${index}, title: Category ${index} }`);
  return `
site: { title: News, url: "http://127.0.0.1:${port}", language: en, timezone: UTC }
http: { host: 127.0.0.1, port: ${port} }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 20, delay: 0s } }
schedule: { default: ${everyS}s, min: ${everyS}s, max: ${everyS}s }
keep: { perCategory: 500 }
categories: [${categories.join(', ')}]
sources:
${list.join('\n')}
`;
}
