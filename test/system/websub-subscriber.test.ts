/** Are we a subscriber as the WebSub recommendation wants it? One test for each clause. */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app/app.ts';
import { readConfig } from '../../src/config/read.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { SourceSubscription, SourceSubscriptions } from '../../src/model/source-subscription.ts';
import type { Log } from '../../src/ports/log.ts';
import { type Hub, type HubEvent, type Misbehaviour, startHub } from '../support/hub/hub.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { freePort } from '../support/port.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let redis: TestRedis;
let origin: Origin;
let hub: Hub;
let app: App;
let site: string;
let closers: (() => Promise<void>)[];
/** How far our clock is ahead. */
let offsetMs: number;
let logged: string[];
let waiting: { readonly pattern: RegExp; readonly resolve: () => void }[];

const note = (facts: object, message: string): void => {
  const line = `${message} ${JSON.stringify(facts)}`;
  logged.push(line);
  for (const { pattern, resolve } of waiting) if (pattern.test(line)) resolve();
};
const log: Log = { debug: note, info: note, warn: note, error: note };

/** Resolves at the next line that matches. */
function nextLine(pattern: RegExp): Promise<void> {
  return new Promise((resolve) => waiting.push({ pattern, resolve }));
}

function config(source: string, more = ''): Settings {
  const text = `
site: { title: Test, url: "${site}" }
http: { host: 127.0.0.1, port: ${new URL(site).port} }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s, scope: host-and-port } }
${more}
sources:
  - { id: news, url: "${origin.url}/feed", ${source} }
`;
  return { ...readConfig([{ path: 'a.yaml', name: 'a.yaml', text }], {}), redis: redis.settings };
}

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  await redis.clear();
  [logged, waiting, offsetMs] = [[], [], 0];
  origin = await startOrigin();
  hub = await startHub();
  site = `http://127.0.0.1:${await freePort()}`;
  app = await openApp({ settings: config(''), log, now: () => Date.now() + offsetMs, random: () => 0.5 });
  // The sweep is run by hand, so that nothing happens but what the test wants.
  const workers = await app.startWorkers();
  closers = [() => workers.close(0), await app.startWeb(), () => app.close()];
  await app.reconfigure(config(''));
});
afterEach(async () => {
  for (const close of closers) await close();
  await hub.close();
  await origin.close();
});
afterAll(() => redis.close());

interface Item {
  readonly id: number;
  readonly at?: number;
}

/** A feed that names its hub and itself. */
function feed(items: readonly Item[], { hubs = [hub.url], self = `${origin.url}/self` }: Naming = {}): string {
  const links = [
    ...hubs.map((url) => `<atom:link rel="hub" href="${url}"/>`),
    ...(self === '' ? [] : [`<atom:link rel="self" href="${self}"/>`]),
  ];
  const entries = items.map(({ id, at }) => {
    const date = at === undefined ? '' : `<pubDate>${new Date(at).toUTCString()}</pubDate>`;
    return `<item><guid>${id}</guid><title>Story ${id} of ${randomTitle(id)}</title><link>https://news.example/${id}</link>${date}</item>`;
  });
  return `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>News</title>
<link>https://news.example/</link>${links.join('')}${entries.join('')}</channel></rss>`;
}

interface Naming {
  readonly hubs?: readonly string[];
  readonly self?: string;
}

/** Words that differ enough for no two stories to be one. */
function randomTitle(id: number): string {
  return Array.from({ length: 6 }, (_, place) => ((id * 7919 + place * 104_729) % 1_000_003).toString(36)).join(' ');
}

const rss = (body: string, headers: Readonly<Record<string, string>> = {}) => ({
  headers: { 'content-type': 'application/rss+xml', ...headers },
  body,
});

/** One check of the source, as a worker does it, now. */
async function check(): Promise<void> {
  await app.checkSource({ sourceId: 'news', dueAt: Number.MAX_SAFE_INTEGER }, randomBytes(4).toString('hex'), never);
}
const never = new AbortController().signal;
setMaxListeners(0, never);

