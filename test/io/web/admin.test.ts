import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdminOptions, registerAdmin } from '../../../src/io/web/admin.ts';
import type { AdminAccess } from '../../../src/io/web/authorise.ts';
import { createLoginThrottle } from '../../../src/io/web/login-throttle.ts';
import type { AdminView } from '../../../src/model/admin.ts';
import { renderAdminPage } from '../../../src/stages/render/admin.ts';
import { openSite, type Site } from './site.ts';

const QUEUE: AdminView = {
  kind: 'queue',
  system: {
    sources: { total: 1, due: 0, late: 0, paused: 0, latenessMs: 0 },
    failing: 0,
    held: 0,
    posts: 0,
    unpublished: 0,
    queues: { refresh: { waiting: 3 } },
  },
  failedJobs: [],
};

let site: Site;
let acted: string[];

async function open(token?: string, changes: Partial<AdminOptions> = {}): Promise<void> {
  acted = [];
  site = await openSite({
    prepare: (app, settings) => {
      registerAdmin(app, {
        settings,
        access: () => accessOf(settings().admin.token),
        version: '1.2.3',
        view: (path) => Promise.resolve(path === 'queue' || path === 'source/新华' ? QUEUE : undefined),
        render: renderAdminPage,
        css: 'body {}',
        act: (action, id) => {
          acted.push(`${action} ${id}`);
          return Promise.resolve('done');
        },
        takeDown: (action, id, why) => {
          acted.push(`${action} ${id} ${why}`.trim());
          return Promise.resolve('done');
        },
        split: (id) => {
          acted.push(`split ${id}`);
          return Promise.resolve('done');
        },
        attempts: createLoginThrottle(),
        now: () => site.clock.now,
        log: { debug: note, info: note, warn: note, error: note },
        ...changes,
      });
    },
  });
  if (token !== undefined) site.settings = { ...site.settings, admin: { token } };
}

function accessOf(token: string | undefined): AdminAccess {
  return token === undefined ? { kind: 'this-machine' } : { kind: 'token', token };
}

/** The site stands behind one proxy that is trusted. */
function trustOneProxy(): void {
  site.settings = { ...site.settings, http: { ...site.settings.http, trustProxy: 1 } };
}

function note(facts: object, message: string): void {
  site.logged.push(`${message} ${JSON.stringify(facts)}`);
}

function formTokenIn(text: string): string {
  return /name="formToken" value="([0-9a-f]{64})"/u.exec(text)?.[1] ?? '';
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(fields).toString();
  return site.ask(path, { method: 'POST', headers: { ...FORM, ...headers }, body });
}

