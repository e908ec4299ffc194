/** `script/demo`: runs the whole system on the sample newsrooms, until Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatDuration, parseDuration } from '../src/syntax/duration.ts';
import { newsrooms, startDemoOrigin } from './origin.ts';

const usage = `Usage: script/demo [--for DURATION] [--port PORT]

Starts sample newsrooms on this machine and Feedmill on their feeds, and prints the addresses to open.

  --for DURATION  end by itself after 30s, 5m, …, and fail unless every category has grown
  --port PORT     where Feedmill serves; 8080 if that is free, else another one
`;

const categories = [
  { slug: 'caijing', title: '财经要闻' },
  { slug: 'harbour', title: 'Harbour news' },
  { slug: 'workshop', title: 'Science and tools' },
] as const;

const PUBLISH_EVERY_MS = 2000;
const LOOK_EVERY_MS = 1000;
const START_WITHIN_MS = 60_000;

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const config = fileURLToPath(new URL('config', import.meta.url));

interface DemoOptions {
  readonly forMs?: number;
  readonly port?: number;
}

/** @throws Error for unknown or invalid options */
function optionsOf(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: { for: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) return 'help';
  const forMs = values.for === undefined ? undefined : parseDuration(values.for);
  if (values.for !== undefined && forMs === undefined) throw new Error(`--for ${values.for}: must be like 30s or 5m`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Error(`--port ${values.port ?? ''}: must be a number from 1 to 65535`);
  }
  return { ...(forMs !== undefined && { forMs }), ...(port !== undefined && { port }) };
}

async function run({ forMs, port: wantedPort }: DemoOptions): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping.abort();
    });
  }
  const directory = await mkdtemp(join(tmpdir(), 'feedmill-demo-'));
  const origin = await startDemoOrigin(Date.now());
  const port = wantedPort ?? (await freePort(8080)) ?? (await freePort(0)) ?? 8080;
  const url = `http://127.0.0.1:${port}`;
  const feedmill = startFeedmill(url, port, origin.url, directory);
  try {
    await untilServing(url, feedmill, stopping.signal);
    if (!stopping.signal.aborted) tellAddresses(url, origin.url, forMs);
    const publishDeps = setInterval(() => {
      origin.publish(Date.now());
    }, PUBLISH_EVERY_MS);
    const grown = await watch(url, feedmill, stopping.signal, forMs);
    clearInterval(publishDeps);
    return tellResult(grown, forMs !== undefined && !stopping.signal.aborted);
  } finally {
    await end(feedmill);
    await origin.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** In a process group of its own, so that Ctrl-C reaches only this process, which then asks it to stop, once. */
function startFeedmill(url: string, port: number, originUrl: string, directory: string): ChildProcess {
  const { REDIS_URL: _, ...environment } = process.env;
  const child = spawn(process.execPath, [main, 'start'], {
    env: {
      ...environment,
      FEEDMILL_CONFIG: config,
      FEEDMILL_DEMO_URL: url,
      FEEDMILL_DEMO_PORT: String(port),
      FEEDMILL_DEMO_ORIGIN: originUrl,
      FEEDMILL_DEMO_DATA: directory,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
    detached: true,
  });
  createInterface(child.stderr).on('line', tellLogLine);
  return child;
}

/**
 * Prints only log lines that need attention; text that is not a log line is the output of a failure and is printed as
 * it is.
 */
function tellLogLine(line: string): void {
  const read = /^\{"level":(\d+),/.exec(line);
  if (read === null) console.error(line);
  else if (Number(read[1]) >= 50) console.error(`  log: ${line}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Waits until every category has its first posts. */
async function untilServing(url: string, child: ChildProcess, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + START_WITHIN_MS;
  while (!signal.aborted) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('Feedmill did not start; see above');
    if (performance.now() > deadline) throw new Error(`no posts on ${url} after ${formatDuration(START_WITHIN_MS)}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true && (await look(url)).every((seen) => seen !== undefined && seen.count > 0)) return;
    await pause(100, signal);
  }
}

function tellAddresses(url: string, originUrl: string, forMs: number | undefined): void {
  console.log(`
Feedmill is running. Open these in a browser or a feed reader:

  All categories    ${url}/
  Subscription list ${url}/opml.xml
${categories.map(({ slug, title }) => `  ${title}\n    ${['html', 'rss', 'atom', 'json'].map((form) => `${url}/category/${slug}.${form}`).join('\n    ')}`).join('\n')}

What it reads: ${newsrooms.length} newsrooms at ${originUrl}/ with a new story every ${formatDuration(PUBLISH_EVERY_MS)} (RSS, Atom, RDF, JSON
Feed; UTF-8 and GBK; one server breaks now and then). ${forMs === undefined ? 'Ctrl-C ends it all.' : `It ends by itself after ${formatDuration(forMs)}.`}
`);
}

interface Growth {
  readonly title: string;
  readonly first: number;
  readonly last: number;
}

/** Prints each new post count, until the time is over, a signal comes or Feedmill ends. */
async function watch(
  url: string,
  child: ChildProcess,
  signal: AbortSignal,
  forMs = Number.POSITIVE_INFINITY,
): Promise<readonly Growth[]> {
  const deadline = performance.now() + forMs;
  const first = await look(url);
  let last = first;
  while (!signal.aborted && performance.now() < deadline) {
    await pause(Math.min(LOOK_EVERY_MS, deadline - performance.now()), signal);
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('Feedmill has ended; see above');
    const now = await look(url);
    for (const [index, { title }] of categories.entries()) {
      const [before, after] = [last[index]?.count ?? 0, now[index]];
      if (after !== undefined && after.count > before) {
        console.log(`  ${clock()}  ${title}: ${after.count} posts (+${after.count - before}), ${after.newest}`);
      }
    }
    last = now.map((seen, index) => seen ?? last[index]);
  }
  return categories.map(({ title }, index) => ({
    title,
    first: first[index]?.count ?? 0,
    last: last[index]?.count ?? 0,
  }));
}

interface Seen {
  readonly count: number;
  readonly newest: string;
}

/** The posts in the JSON Feed of each category, as a reader gets it; undefined if it cannot be fetched now. */
async function look(url: string): Promise<readonly (Seen | undefined)[]> {
  return Promise.all(
    categories.map(async ({ slug }) => {
      const response = await fetch(`${url}/category/${slug}.json`).catch(() => undefined);
      if (response?.ok !== true) {
        await response?.arrayBuffer();
        return undefined;
      }
      const { items } = (await response.json()) as { readonly items: readonly { readonly title: string }[] }; // our own
      return { count: items.length, newest: items[0]?.title ?? '' };
    }),
  );
}

function tellResult(grown: readonly Growth[], mustGrow: boolean): number {
  console.log();
  for (const { title, first, last } of grown)
    console.log(`  ${title}: ${first} posts at the start, ${last} at the end`);
  const idle = grown.filter(({ first, last }) => last <= first);
  if (!mustGrow || idle.length === 0) return 0;
  console.log(`Nothing new in: ${idle.map(({ title }) => title).join(', ')}`);
  return 1;
}

/** The port, or the one that the system chose for 0; undefined if it is in use. */
async function freePort(wanted: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', () => {
      resolve(undefined);
    });
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo; // it listens on TCP
      server.close(() => {
        resolve(port);
      });
    });
  });
}

const clock = (): string => new Date().toTimeString().slice(0, 8);

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(ms, 0), undefined, { signal }).catch(() => undefined);
}

try {
  const options = optionsOf(process.argv.slice(2));
  if (options === 'help') console.log(usage);
  else process.exitCode = await run(options);
} catch (error) {
  console.error(`script/demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