async function subscriptions(): Promise<SourceSubscriptions> {
  const [found] = await app.sourceSubscriptions.get(['news']);
  return found?.subscriptions ?? { sourceId: 'news', list: [] };
}

async function subscription(): Promise<SourceSubscription> {
  const { list } = await subscriptions();
  const [first] = list;
  if (first === undefined || list.length > 1) throw new Error(`there are ${list.length} list`);
  return first;
}

/** The list are looked after now; what is to be waited for is done in the same job. */
async function tend(): Promise<void> {
  await app.subscriber.tend('news', `tend ${randomBytes(4).toString('hex')}`, never);
}

/** Subscribed to the hub that the feed names, and confirmed. */
async function subscribed(body = feed([{ id: 1, at: Date.now() - DAY }])): Promise<SourceSubscription> {
  origin.on('/feed', rss(body));
  await check();
  await tend();
  await hub.until('confirmed');
  return subscription();
}

/** Titles in the feed of everything. */
async function published(): Promise<readonly string[]> {
  await app.publishTouched();
  const response = await fetch(`${site}/all.json`);
  const { items } = (await response.json()) as { readonly items: readonly { readonly title: string }[] };
  return items.map(({ title }) => title.split(' of ')[0] ?? '');
}

async function pushAndRead(body: string): Promise<readonly number[]> {
  const read = nextLine(/^read a notification/u);
  const replies = await hub.publish(`${origin.url}/self`, body);
  await read;
  return replies.map(({ status }) => status);
}

describe('§4 discovery', () => {
  it('finds hub and self in the document', async () => {
    const { topic } = await subscribed();
    expect(hub.orders.map((asked) => [asked.mode, asked.topic])).toEqual([['subscribe', `${origin.url}/self`]]);
    expect(topic).toBe(`${origin.url}/self`);
  });

  it('goes by the Link headers first', async () => {
    const other = feed([{ id: 1 }], { hubs: ['http://127.0.0.1:9/'], self: 'http://other.example/' });
    origin.on('/feed', rss(other, { link: `<${hub.url}>; rel="hub", <${origin.url}/headed>; rel=self` }));
    await check();
    await tend();
    await hub.until('confirmed');
    expect(await subscription()).toMatchObject({ hub: hub.url, topic: `${origin.url}/headed` });
  });

  it('may choose one of several hubs, and goes on to the next if it is refused', async () => {
    const second = await startHub();
    closers.push(() => second.close());
    hub.misbehave({ answer: { status: 403, body: 'not for you' } });
    origin.on('/feed', rss(feed([{ id: 1 }], { hubs: [hub.url, second.url] })));
    await check();
    await tend();
    await second.until('confirmed');
    const { list } = await subscriptions();
    expect(list.map(({ hub: at, status }) => [at, status])).toEqual([
      [hub.url, 'refused'],
      [second.url, 'active'],
    ]);
  });

  it('asks nobody where no hub is named', async () => {
    origin.on('/feed', rss(feed([{ id: 1 }], { hubs: [] })));
    await check();
    await tend();
    expect(await subscriptions()).toEqual({ sourceId: 'news', list: [] });
    expect(await app.subscriber.describe('news')).toEqual(['none: the feed advertises no hub']);
  });
});