/** The `Cookie` header of a fresh session. */
async function logIn(token: string): Promise<string> {
  const answer = await post('/admin/login', { token });
  expect(answer.status).toBe(303);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

afterEach(() => site.close());

describe('the admin pages without a token', () => {
  beforeEach(() => open());

  it('answer on this machine, with a policy that allows no script and nothing from elsewhere', async () => {
    const { status, headers, text } = await site.ask('/admin/queue');
    expect(status).toBe(200);
    expect(text).toContain('<td>3</td>');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers['cache-control']).toBe('no-store');
    expect(text).not.toMatch(/<script|\son\w+=|style="/u);
  });

  it.each<[string, Record<string, string>]>([
    ['through a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['by another name, as a page of another site would', { host: 'evil.example' }],
  ])('refuse who comes %s', async (_title, headers) => {
    const answer = await site.ask('/admin/queue', { headers });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('admin.token');
    expect(await post('/admin/source/a/pause', {}, headers)).toMatchObject({ status: 403 });
    expect(acted).toEqual([]);
  });

  it('lead from /admin to /admin/, and say what is not there', async () => {
    expect(await site.ask('/admin')).toMatchObject({ status: 303, headers: { location: 'admin/' } });
    expect(await site.ask('/admin/nothing')).toMatchObject({ status: 404 });
  });

  it('read ids that are percent-encoded', async () => {
    expect(await site.ask(`/admin/source/${encodeURIComponent('新华')}`)).toMatchObject({ status: 200 });
    expect(await site.ask('/admin/source/%E0%A4%A')).toMatchObject({ status: expect.any(Number) as number });
  });

  it('link to their own place, so that they hold behind a proxy with a prefix', async () => {
    expect((await site.ask('/admin/queue')).text).toContain('href="../admin/sources"');
    expect((await site.ask('/admin/source/%E6%96%B0%E5%8D%8E')).text).toContain('href="../../admin/sources"');
  });

  it('do what their own forms ask for', async () => {
    const formToken = await ownToken();
    const answer = await post('/admin/source/a.b/pause', { formToken }, { origin: site.origin });
    expect(answer).toMatchObject({ status: 303, headers: { location: '../a.b?done=pause&result=done' } });
    const apart = await post('/admin/post/00000000000000aa/split', { formToken });
    expect(apart).toMatchObject({ status: 303, headers: { location: '../../stories?result=done' } });
    expect(acted).toEqual(['pause a.b', 'split 00000000000000aa']);
    expect(site.logged.join('\n')).toContain('"action":"pause"');
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['without its token', { formToken: '' }, {}],
    ['with a wrong token', { formToken: '0'.repeat(64) }, {}],
    ['from another origin', {}, { origin: 'http://evil.example' }],
    ['from an origin that hides', {}, { origin: 'null' }],
    ['from another site, as the browser says', {}, { 'sec-fetch-site': 'cross-site' }],
    ['from a neighbour', {}, { 'sec-fetch-site': 'same-site' }],
  ])('refuse a form %s', async (_title, fields, headers) => {
    const formToken = await ownToken();
    const answer = await post('/admin/source/a/reset', { formToken, ...fields }, headers);
    expect(answer.status).toBe(403);
    expect(acted).toEqual([]);
  });

  it.each(['/admin/source/a/explode', '/admin/source/a/__proto__'])('know no action %s', async (path) => {
    expect(await post(path, { formToken: await ownToken() })).toMatchObject({ status: 404 });
  });

  it('take no form that is too long', async () => {
    expect(await post('/admin/source/a/pause', { formToken: 'x'.repeat(20_000) })).toMatchObject({ status: 413 });
  });

  /** As a form of the page holds it; the queue has no form, so a source's page must. */
  async function ownToken(): Promise<string> {
    await site.close();
    await open(undefined, { render: (_view, { formToken }) => Buffer.from(`name="formToken" value="${formToken}"`) });
    return formTokenIn((await site.ask('/admin/queue')).text);
  }
});

describe('the admin pages with a token', () => {
  beforeEach(() => open('correct horse'));

  it('ask for it, on this machine too', async () => {
    const { status, headers, text } = await site.ask('/admin/queue');
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="Feedmill"');
    expect(text).toContain('type="password"');
    expect(text).not.toContain('correct horse');
    expect((await site.ask('/admin/style.css')).status).toBe(200);
  });

  it('open a session that lasts twelve hours', async () => {
    const answer = await post('/admin/login', { token: 'correct horse' });
    expect(answer.headers['set-cookie']).toMatch(
      /^feedmill_admin=[\w.]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/u,
    );
    const cookie = await logIn('correct horse');
    expect(await site.ask('/admin/queue', { headers: { cookie } })).toMatchObject({ status: 200 });
    site.clock.now += 12 * 3_600_000;
    expect(await site.ask('/admin/queue', { headers: { cookie } })).toMatchObject({ status: 401 });
  });

  it('keep the cookie to TLS where the proxy speaks it', async () => {
    const logInOverTls = () => post('/admin/login', { token: 'correct horse' }, { 'x-forwarded-proto': 'https' });
    expect((await logInOverTls()).headers['set-cookie']).not.toMatch(/; Secure$/u);
    trustOneProxy();
    expect((await logInOverTls()).headers['set-cookie']).toMatch(/; Secure$/u);
  });

  it.each([
    ['made up', 'feedmill_admin=1.00000000000000000000000000000000.' + '0'.repeat(64)],
    ['empty', 'feedmill_admin='],
  ])('know no session that is %s', async (_title, cookie) => {
    expect(await site.ask('/admin/queue', { headers: { cookie } })).toMatchObject({ status: 401 });
  });

  it('end all sessions with another token', async () => {
    const cookie = await logIn('correct horse');
    site.settings = { ...site.settings, admin: { token: 'battery staple' } };
    expect(await site.ask('/admin/queue', { headers: { cookie } })).toMatchObject({ status: 401 });
  });

  it('end a session', async () => {
    const cookie = await logIn('correct horse');
    const formToken = formTokenIn((await site.ask('/admin/queue', { headers: { cookie } })).text);
    const answer = await post('/admin/logout', { formToken }, { cookie });
    expect(answer.headers['set-cookie']).toMatch(/^feedmill_admin=; Path=\/; Max-Age=0;/u);
  });

  it('take the form of one session from no other', async () => {
    const [mine, other] = [await logIn('correct horse'), await logIn('correct horse')];
    const formToken = formTokenIn((await site.ask('/admin/queue', { headers: { cookie: mine } })).text);
    expect(formToken).not.toBe('');
    expect(await post('/admin/source/a/pause', { formToken }, { cookie: other })).toMatchObject({ status: 403 });
    expect(await post('/admin/source/a/pause', { formToken }, { cookie: mine })).toMatchObject({ status: 303 });
    expect(acted).toEqual(['pause a']);
  });

  it('let a program in by header, without a form token', async () => {
    const authorization = 'Bearer correct horse';
    // A token with a blank cannot be sent this way; RFC 6750 knows none.
    expect(await site.ask('/admin/queue', { headers: { authorization } })).toMatchObject({ status: 401 });
    site.settings = { ...site.settings, admin: { token: 's3cret' } };
    const headers = { authorization: 'Bearer s3cret', host: 'news.example' };
    expect(await site.ask('/admin/queue', { headers })).toMatchObject({ status: 200 });
    expect(await post('/admin/source/a/fetch', {}, headers)).toMatchObject({ status: 303 });
    expect(acted).toEqual(['fetch a']);
  });

  it('want a form token of a browser that was given the password', async () => {
    site.settings = { ...site.settings, admin: { token: 's3cret' } };
    const authorization = `Basic ${Buffer.from('me:s3cret').toString('base64')}`;
    expect(await site.ask('/admin/queue', { headers: { authorization } })).toMatchObject({ status: 200 });
    expect(await post('/admin/source/a/fetch', {}, { authorization })).toMatchObject({ status: 403 });
  });

  it('make who guesses wait, and let everybody else in', async () => {
    const cookie = await logIn('correct horse');
    trustOneProxy();
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    for (let guess = 0; guess < 10; guess += 1) {
      expect(await post('/admin/login', { token: `guess ${guess}` }, forwarded)).toMatchObject({ status: 401 });
    }
    const refused = await post('/admin/login', { token: 'correct horse' }, forwarded);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(await site.ask('/admin/queue', { headers: { ...forwarded, cookie } })).toMatchObject({ status: 200 });
    expect(await post('/admin/login', { token: 'correct horse' })).toMatchObject({ status: 303 });
    site.clock.now += 60_000;
    expect(await post('/admin/login', { token: 'correct horse' }, forwarded)).toMatchObject({ status: 303 });
    expect(site.logged.join('\n')).toContain('a wrong token at the admin pages {"address":"203.0.113.9"}');
    expect(site.logged.join('\n')).not.toContain('guess');
  });

  it('end no session for a form that lacks the form token', async () => {
    const cookie = await logIn('correct horse');
    const answer = await post('/admin/logout', {}, { cookie });
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('count guesses by the address of the connection where no proxy is trusted', async () => {
    for (let guess = 0; guess < 10; guess += 1) {
      const forwarded = { 'x-forwarded-for': `203.0.113.${guess}` };
      expect(await post('/admin/login', { token: `guess ${guess}` }, forwarded)).toMatchObject({ status: 401 });
    }
    const answer = await post('/admin/login', { token: 'correct horse' }, { 'x-forwarded-for': '203.0.113.99' });
    expect(answer).toMatchObject({ status: 429 });
  });

  it('answer a stranger behind a proxy that adds no header', async () => {
    // nginx with a bare proxy_pass: the peer is this machine, the host is the name of the upstream.
    expect(await site.ask('/admin/queue', { headers: { host: 'localhost:8080' } })).toMatchObject({ status: 401 });
  });
});

describe('the admin pages without a token that could be kept', () => {
  it('answer nobody', async () => {
    await open(undefined, { access: () => ({ kind: 'closed', message: 'No token.' }) });
    expect(await site.ask('/admin/queue')).toMatchObject({ status: 403 });
    expect(await post('/admin/source/a/pause', {})).toMatchObject({ status: 403 });
    expect(acted).toEqual([]);
  });
});

describe('taking posts down', () => {
  const ID = '00000000000000a1';

  it.each([
    [`/admin/post/${ID}/remove`, `remove ${ID} court order`],
    [`/admin/post/${ID}/restore`, `restore ${ID} court order`],
    ['/admin/source/gone-source/purge', 'purge gone-source court order'],
  ])('%s needs a form of ours', async (path, done) => {
    await open(TAKEDOWN_TOKEN);
    const cookie = await logIn(TAKEDOWN_TOKEN);
    const formToken = formTokenIn((await site.ask('/admin/queue', { headers: { cookie } })).text);
    expect((await post(path, { why: 'court order' }, { cookie })).status).toBe(403);
    expect((await post(path, { why: 'court order', formToken }, {})).status).toBe(401);
    expect(acted).toEqual([]);
    const answer = await post(path, { why: 'court order', formToken }, { cookie });
    expect([answer.status, answer.headers['location']]).toEqual([
      303,
      expect.stringMatching(/^\.\.\/\.\.\/removed\?done=/u),
    ]);
    expect(acted).toEqual([done]);
  });
});

const TAKEDOWN_TOKEN = 'a-token-of-sixteen-or-more';
