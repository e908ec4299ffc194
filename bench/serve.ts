/**
 * How fast is a category feed of 100 posts served, beside nginx with the same bytes?
 *
 *     npx tsx bench/serve.ts [--seconds 4] [--rounds 3]
 *
 * Needs wrk and nginx. One process each (nginx: one worker, gzip_static, sendfile), 50 connections on loopback, taking
 * turns in one run; medians. Then 1,000 connections that ask with the right ETag, for the latency.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fetch } from 'undici';
import { packageDocument } from '../src/io/publish/package.ts';
import { createWeb } from '../src/io/web/server.ts';
import type { StoredDocument } from '../src/model/output.ts';
import { createFragmentCache } from '../src/stages/render/fragments.ts';
import { renderers } from '../src/stages/render/renderers.ts';
import { sampleFeed, sampleSettings } from '../test/stages/render/samples.ts';
import { samplePosts } from './sample-posts.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    /** Used by this program itself: only serve. */
    site: { type: 'boolean', default: false },
  },
});
const PATH = '/category/xinhuashe.rss';
const OURS = 18_411;
const THEIRS = 18_412;

async function feedDocument(): Promise<StoredDocument> {
  return packageDocument(renderers.rss(sampleFeed(samplePosts(100)), createFragmentCache()));
}

async function serve(): Promise<void> {
  const document = await feedDocument();
  const settings = {
    ...sampleSettings(),
    http: { host: '127.0.0.1', port: OURS, redirects: {}, trustProxy: 0, metricsAllow: [] },
  };
  const silent = (): void => undefined;
  const web = createWeb({
    settings: () => settings,
    documents: { get: (path) => Promise.resolve(path === PATH ? document : undefined) },
    isRemoved: () => Promise.resolve(false),
    render: () => Promise.resolve(undefined),
    health: { ready: () => Promise.resolve([]) },
    now: Date.now,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  await web.listen();
  console.log('serving');
}

async function startOurs(): Promise<ChildProcess> {
  const own = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--import', 'tsx', own, '--site'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function startNginx(directory: string, document: StoredDocument): Promise<ChildProcess> {
  // Started by root, nginx reads as somebody else.
  chmodSync(directory, 0o755);
  mkdirSync(join(directory, 'category'));
  writeFileSync(join(directory, PATH), document.body);
  writeFileSync(join(directory, `${PATH}.gz`), document.gzip ?? document.body);
  const config = join(directory, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; worker_processes 1; pid ${directory}/pid; error_log /dev/null crit;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  types { application/rss+xml rss; }
  server { listen 127.0.0.1:${THEIRS}; root ${directory}; gzip_static on; etag on; }
}
`,
  );
  const child = spawn('nginx', ['-c', config, '-p', directory], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const up = await fetch(`http://127.0.0.1:${THEIRS}${PATH}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill();
  throw new Error('nginx did not start');
}

interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly output: string;
}

function wrk(port: number, headers: readonly string[], connections: number, seconds: string): Measured {
  const output = execFileSync(
    'wrk',
    [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--latency',
      ...headers.flatMap((header) => ['-H', header]),
      `http://127.0.0.1:${port}${PATH}`,
    ],
    { encoding: 'utf8' },
  );
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/u.exec(output)?.[1]);
  const [, amount = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/u.exec(output) ?? [];
  return { perSecond, p99Ms: Number(amount) * (unit === 'us' ? 0.001 : unit === 's' ? 1_000 : 1), output };
}

async function etagOf(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${PATH}`, { headers: { 'accept-encoding': 'gzip' } });
  await answer.arrayBuffer();
  return answer.headers.get('etag') ?? '';
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

async function measure(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'feedmill-serve-'));
  const document = await feedDocument();
  const children: ChildProcess[] = [];
  try {
    children.push(await startNginx(directory, document));
    children.push(await startOurs());
    const servers = { nginx: THEIRS, feedmill: OURS } as const;
    const rows = [];
    console.log(`${document.body.length} bytes, ${document.gzip?.length ?? 0} with gzip`);
    for (const what of ['200 gzip', '304', '200 identity'] as const) {
      const found = { nginx: [] as number[], feedmill: [] as number[] };
      for (let round = 0; round < Number(values.rounds); round += 1) {
        for (const name of ['nginx', 'feedmill'] as const) {
          const headers = {
            '200 gzip': ['Accept-Encoding: gzip'],
            '304': ['Accept-Encoding: gzip', `If-None-Match: ${await etagOf(servers[name])}`],
            '200 identity': [],
          }[what];
          found[name].push(wrk(servers[name], headers, 50, values.seconds).perSecond);
        }
      }
      const [nginx, feedmill] = [median(found.nginx), median(found.feedmill)];
      rows.push({
        what,
        'nginx /s': Math.round(nginx),
        'feedmill /s': Math.round(feedmill),
        ratio: (feedmill / nginx).toFixed(2),
      });
    }
    console.table(rows);
    for (const name of ['nginx', 'feedmill'] as const) {
      const headers = ['Accept-Encoding: gzip', `If-None-Match: ${await etagOf(servers[name])}`];
      const { perSecond, p99Ms } = wrk(servers[name], headers, 1_000, values.seconds);
      console.log(`1,000 connections, 304, ${name}: ${Math.round(perSecond)} /s, 99 % within ${p99Ms.toFixed(1)} ms`);
    }
  } finally {
    for (const child of children) {
      child.kill();
      await once(child, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  }
}

await (values.site ? serve() : measure());