describe('§5.1 subscription request', () => {
  it('is a form with callback, mode, topic, lease and secret', async () => {
    const { callbackId, secret } = await subscribed();
    const [asked] = hub.orders;
    expect(asked?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/u);
    expect(Object.fromEntries(asked?.form ?? [])).toEqual({
      'hub.callback': `${site}/websub/callback/${callbackId}`,
      'hub.mode': 'subscribe',
      'hub.topic': `${origin.url}/self`,
      'hub.lease_seconds': '864000',
      'hub.secret': secret,
    });
  });

  it('has a callback that cannot be guessed, and a secret of less than 200 bytes', async () => {
    const { callbackId, secret } = await subscribed();
    expect(Buffer.from(callbackId, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(Buffer.byteLength(secret)).toBeLessThan(200);
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
  });

  it('goes to the hub once, however many workers see to it', async () => {
    origin.on('/feed', rss(feed([{ id: 1 }])));
    await check();
    await Promise.all([tend(), tend(), tend(), tend()]);
    await hub.until('confirmed');
    expect(hub.orders).toHaveLength(1);
  });

  it('is renewed at half of the lease, with the same callback', async () => {
    hub.misbehave({ leaseSeconds: 2 * 3600 });
    const before = await subscribed();
    expect(before.actAt - Date.now()).toBeLessThanOrEqual(HOUR);
    expect(before.actAt - Date.now()).toBeGreaterThan(HOUR - MINUTE);
    await tend();
    expect(hub.orders).toHaveLength(1);
    offsetMs = HOUR + 1000;
    await tend();
    await hub.until('confirmed', 2);
    const after = await subscription();
    expect(after.callbackId).toBe(before.callbackId);
    expect(after.leaseEndsAt ?? 0).toBeGreaterThan((before.leaseEndsAt ?? 0) + 59 * MINUTE);
  });

  it('names the hub and the reason of a refusal, and is not repeated at once', async () => {
    hub.misbehave({ answer: { status: 400, body: 'hub.topic is not one of ours' } });
    origin.on('/feed', rss(feed([{ id: 1 }])));
    await check();
    await tend();
    await tend();
    expect(hub.orders).toHaveLength(1);
    expect((await app.subscriber.describe('news')).join()).toMatch(/refused \(.*answered 400: hub\.topic is not one/u);
  });

  it('is tried again later where the hub fails, after the time that it asks for', async () => {
    hub.misbehave({ answer: { status: 503, headers: { 'retry-after': '1800' } } });
    origin.on('/feed', rss(feed([{ id: 1 }])));
    await check();
    await tend();
    await tend();
    expect(hub.orders).toHaveLength(1);
    hub.misbehave({});
    offsetMs = 31 * MINUTE;
    await tend();
    await hub.until('confirmed');
  });
});

describe('§5.2 subscription response and validation', () => {
  it.each([307, 308])('follows a redirect to another hub (%i)', async (status) => {
    const other = await startHub();
    closers.push(() => other.close());
    hub.misbehave({ answer: { status, headers: { location: other.url } } });
    origin.on('/feed', rss(feed([{ id: 1 }])));
    await check();
    await tend();
    await other.until('confirmed');
    expect(other.orders[0]?.form.toString()).toBe(hub.orders[0]?.form.toString());
    expect((await subscription()).status).toBe('active');
  });

  it('takes a denial at its word, says the reason, and polls as before', async () => {
    hub.misbehave({ deny: 'the publisher does not want you' });
    origin.on('/feed', rss(feed([{ id: 1 }])));
    await check();
    await tend();
    await hub.until('denied');
    expect((await app.subscriber.describe('news')).join()).toContain('the publisher does not want you');
    await check();
    const [state] = await app.checks.read(['news']);
    expect(state?.reason).not.toBe('websub');
  });

  it('lets a hub deny what it had accepted, and makes the source due at once', async () => {
    const { callbackId } = await subscribed();
    await check();
    const [before] = await app.checks.read(['news']);
    expect(before?.reason).toBe('websub');
    await hub.question(`${site}/websub/callback/${callbackId}`, {
      'hub.mode': 'denied',
      'hub.topic': `${origin.url}/self`,
    });
    const [after] = await app.checks.read(['news']);
    expect((await subscription()).status).toBe('refused');
    expect(after?.nextCheckAt).toBeLessThanOrEqual(Date.now());
  });
});

describe('§5.3 verification of intent', () => {
  it('echoes the challenge in a safe type', async () => {
    const { callbackId, topic } = await subscribed();
    const reply = await hub.question(`${site}/websub/callback/${callbackId}`, {
      'hub.mode': 'subscribe',
      'hub.topic': topic,
      'hub.challenge': '<script>alert(1)</script>',
      'hub.lease_seconds': '3600',
    });
    expect(reply).toMatchObject({ status: 200, body: '<script>alert(1)</script>' });
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });

  const asked = { 'hub.mode': 'subscribe', 'hub.topic': 'TOPIC', 'hub.challenge': 'c', 'hub.lease_seconds': '60' };
  it.each([
    ['another topic', { ...asked, 'hub.topic': 'https://other.example/' }],
    ['no topic', { 'hub.mode': 'subscribe', 'hub.challenge': 'c' }],
    ['an end that we did not ask for', { ...asked, 'hub.mode': 'unsubscribe' }],
    ['a mode that there is not', { ...asked, 'hub.mode': 'publish' }],
    ['no challenge', { 'hub.mode': 'subscribe', 'hub.topic': 'TOPIC' }],
    ['nothing at all', {}],
  ])('answers 404 to %s', async (_title, parameters) => {
    const { callbackId, topic, leaseEndsAt } = await subscribed();
    const named = Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, value === 'TOPIC' ? topic : value]),
    );
    const reply = await hub.question(`${site}/websub/callback/${callbackId}`, named);
    expect(reply.status).toBe(404);
    expect(await subscription()).toMatchObject({ status: 'active', leaseEndsAt });
  });

  it('answers 404 at a callback that there is not', async () => {
    const reply = await hub.question(`${site}/websub/callback/${'x'.repeat(32)}`, {
      ...asked,
      'hub.topic': `${origin.url}/self`,
    });
    expect(reply.status).toBe(404);
  });

  it('believes the lease of the hub, not its own', async () => {
    hub.misbehave({ leaseSeconds: 7200 });
    const { leaseEndsAt = 0 } = await subscribed();
    expect(leaseEndsAt - Date.now()).toBeGreaterThan(7_100_000);
    expect(leaseEndsAt - Date.now()).toBeLessThanOrEqual(7_200_000);
  });

  it.each<[string, Misbehaviour]>([
    ['that never asks', { silent: true }],
    ['that does not know its own challenge', { wrongChallenge: true }],
  ])('is asked again, less and less often, by a hub %s', async (_title, how) => {
    hub.misbehave(how);
    origin.on('/feed', rss(feed([{ id: 1 }])));
    await check();
    await tend();
    // A hub that asks back has done so before the time is read: its question moves the next request.
    const settled: HubEvent = how.silent === true ? 'asked' : 'unconfirmed';
    await hub.until(settled);
    const waits: number[] = [];
    for (let requests = 2; requests <= 4; requests += 1) {
      // Confirmed in our eyes or not, the next request is some time away.
      const { actAt } = await subscription();
      waits.push(actAt - Date.now() - offsetMs);
      offsetMs = actAt - Date.now();
      await tend();
      await hub.until(settled, requests);
    }
    expect(Math.min(...waits)).toBeGreaterThan(50 * MINUTE);
    if (how.silent === true) expect((await subscription()).status).toBe('requested');
  });

  it('counts a subscription whose lease ended as none, and polls as before', async () => {
    hub.misbehave({ leaseSeconds: 3600 });
    await subscribed();
    await check();
    expect((await app.checks.read(['news']))[0]?.reason).toBe('websub');
    hub.misbehave({ silent: true });
    offsetMs = 61 * MINUTE;
    await tend();
    expect((await subscription()).status).toBe('requested');
    expect((await app.checks.read(['news']))[0]?.nextCheckAt).toBeLessThanOrEqual(Date.now() + offsetMs);
  });
});

