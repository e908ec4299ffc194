/** A copy of the site that cannot be written, is emptied or replaced, while the system runs. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { freePort } from '../support/port.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

/** Posts of 2 KB each, which no compression makes smaller. */
const TEXT = Array.from({ length: 300 }, (_, number) =>
  Math.sin(number + 1)
    .toString(36)
    .slice(2, 9),
).join(' ');

let origin: Server;
let entries = 3;
let redis: TestRedis;
let place: Workplace;
let port: number;
let mounted: string[] = [];

/** Why file systems cannot be mounted here; undefined if they can. */
function mountProblem(): string | undefined {
  const directory = `${tmpdir()}/feedmill-mount-${process.pid}`;
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'none', directory], { stdio: 'pipe' });
    execFileSync('umount', [directory]);
    return undefined;
  } catch (error) {
    return `no file system can be mounted here (needs root): ${String(error).split('\n')[0] ?? ''}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
const noMounts = mountProblem();
if (noMounts !== undefined) console.warn(`skipped: a full disk and a read-only mount: ${noMounts}`);

function mount(name: string, options: string): void {
  const directory = place.path(name);
  mkdirSync(directory, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', directory]);
  mounted.push(directory);
}

beforeAll(async () => {
  origin = createServer((_request, response) => {
    const items = Array.from(
      { length: entries },
      (_, number) =>
        `<item><guid isPermaLink="false">${number}</guid><title>Entry ${number}</title><description>${number} ${TEXT}</description></item>`,
    );
    response.setHeader('Content-Type', 'application/rss+xml');
    response.end(`<rss version="2.0"><channel><title>News</title>${items.join('')}</channel></rss>`);
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
});
afterAll(() => {
  origin.closeAllConnections();
  origin.close();
});
beforeEach(async () => {
  entries = 3;
  redis = await startTestRedis();
  port = await freePort();
  place = await makeWorkplace({ REDIS_URL: redis.url });
  await configure('public');
});
afterEach(async () => {
  for (const directory of mounted) execFileSync('umount', ['--lazy', directory]);
  mounted = [];
  await place.close();
  await redis.close();
});

async function configure(directory: string): Promise<void> {
  // A server that listens on TCP has an address of this kind.
  const { port: at } = origin.address() as AddressInfo;
  await place.write(
    'config/feedmill.yaml',
    `site: { title: News, url: "http://127.0.0.1:${port}" }
http: { host: 127.0.0.1, port: ${port} }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
schedule: { default: 1s, min: 1s, max: 1s }
publish: { directory: ${directory}, jekyll: { directory: _posts } }
flood: { least: 1000 }
categories: [{ slug: news, title: News }]
sources: [{ id: s, url: "http://127.0.0.1:${at}/s", categories: [news] }]
`,
  );
}

const itemsIn = (text: string): number => (JSON.parse(text) as { items: readonly unknown[] }).items.length;

async function served(): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/category/news.json`);
  return answer.ok ? itemsIn(await answer.text()) : 0;
}

function copied(directory = 'public'): number {
  const file = place.path(`${directory}/category/news.json`);
  return existsSync(file) ? itemsIn(readFileSync(file, 'utf8')) : 0;
}

const WAIT = { timeout: 40_000 };

describe('the publish directory', () => {
  it('is filled again when it is emptied, and when another one takes its place', async () => {
    const running = place.start(['start']);
    await expect.poll(copied, WAIT).toBe(3);
    const frontPage = () => {
      const file = place.path('public/index.html');
      return existsSync(file) && readFileSync(file, 'utf8').includes('Entry 2');
    };
    await expect.poll(frontPage, WAIT).toBe(true);
    rmSync(place.path('public'), { recursive: true });
    await expect.poll(copied, WAIT).toBe(3);
    await expect.poll(() => existsSync(place.path('public/sources.opml')), WAIT).toBe(true);
    await expect.poll(frontPage, WAIT).toBe(true);
    renameSync(place.path('public'), place.path('old'));
    mkdirSync(place.path('public'));
    await expect.poll(copied, WAIT).toBe(3);
    // As `rm -rf public/* _posts/*` does it: the directories stay, and so does what is hidden.
    const postFiles = () => readdirSync(place.path('_posts')).filter((name) => !name.startsWith('.'));
    await expect.poll(postFiles, WAIT).toHaveLength(3);
    await expect.poll(frontPage, WAIT).toBe(true);
    const seen = async () => (await redis.client.hvals('{feedmill}:copies')).filter((mark) => mark.endsWith(' filled'));
    await expect.poll(seen, WAIT).toHaveLength(2);
    for (const directory of ['public', '_posts'])
      for (const name of readdirSync(place.path(directory)))
        if (!name.startsWith('.')) rmSync(place.path(`${directory}/${name}`), { recursive: true });
    await expect.poll(postFiles, WAIT).toHaveLength(3);
    await expect.poll(copied, WAIT).toBe(3);
    const { stderr } = await running.stop();
    const fillings = stderr.split('\n').flatMap((line) => /"copies":\[(.*?)\].*filling it/u.exec(line)?.[1] ?? []);
    expect(fillings.join().match(/"directory"/gu)).toHaveLength(4);
    expect(fillings.join().match(/"post-files"/gu)).toHaveLength(2);
  }, 120_000);

  it('is tried again if it could not be used at the start; what is served does not wait for it', async () => {
    writeFileSync(place.path('public'), 'a file in the way');
    const running = place.start(['start']);
    await expect.poll(served, WAIT).toBe(3);
    await running.logged(/a copy of the site cannot be reached.*|there is a file where a folder is needed/u);
    entries = 4;
    await expect.poll(served, WAIT).toBe(4);
    rmSync(place.path('public'));
    await expect.poll(copied, WAIT).toBe(4);
    await running.stop();
  }, 120_000);

  it.skipIf(noMounts !== undefined)(
    'on a full disk holds up no served feed, and catches up when there is room',
    async () => {
      mount('public', 'size=96k');
      const running = place.start(['start']);
      await expect.poll(served, WAIT).toBe(3);
      entries = 80;
      await expect.poll(served, WAIT).toBe(80);
      await running.logged(/the disk is full \(ENOSPC\)/u);
      entries = 81;
      await expect.poll(served, WAIT).toBe(81);
      execFileSync('mount', ['-o', 'remount,size=32m', place.path('public')]);
      await expect.poll(copied, WAIT).toBe(81);
      await running.stop();
    },
    180_000,
  );

  it.skipIf(noMounts !== undefined)(
    'names the mount that is read-only',
    async () => {
      mount('ro', 'ro');
      await configure('ro/site/public');
      const running = place.start(['start']);
      await expect.poll(served, WAIT).toBe(3);
      await running.logged(
        /\/ro is mounted read-only; mount a volume that may be written at \S+\/ro\/site\/public \(E\w+\)/u,
      );
      await running.stop();
    },
    120_000,
  );
});
