/** Does nginx, set up as docs/publishing.md says, send a static copy with the headers that we send? */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDirectoryPublisher } from '../../src/io/publish/directory.ts';
import { packageDocument } from '../../src/io/publish/package.ts';
import type { RenderedDocument } from '../../src/model/output.ts';
import { createFragmentCache } from '../../src/stages/render/fragments.ts';
import { renderHomePage } from '../../src/stages/render/home-page.ts';
import { renderOpml } from '../../src/stages/render/opml.ts';
import { renderers } from '../../src/stages/render/renderers.ts';
import { renderSiteFiles } from '../../src/stages/render/site-files.ts';
import { openSite, type Site } from '../io/web/site.ts';
import { sampleFeed, samplePost } from '../stages/render/samples.ts';
import { freePort } from '../support/port.ts';

const nginx = spawnSync('sh', ['-c', 'command -v nginx || command -v /usr/sbin/nginx'], {
  encoding: 'utf8',
}).stdout.trim();

/** Of the documents that a reader or a browser asks for. */
const SAME = [
  'content-type',
  'x-content-type-options',
  'referrer-policy',
  'content-security-policy',
  'access-control-allow-origin',
  'access-control-expose-headers',
];

let site: Site;
let directory: string;
let server: ChildProcess;
let origin: string;
let documents: readonly RenderedDocument[];

async function headersAt(
  base: string,
  path: string,
): Promise<{ status: number; headers: Record<string, string | null> }> {
  const response = await fetch(base + path, { headers: { accept: '*/*', 'accept-encoding': 'gzip' } });
  await response.arrayBuffer();
  return {
    status: response.status,
    headers: Object.fromEntries(SAME.map((name) => [name, response.headers.get(name)])),
  };
}

describe.skipIf(nginx === '')('nginx with the block of docs/publishing.md', () => {
  beforeAll(async () => {
    site = await openSite();
    directory = mkdtempSync(join(tmpdir(), 'feedmill-nginx-'));
    const root = join(directory, 'public');
    mkdirSync(root);
    const feed = sampleFeed(
      [1, 2, 3].map((number) => samplePost(number)),
      site.settings,
    );
    documents = [
      ...Object.values(renderers).map((render) => render(feed, createFragmentCache())),
      ...renderSiteFiles(site.settings),
      renderHomePage([], site.settings),
      renderOpml(site.settings),
    ];
    for (const document of documents) await site.put(document);
    await createDirectoryPublisher({ directory: root }).publish(
      await Promise.all(documents.map((document) => packageDocument(document))),
    );
    writeFileSync(join(root, '.hidden'), 'x');
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const guide = readFileSync(fileURLToPath(new URL('../../docs/publishing.md', import.meta.url)), 'utf8');
    const block = (/```nginx\n([^]*?)```/u.exec(guide)?.[1] ?? '')
      .replace('listen 80;', `listen 127.0.0.1:${port};`)
      .replace('/srv/feedmill/public', root);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${directory}/${name};`,
    );
    const config = join(directory, 'nginx.conf');
    writeFileSync(
      config,
      `daemon off; master_process off; pid ${directory}/pid; error_log stderr;\nevents {}\nhttp { access_log off;\n${temporary.join('\n')}\n${block}}\n`,
    );
    execFileSync(nginx, ['-t', '-q', '-c', config, '-p', directory]);
    server = spawn(nginx, ['-c', config, '-p', directory], { stdio: 'ignore' });
    await vi.waitFor(async () => fetch(origin), { timeout: 10_000 });
  }, 60_000);

  afterAll(async () => {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
    await site.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('sends each document with the type and the guards that we send', async () => {
    const paths = documents.map(({ path }) => path).filter((path) => path !== '/_headers' && path !== '/404.html');
    expect(paths).toEqual(expect.arrayContaining(['/', '/opml.xml', '/category/xinhuashe.json', '/favicon.svg']));
    for (const path of paths)
      expect({ path, ...(await headersAt(origin, path)) }).toEqual({ path, ...(await headersAt(site.origin, path)) });
  });

  it('sends compressed forms, and says that they vary', async () => {
    const response = await fetch(`${origin}/category/xinhuashe.rss`, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300, stale-while-revalidate=86400');
    expect(await response.text()).toContain('<rss');
  });

  it.each(['/nothing.html', '/_headers', '/.hidden', '/category/'])(
    'answers 404 to %s, with the guards of a page',
    async (path) => {
      const response = await fetch(origin + path);
      expect(response.status).toBe(404);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
        'cache-control': 'public, max-age=60',
      });
    },
  );
});