describe('§5 unsubscription', () => {
  it.each<[string, () => Promise<void>]>([
    ['a source that leaves the config', () => app.reconfigure({ ...config(''), sources: [] })],
    ['a source that is turned off', () => app.reconfigure(config('fetch: { websub: false }'))],
    [
      'a source that is paused',
      async () => {
        const [state] = await app.checks.read(['news']);
        if (state === undefined) throw new Error('no state');
        await app.checks.write('news', { ...state, pausedAt: Date.now() }, Date.now());
        await app.subscriber.touch(['news']);
      },
    ],
    [
      'a source that names the hub no more',
      async () => {
        origin.on('/feed', rss(feed([{ id: 1 }, { id: 2 }], { hubs: [] })));
        await check();
      },
    ],
  ])('tells the hub of %s', async (_title, change) => {
    const { callbackId, topic } = await subscribed();
    await change();
    await tend();
    await hub.until('left');
    expect(hub.orders.map(({ mode }) => mode)).toEqual(['subscribe', 'unsubscribe']);
    expect(hub.orders[1]).toMatchObject({
      topic,
      callback: `${site}/websub/callback/${callbackId}`,
      secret: undefined,
    });
    expect((await subscriptions()).list).toEqual([]);
    expect(hub.subscribers(topic)).toEqual([]);
  });

  it('moves to the new topic when the feed calls itself otherwise', async () => {
    await subscribed();
    origin.on('/feed', rss(feed([{ id: 1 }], { self: `${origin.url}/moved` })));
    await check();
    await tend();
    await Promise.all([hub.until('left'), hub.until('confirmed', 2)]);
    expect((await subscriptions()).list.map(({ topic, status }) => [topic, status])).toEqual([
      [`${origin.url}/moved`, 'active'],
    ]);
  });
});

