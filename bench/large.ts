/**
 * How much memory does the first start with many large feeds take?
 *
 *     npm run build && npx tsx bench/large.ts [--feeds 200] [--megabytes 2] [--limit 256] [--fetch 'maxBytesInFlight: 8MB']
 *         [--cgroup /sys/fs/cgroup/memory/NAME/cgroup.procs]
 *
 * One process that does everything, on an empty Redis. Each feed is a host of its own for the budgets, and answers at
 * once, so that as many are in flight as the worker allows. Prints the peak of the process (VmHWM), Redis apart. With
 * `--cgroup`, the process joins a control group with a memory limit, as a container has one, and sizes itself by it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { freePort } from '../test/support/port.ts';
import { startTestRedis } from '../test/support/redis.ts';
import { cpuUs, memoryMb } from './poll/processes.ts';

const { values } = parseArgs({
  options: {
    feeds: { type: 'string', default: '200' },
    megabytes: { type: 'string', default: '2' },
    limit: { type: 'string', default: '256' },
    cgroup: { type: 'string' },
    fetch: { type: 'string', default: '' },
  },
});
const [feeds, megabytes, limitMb] = [values.feeds, values.megabytes, values.limit].map(Number) as [
  number,
  number,
  number,
];
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const ENTRY_BYTES = 8_000;
const WORDS =
  'tram harbour budget school bridge election museum storm wheat engine river mayor train glass orchard'.split(' ');
const CATEGORIES = 10;
const CHECKED_MS = 10 * 60_000;

const asked = new Set<string>();
const origin = createServer((request, response) => {
  const feed = request.url?.slice(1) ?? '';
  asked.add(feed);
  response.setHeader('Content-Type', 'application/rss+xml').end(documentOf(feed));
});
origin.listen(0, '127.0.0.1');
await once(origin, 'listening');
// A server that listens on TCP has an address of this kind.
const originPort = (origin.address() as AddressInfo).port;

// Not a child of the process: in its control group it would count, too.
const redis = await startTestRedis();
const directory = await mkdtemp(join(tmpdir(), 'feedmill-large-'));
await mkdir(join(directory, 'config'));
await writeFile(join(directory, 'config', 'feedmill.yaml'), config(await freePort()));
const joining = values.cgroup === undefined ? '' : `echo $$ > ${values.cgroup}; `;
const child = spawn('/bin/sh', ['-c', `${joining}exec ${process.execPath} --max-semi-space-size=8 ${MAIN} start`], {
  cwd: directory,
  env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', FEEDMILL_LOG: 'info', REDIS_URL: redis.url },
  stdio: ['ignore', 'inherit', 'pipe'],
});
const pid = child.pid ?? 0;
let peakMb = 0;
try {
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes('"msg":"running"')) resolve();
      if (/"level":[4-6]0/u.test(line)) console.log(line);
    });
  });
  const startedAt = performance.now();
  for (let checked = 0; checked < feeds;) {
    await sleep(1_000);
    // A source that was claimed is due again after a lease of minutes; one that was checked, after an hour or so.
    checked = await redis.client.zcount('{feedmill}:due', Date.now() + CHECKED_MS, '+inf');
    const { now, peak } = memoryMb(pid);
    peakMb = peak;
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    console.log(
      `${seconds} s: asked ${asked.size}, checked ${checked}, ${Math.round(now)} MB, peak ${Math.round(peak)} MB, ` +
        `CPU ${(cpuUs(pid) / 1e6).toFixed(1)} s`,
    );
  }
} finally {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  await redis.close();
  origin.closeAllConnections();
  origin.close();
  await rm(directory, { recursive: true, force: true });
}
console.log(`${feeds} feeds of ${megabytes} MB: at most ${Math.round(peakMb)} MB`);
if (peakMb > limitMb) process.exitCode = 1;

function documentOf(feed: string): string {
  const count = Math.round((megabytes * 1024 * 1024) / ENTRY_BYTES);
  const items = Array.from({ length: count }, (_, number) => {
    let state = (number * 48_271 + Number(feed) * 104_729 + 1) % 2_147_483_647;
    const next = (): string => {
      state = (state * 48_271) % 2_147_483_647;
      return `${WORDS[state % WORDS.length] ?? ''}${state % 89}`;
    };
    const title = Array.from({ length: 6 }, next).join(' ');
    const text = Array.from({ length: ENTRY_BYTES / 8 }, next).join(' ');
    return `<item><guid isPermaLink="false">${feed}-${number}</guid><title>${title}</title><link>https://f${feed}.example/${number}</link><description><![CDATA[<p>${text}</p>]]></description></item>`;
  });
  return `<rss version="2.0"><channel><title>${feed}</title>${items.join('')}</channel></rss>`;
}

function config(port: number): string {
  const sources = Array.from(
    { length: feeds },
    (_, index) =>
      `  - { id: s${index}, url: "http://127.0.0.1:${originPort}/${index}", categories: [c${index % CATEGORIES}] }`,
  );
  const categories = Array.from({ length: CATEGORIES }, (_, index) => `  - { slug: c${index}, title: C${index} }`);
  return `
site: { title: Large, url: "http://127.0.0.1:${port}", language: en, timezone: UTC }
http: { host: 127.0.0.1, port: ${port} }
fetch: { allow: [127.0.0.0/8], host: { concurrency: 100, delay: 0s }${values.fetch === '' ? '' : `, ${values.fetch}`} }
categories:
${categories.join('\n')}
sources:
${sources.join('\n')}
`;
}
