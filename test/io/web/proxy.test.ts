/** The blocks of the documentation, in a real nginx or Caddy in front of a real site: at the root, and below a path that is kept or taken off. */
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
const isMissing = {
  nginx: spawnSync('nginx', ['-v']).status !== 0,
  caddy: spawnSync('caddy', ['version']).status !== 0,
};
for (const [name, missing] of Object.entries(isMissing))
  if (missing) console.warn(`skipped: ${name} in front of the site: it is not installed`);

const TOKEN = 'a-token-of-the-site-1';
const MANUAL = readFileSync(file('docs/operations.md'), 'utf8');
const [ROOT = '', PATH = ''] = [...MANUAL.matchAll(/```nginx\n(.*?)```/gsu)].map(([, block = '']) => block);
const [CADDY_ROOT = '', CADDY_PATH = ''] = (/```caddyfile\n(.*?)```/su.exec(MANUAL)?.[1] ?? '').split(/(?<=^\}\n)\n/mu);

type ProxyName = keyof typeof isMissing;

let proxy: ChildProcess | undefined;
let site: Site;
let directory: string;

afterEach(async () => {
  if (proxy !== undefined) {
    proxy.kill('SIGTERM');
    await once(proxy, 'exit');
  }
  proxy = undefined;
  await site.close();
  rmSync(directory, { recursive: true });
});

async function openBehind(name: ProxyName, block: string, base: string): Promise<string> {
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
  directory = mkdtempSync(join(tmpdir(), 'feedmill-proxy-'));
  const start = name === 'nginx' ? startNginx : startCaddy;
  proxy = start(block.replaceAll('127.0.0.1:8080', new URL(site.origin).host), port);
  await expect
    .poll(async () => (await ask(`${url}/all.rss`).catch(() => undefined))?.status, { timeout: 20_000 })
    .toBeDefined();
  return url;
}

const CERTIFICATE = file('test/support/tls/localhost.pem');
const KEY = file('test/support/tls/key.pem');

function startNginx(block: string, port: number): ChildProcess {
  const server = block
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace(/server_name [^;]+/u, 'server_name localhost')
    .replace(/ssl_certificate [^;]+/u, `ssl_certificate ${CERTIFICATE}`)
    .replace(/ssl_certificate_key [^;]+/u, `ssl_certificate_key ${KEY}`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${directory}/${kind};`,
  );
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; pid ${directory}/pid; error_log ${directory}/error.log;
events { } http { access_log off; ${temporary.join(' ')} ${server} }`,
  );
  return spawn('nginx', ['-p', directory, '-e', join(directory, 'error.log'), '-c', join(directory, 'nginx.conf')], {
    stdio: 'ignore',
  });
}

/** As nginx: with a certificate of ours in place of one from an authority, and on a port of its own. */
function startCaddy(block: string, port: number): ChildProcess {
  const server = block.replace(/^\S+ \{/u, `https://localhost:${port} {\n  tls ${CERTIFICATE} ${KEY}`);
  writeFileSync(join(directory, 'Caddyfile'), `{\n  admin off\n  auto_https off\n}\n${server}`);
  return spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', join(directory, 'Caddyfile')], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
  });
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

describe.skipIf(isMissing.nginx && isMissing.caddy)('a site behind a proxy', () => {
  const set: readonly (readonly [ProxyName, string, string, string])[] = [
    ['nginx', 'at the root of a host', ROOT, ''],
    ['nginx', 'below a path that stays in the requests', PATH, '/news'],
    [
      'nginx',
      'below a path that is taken off',
      PATH.replace(/(location \/news\/ \{\s*proxy_pass [^;]+);/u, '$1/;'),
      '/news',
    ],
    ['caddy', 'at the root of a host', CADDY_ROOT, ''],
    ['caddy', 'below a path', CADDY_PATH, '/news'],
  ];
  it.each(set.filter(([name]) => !isMissing[name]))(
    '(%s) %s keeps its address in redirects, links and forms',
    async (name, _title, block, base) => {
      const url = await openBehind(name, block, base);
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