describe('§7 content distribution', () => {
  it('answers 2xx at once, reads what came as if it had been fetched, and publishes it', async () => {
    await subscribed();
    const polls = origin.requests.length;
    expect(
      await pushAndRead(
        feed([
          { id: 2, at: Date.now() },
          { id: 1, at: Date.now() - DAY },
        ]),
      ),
    ).toEqual([202]);
    expect(await published()).toEqual(['Story 2', 'Story 1']);
    expect(origin.requests).toHaveLength(polls);
    expect(await subscription()).toMatchObject({ pushes: 1, brought: 1 });
  });

  it('understands a document without the entries that were sent before', async () => {
    await subscribed();
    await pushAndRead(feed([{ id: 2, at: Date.now() }]));
    await pushAndRead(feed([{ id: 3, at: Date.now() + 1 }]));
    expect(new Set(await published())).toEqual(new Set(['Story 1', 'Story 2', 'Story 3']));
    expect(await subscription()).toMatchObject({ pushes: 2, brought: 2 });
  });

  it('reads what is pushed twice once', async () => {
    await subscribed();
    const body = feed([{ id: 2, at: Date.now() }]);
    await pushAndRead(body);
    await pushAndRead(body);
    expect(await published()).toEqual(['Story 2', 'Story 1']);
    expect(await subscription()).toMatchObject({ pushes: 2, brought: 1 });
  });

  it('does not move the next check, nor drop the validators of the last answer', async () => {
    await subscribed();
    origin.on('/feed', rss(feed([{ id: 1 }]), { etag: '"one"' }));
    await check();
    const [before] = await app.checks.read(['news']);
    await pushAndRead(feed([{ id: 2, at: Date.now() }]));
    const [after] = await app.checks.read(['news']);
    expect(after).toMatchObject({
      nextCheckAt: before?.nextCheckAt,
      etag: '"one"',
      validatorsFor: `${origin.url}/feed`,
      lastCheckAt: before?.lastCheckAt,
    });
  });

  it('takes a body in a content coding, signed as it was sent', async () => {
    await subscribed();
    hub.misbehave({ gzip: true });
    await pushAndRead(feed([{ id: 2, at: Date.now() }]));
    expect(await published()).toContain('Story 2');
  });

  it('drops what is no feed, and counts it as no failure of the source', async () => {
    await subscribed();
    await pushAndRead('<html><body>Maintenance</body></html>');
    expect((await app.checks.read(['news']))[0]).toMatchObject({ failures: 0, last: { kind: 'feed' } });
    expect(await subscription()).toMatchObject({ pushes: 1, brought: 0 });
  });

  it('answers 410 for a subscription that we have left or never had', async () => {
    const { callbackId, topic } = await subscribed();
    hub.misbehave({ silent: true });
    await app.reconfigure(config('fetch: { websub: false }'));
    await tend();
    expect((await subscription()).status).toBe('unsubscribing');
    const [reply] = await hub.publish(topic, feed([{ id: 2 }]));
    expect(reply?.status).toBe(410);
    const never = await fetch(`${site}/websub/callback/${'y'.repeat(32)}`, { method: 'POST', body: 'x' });
    expect(never.status).toBe(410);
    expect(callbackId).not.toBe('');
  });

  it('never answers with a redirect', async () => {
    const { callbackId } = await subscribed();
    const replies = await Promise.all(
      ['GET', 'POST', 'PUT'].map((method) =>
        fetch(`${site}/websub/callback/${callbackId}`, { method, redirect: 'manual' }),
      ),
    );
    expect(replies.filter(({ status }) => status >= 300 && status < 400)).toEqual([]);
  });

  it('reads no more than fetch.maxBytes', async () => {
    await app.reconfigure(config('fetch: { maxBytes: 10KB }'));
    const { topic } = await subscribed();
    const [reply] = await hub.publish(topic, 'x'.repeat(20_000));
    expect(reply?.status).toBe(413);
    hub.misbehave({ gzip: true });
    const [packed] = await hub.publish(topic, 'x'.repeat(20_000));
    expect(packed?.status).toBe(415);
    expect(await subscription()).toMatchObject({ pushes: 0 });
  });

  it('sends a hub away for a while that pushes faster than we can read', async () => {
    const { topic } = await subscribed();
    // Somebody else holds the source, so that nothing is read meanwhile.
    await app.checks.open({
      sourceId: 'news',
      holder: 'the test',
      dueAt: Number.MAX_SAFE_INTEGER,
      budgetKey: 'test',
      budget: { concurrency: 1, delayMs: 0, scope: 'host' },
      now: Date.now(),
      leaseMs: HOUR,
    });
    for (let pushes = 1; pushes <= 20; pushes += 1) {
      const [taken] = await hub.publish(topic, feed([{ id: pushes }]));
      expect(taken?.status).toBe(202);
    }
    const [reply] = await hub.publish(topic, feed([{ id: 99 }]));
    expect(reply?.status).toBe(503);
    expect(reply?.headers.get('retry-after')).toBe('60');
  });
});

