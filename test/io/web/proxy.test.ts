/** The blocks of the documentation, in a real nginx in front of a real site: at the root, and below a path that is kept or taken off. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { registerAdmin } from '../../../src/io/web/admin.ts';
import { createLoginThrottle } from '../../../src/io/web/login-throttle.ts';
import { renderAdminPage } from '../../../src/stages/render/admin.ts';
import { samplePost } from '../../stages/render/samples.ts';
import { freePort } from '../../support/port.ts';
import { openSite, type Site } from './site.ts';

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const isMissing = spawnSync('nginx', ['-v']).status !== 0;
if (isMissing) console.warn('skipped: a proxy in front of the site: there is no nginx here');

const TOKEN = 'a-token-of-the-site-1';
const [ROOT = '', PATH = ''] = [
  ...readFileSync(file('docs/operations.md'), 'utf8').matchAll(/```nginx\n(.*?)```/gsu),
].map(([, block = '']) => block);

let nginx: ChildProcess | undefined;
let site: Site;
let directory: string;

afterEach(async () => {
  if (nginx !== undefined) {
    nginx.kill('SIGTERM');
    await once(nginx, 'exit');
  }
  nginx = undefined;
  await site.close();
  rmSync(directory, { recursive: true });
});

async function openBehind(block: string, base: string): Promise<string> {
  const port = await freePort();
  const url = `https://localhost:${port}${base}`;
  site = await openSite({
    prepare: (app, settings) => {
      const silent = () => undefined;
      registerAdmin(app, {
        settings,
        access: () => ({ kind: 'token', token: TOKEN }),
        version: '1.2.3',
        view: () => Promise.resolve({ kind: 'stories', posts: [] }),
        render: renderAdminPage,
        css: '',
        act: () => Promise.resolve('done'),
        split: () => Promise.resolve('done'),
        takeDown: () => Promise.resolve('done'),
        attempts: createLoginThrottle(),
        now: () => site.clock.now,
        log: { debug: silent, info: silent, warn: silent, error: silent },
      });
    },
  });
  const { settings } = site;
  site.settings = {
    ...settings,
    site: { ...settings.site, url },
    http: { ...settings.http, trustProxy: 1, redirects: { '/feed.xml': '/all.rss', '/old/*': '/category/*' } },
    categories: settings.categories.map((category, index) =>
      index === 0 ? { ...category, was: ['former'] } : category,
    ),
  };
  await site.publish([samplePost(1)]);
  directory = mkdtempSync(join(tmpdir(), 'feedmill-nginx-'));
  const server = block
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace(/server_name [^;]+/u, 'server_name localhost')
    .replace(/ssl_certificate [^;]+/u, `ssl_certificate ${file('test/support/tls/localhost.pem')}`)
    .replace(/ssl_certificate_key [^;]+/u, `ssl_certificate_key ${file('test/support/tls/key.pem')}`)
    .replaceAll('127.0.0.1:8080', new URL(site.origin).host);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${directory}/${name};`,
  );
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; pid ${directory}/pid; error_log ${directory}/error.log;
events { } http { access_log off; ${temporary.join(' ')} ${server} }`,
  );
  nginx = spawn('nginx', ['-p', directory, '-e', join(directory, 'error.log'), '-c', join(directory, 'nginx.conf')], {
    stdio: 'ignore',
  });
  await expect
    .poll(async () => (await ask(`${url}/all.rss`).catch(() => undefined))?.status, { timeout: 20_000 })
    .toBeDefined();
  return url;
}

const agent = new Agent({ connect: { ca: readFileSync(file('test/support/tls/ca.pem')) } });

async function ask(url: string, headers: Record<string, string> = {}, form?: Record<string, string>) {
  const answer = await request(url, {
    dispatcher: agent,
    headers: { ...headers, ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }) },
    ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form).toString() }),
  });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

describe.skipIf(isMissing)('a site behind nginx', () => {
  it.each([
    ['at the root of a host', ROOT, ''],
    ['below a path that stays in the requests', PATH, '/news'],
    ['below a path that is taken off', PATH.replace(/(location \/news\/ \{\s*proxy_pass [^;]+);/u, '$1/;'), '/news'],
  ])(
    '%s keeps its address in redirects, links and forms',
    async (_title, block, base) => {
      const url = await openBehind(block, base);
      const slug = site.settings.categories[0]?.slug ?? '';
      const location = async (path: string) => (await ask(url + path)).headers['location'];
      // nginx writes the host in front of a path where it passes the whole site.
      const own = (path: string): unknown =>
        expect.stringMatching(new RegExp(`^(?:https?://localhost(?::\\d+)?)?${base}${path.replace('.', '\\.')}$`, 'u'));
      const feed = await ask(`${url}/category/${slug}.rss`);
      expect(feed.status).toBe(200);
      expect(feed.text).toContain(`${url}/category/${slug}.rss`);
      const negotiated = await ask(`${url}/category/${slug}`, { accept: 'application/atom+xml' });
      expect(negotiated.headers['content-location']).toBe(`${base}/category/${slug}.atom`);
      expect(await location('/index.html')).toEqual(own('/'));
      expect(await location('/favicon.ico')).toEqual(own('/favicon.svg'));
      expect(await location('/category/former.atom')).toEqual(own(`/category/${slug}.atom`));
      expect(await location('/feed.xml')).toEqual(own('/all.rss'));
      expect(await location(`/old/${slug}.json`)).toEqual(own(`/category/${slug}.json`));
      if (base !== '') expect(await location('')).toEqual(own('/'));
      const login = await ask(`${url}/admin/login`, { origin: new URL(url).origin }, { token: TOKEN });
      expect(login.headers['set-cookie']).toMatch(/Secure/u);
      const cookie = /^[^;]+/u.exec(String(login.headers['set-cookie']))?.[0] ?? '';
      const page = await ask(`${url}/admin/stories`, { cookie });
      const formToken = /name="formToken" value="([0-9a-f]{64})"/u.exec(page.text)?.[1] ?? '';
      const from = (origin: string) =>
        ask(`${url}/admin/source/x/pause`, { cookie, origin, 'sec-fetch-site': 'same-origin' }, { formToken });
      expect((await from(new URL(url).origin)).status).toBe(303);
      expect((await from('https://evil.example')).status).toBe(403);
    },
    60_000,
  );
});