describe('§7.1 authenticated content distribution', () => {
  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('knows %s', async (signature) => {
    await subscribed();
    hub.misbehave({ signature });
    await pushAndRead(feed([{ id: 2, at: Date.now() }]));
    expect(await published()).toContain('Story 2');
  });

  it.each(['wrong', 'none', 'unreadable'] as const)(
    'acknowledges and ignores what has a signature that is %s, and counts it',
    async (signature) => {
      const { topic } = await subscribed();
      hub.misbehave({ signature });
      const [reply] = await hub.publish(topic, feed([{ id: 2, at: Date.now() }]));
      expect(reply?.status).toBe(202);
      expect(await app.sourceSubscriptions.firstPush('news')).toBeUndefined();
      expect(await published()).toEqual(['Story 1']);
      expect(await subscription()).toMatchObject({ pushes: 0, ignored: 1 });
      expect((await app.subscriber.describe('news')).join()).toContain('1 ignored because of their signature');
    },
  );

  it('signs each subscription with a secret of its own', async () => {
    const first = await subscribed();
    await app.reconfigure(config('fetch: { websub: false }'));
    await tend();
    await hub.until('left');
    await app.reconfigure(config(''));
    await tend();
    await hub.until('confirmed', 2);
    const second = await subscription();
    expect(second.secret).not.toBe(first.secret);
    expect(second.callbackId).not.toBe(first.callbackId);
  });

  it('tells nobody the secret or the callback', async () => {
    const { secret, callbackId } = await subscribed();
    await pushAndRead(feed([{ id: 2 }]));
    const shown = `${logged.join('\n')}${(await app.subscriber.describe('news')).join('\n')}`;
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(callbackId);
  });
});

describe('polling beside a hub', () => {
  it('is a daily look, and says why', async () => {
    await subscribed();
    await check();
    const [state] = await app.checks.read(['news']);
    expect(state?.reason).toBe('websub');
    expect((state?.nextCheckAt ?? 0) - Date.now()).toBeGreaterThan(23 * HOUR);
    expect(state?.reasonText).toContain(hub.url);
  });

  it('demotes a hub that missed an entry, says so, and trusts it again after a week in which it pushed', async () => {
    const { topic } = await subscribed();
    hub.misbehave({ forgetful: true });
    offsetMs = DAY;
    const now = () => Date.now() + offsetMs;
    expect(await hub.publish(topic, feed([{ id: 2 }]))).toEqual([]);
    origin.on('/feed', rss(feed([{ id: 2, at: now() - 2 * HOUR }])));
    await check();
    const [demoted] = await app.checks.read(['news']);
    expect(demoted?.reason).not.toBe('websub');
    expect((await app.subscriber.describe('news')).join()).toMatch(/demoted at .*a poll found an entry .*after 7d/u);
    expect(await subscription()).toMatchObject({ missed: 1, demotions: 1 });

    hub.misbehave({});
    offsetMs += 6 * DAY;
    await pushAndRead(feed([{ id: 3, at: now() }]));
    await check();
    expect((await subscription()).demotion).toBeDefined();
    offsetMs += 2 * DAY;
    await check();
    expect((await subscription()).demotion).toBeUndefined();
    expect((await app.checks.read(['news']))[0]?.reason).toBe('websub');
  });

  it('does not blame a hub for an entry that may be on its way, or is older than the subscription', async () => {
    await subscribed();
    offsetMs = DAY;
    const now = Date.now() + offsetMs;
    origin.on(
      '/feed',
      rss(
        feed([
          { id: 2, at: now - MINUTE },
          { id: 3, at: now - 3 * DAY },
        ]),
      ),
    );
    await check();
    expect(await subscription()).toMatchObject({ missed: 0, demotions: 0 });
  });
});

describe('the site', () => {
  it('is moved with its callbacks when site.url changes', async () => {
    const before = await subscribed();
    const moved = { ...config(''), site: { ...config('').site, url: `${site}/news` } };
    await app.reconfigure(moved);
    hub.misbehave({ silent: true });
    await tend();
    const { list } = await subscriptions();
    expect(list.map((each) => [each.status, each.site])).toEqual([
      ['unsubscribing', site],
      ['requested', `${site}/news`],
    ]);
    expect(list[1]?.callbackId).not.toBe(before.callbackId);
  });

  it('must be public, else no hub is asked, and it is said why', async () => {
    const settings = config('');
    await app.reconfigure({ ...settings, site: { ...settings.site, url: 'http://localhost.localdomain:8080' } });
    await app.reconfigure({ ...settings, site: { ...settings.site, url: 'http://10.1.2.3' } });
    origin.on('/feed', rss(feed([{ id: 1 }])));
    await check();
    await tend();
    expect(hub.orders).toEqual([]);
    expect((await app.subscriber.describe('news'))[0]).toBe(
      'none: site.url is http://10.1.2.3, a private address; hubs are not used',
    );
  });
});

describe('a hub', () => {
  it('at a private address is not asked, unless fetch.allow opens it', async () => {
    const settings = config('');
    const [source] = settings.sources;
    if (source === undefined) throw new Error('no source');
    origin.on('/feed', rss(feed([{ id: 1 }], { hubs: ['http://192.168.7.7/'] })));
    await check();
    await tend();
    expect((await app.subscriber.describe('news')).join()).toContain('192.168.7.7 is not a public address');
  });

  it('is asked within the budget of its host', async () => {
    const settings = config('fetch: { host: { delay: 1m, scope: host-and-port } }');
    await app.reconfigure(settings);
    origin.on('/feed', rss(feed([{ id: 1 }])));
    await check();
    const now = Date.now();
    const key = new URL(hub.url).host;
    const other = {
      holder: 'other',
      budgetKey: key,
      budget: { concurrency: 1, delayMs: MINUTE, scope: 'host' as const },
    };
    expect(await app.budgets.enter({ ...other, now, leaseMs: MINUTE })).toEqual({ kind: 'open' });
    const result = await app.subscriber.tend('news', 'tend', never);
    expect(result).toMatchObject({ kind: 'later' });
    expect(hub.orders).toEqual([]);
    await app.budgets.leave('other', key, undefined, now);
    offsetMs = MINUTE + 1000;
    await app.subscriber.tend('news', 'tend', never);
    await hub.until('confirmed');
  });
});
