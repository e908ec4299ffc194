/** Does our hub do what the WebSub recommendation asks of hubs and publishers? One test for each clause. */
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { type App, openApp } from '../../src/app/app.ts';
import { ping } from '../../src/jobs/hub/deliver.ts';
import type { Settings } from '../../src/model/settings.ts';
import { checkSignature } from '../../src/syntax/http/hub-signature.ts';
import type { Log } from '../../src/ports/log.ts';
import { freePort } from '../support/port.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { challengeOf, startSubscriber, type Subscriber } from '../support/subscriber.ts';
import { samplePost, sampleSettings } from '../stages/render/samples.ts';

const RSS = '/category/xinhuashe.rss';
const FEEDS = [RSS, '/category/xinhuashe.atom', '/category/xinhuashe.json'] as const;
const HOUR_MS = 3_600_000;

const logged: string[] = [];
const log = (facts: object, message: string): void => {
  logged.push(`${message} ${JSON.stringify(facts)}`);
};
const remembering: Log = { debug: log, info: log, warn: log, error: log };

let redis: TestRedis;
let subscriber: Subscriber;
let app: App;
let origin: string;
let closers: (() => Promise<void>)[] = [];
/** How far the hub's clock is off. Behind ours, what is to be tried again later is tried again at once. */
let offsetMs = 0;
let version = 0;

function settingsWith(changes: Partial<Settings['publish']> = {}, port = Number(new URL(origin).port)): Settings {
  const settings = sampleSettings();
  return {
    ...settings,
    site: { ...settings.site, url: origin },
    http: { host: '127.0.0.1', port, redirects: {}, trustProxy: 0, metricsAllow: [] },
    redis: redis.settings,
    fetch: { ...settings.fetch, allow: ['127.0.0.0/8'] },
    publish: { ...settings.publish, websubHub: 'self', websubAllow: ['127.0.0.0/8'], ...changes },
  };
}

beforeAll(async () => {
  redis = await startTestRedis();
  subscriber = await startSubscriber();
  origin = `http://127.0.0.1:${await freePort()}`;
  app = await openApp({
    settings: settingsWith(),
    log: remembering,
    now: () => Date.now() + offsetMs,
    random: () => 0.5,
  });
  await app.reconfigure({ ...settingsWith(), sources: [] });
  const workers = await app.startWorkers();
  closers = [() => workers.close(0), await app.startWeb(), () => app.close()];
  await publishNews();
});

afterAll(async () => {
  for (const close of closers) await close();
  await subscriber.close();
  await redis.close();
});

beforeEach(async () => {
  offsetMs = 0;
  await app.hub.subscriptions.drop(await app.hub.subscriptions.ofTopics([...FEEDS, '/all.rss', '/tag/%E8%82%A1.atom']));
  await redis.client.del(...(await redis.client.keys(`${redis.prefix}:h:rate:*`)), 'nothing');
  await settle();
  subscriber.forget();
});

/** A post that changes its title each time. */
async function publishNews(tags: readonly string[] = []): Promise<void> {
  version += 1;
  const [current] = await app.posts.versions([samplePost(1).id]);
  const post = samplePost(1, { title: `第 ${version} 版`, tags, revision: version });
  await app.posts.save(
    [
      {
        post,
        mark: { sourceKey: '0'.repeat(16), titleKey: '0'.repeat(8), fingerprint: String(version).padStart(16, '0') },
        expectedVersion: current ?? 0,
      },
    ],
    Date.now(),
  );
  await app.publishTouched();
}

/** Until the hub has nothing in hand. */
async function settle(): Promise<void> {
  await expect
    .poll(async () => (await app.queues.counts())['hub'], { timeout: 10_000 })
    .toMatchObject({ active: 0, waiting: 0, delayed: 0 });
}

interface HubAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function ask(parameters: Readonly<Record<string, string>>, contentType?: string): Promise<HubAnswer> {
  const answer = await request(`${origin}/websub`, {
    method: 'POST',
    headers: { 'content-type': contentType ?? 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(parameters).toString(),
  });
  return {
    status: answer.statusCode,
    type: String(answer.headers['content-type']),
    text: await answer.body.text(),
  };
}

const asking = (changes: Readonly<Record<string, string>> = {}) => ({
  'hub.mode': 'subscribe',
  'hub.topic': origin + RSS,
  'hub.callback': `${subscriber.url}/cb`,
  ...changes,
});

async function subscribe(changes: Readonly<Record<string, string>> = {}): Promise<HubAnswer> {
  const answer = await ask(asking(changes));
  await settle();
  return answer;
}

const subscriptions = () => app.hub.subscriptions.count();

async function topic(path: string) {
  const answer = await request(origin + path);
  return { headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) };
}

describe('§4 discovery', () => {
  it.each(FEEDS)('%s names its hub and itself in Link headers, for GET and HEAD', async (path) => {
    for (const method of ['GET', 'HEAD'] as const) {
      const answer = await request(origin + path, { method });
      await answer.body.dump();
      expect(answer.headers['link']).toContain(`<${origin}/websub>; rel="hub"`);
      expect(answer.headers['link']).toContain(`<${origin}${path}>; rel="self"`);
    }
  });

  it('RSS and Atom name them in the document, too; JSON Feed names the hub', async () => {
    const texts = await Promise.all(FEEDS.map(async (path) => (await topic(path)).body.toString()));
    expect(texts[0]).toContain(`<atom:link href="${origin}/websub" rel="hub"/>`);
    expect(texts[0]).toContain(`<atom:link href="${origin}${FEEDS[0]}" rel="self" type="application/rss+xml"/>`);
    expect(texts[1]).toContain(`<link rel="hub" href="${origin}/websub"/>`);
    expect(texts[1]).toContain(`<link rel="self" href="${origin}${FEEDS[1]}"/>`);
    expect(JSON.parse(texts[2] ?? '')).toMatchObject({
      feed_url: origin + FEEDS[2],
      hubs: [{ type: 'WebSub', url: `${origin}/websub` }],
    });
  });
});

describe('§5.1 subscription request', () => {
  it.each(FEEDS)('the hub accepts mode, callback and the topic %s', async (path) => {
    expect((await subscribe({ 'hub.topic': origin + path })).status).toBe(202);
    expect(await subscriptions()).toBe(1);
  });

  it('the hub accepts a secret', async () => {
    expect((await subscribe({ 'hub.secret': '秘密' })).status).toBe(202);
    expect(await subscriptions()).toBe(1);
  });

  it('the hub ignores parameters it does not understand', async () => {
    expect((await subscribe({ 'hub.verify': 'sync', 'hub.foo': 'bar' })).status).toBe(202);
    expect(await subscriptions()).toBe(1);
  });

  it('the hub takes form-encoded requests and nothing else', async () => {
    expect((await ask(asking(), 'application/json')).status).toBe(415);
    expect((await ask(asking(), 'application/x-www-form-urlencoded; charset=utf-8')).status).toBe(202);
  });

  it('a subscription that is active may be asked for again; once confirmed, the new terms hold', async () => {
    await subscribe({ 'hub.secret': 'old' });
    await subscribe({ 'hub.secret': 'new' });
    expect(await subscriptions()).toBe(1);
    await publishNews();
    await expect.poll(() => subscriber.deliveries().length).toBe(1);
    const [delivery] = subscriber.deliveries();
    const signature = String(delivery?.headers['x-hub-signature']);
    expect(checkSignature(signature, delivery?.body ?? Buffer.of(), 'new').kind).toBe('valid');
  });

  it('a request that is not confirmed leaves the subscription as it was', async () => {
    await subscribe({ 'hub.secret': 'old' });
    subscriber.confirm(() => ({ status: 404 }));
    await subscribe({ 'hub.secret': 'new' });
    await subscribe({ 'hub.mode': 'unsubscribe' });
    await publishNews();
    await expect.poll(() => subscriber.deliveries().length).toBe(1);
    const [delivery] = subscriber.deliveries();
    expect(
      checkSignature(String(delivery?.headers['x-hub-signature']), delivery?.body ?? Buffer.of(), 'old').kind,
    ).toBe('valid');
  });

  it('callbacks that differ in their query alone are different subscriptions', async () => {
    await subscribe({ 'hub.callback': `${subscriber.url}/cb?user=1` });
    await subscribe({ 'hub.callback': `${subscriber.url}/cb?user=2` });
    expect(await subscriptions()).toBe(2);
  });

  it('the hub supports unsubscribing', async () => {
    await subscribe();
    expect((await subscribe({ 'hub.mode': 'unsubscribe' })).status).toBe(202);
    expect(await subscriptions()).toBe(0);
    await publishNews();
    await settle();
    expect(subscriber.deliveries()).toEqual([]);
  });
});

describe('§5.1.1 subscription parameters', () => {
  it('a secret of 200 bytes is too long', async () => {
    expect((await ask(asking({ 'hub.secret': 's'.repeat(200) }))).status).toBe(400);
    expect((await ask(asking({ 'hub.secret': 's'.repeat(199) }))).status).toBe(202);
    await settle();
  });

  it('the query of a callback is kept, and ours appended with &', async () => {
    await subscribe({ 'hub.callback': `${subscriber.url}/cb?a=1&b=%20+c` });
    expect(subscriber.questions()[0]?.path.startsWith('/cb?a=1&b=%20+c&hub.mode=subscribe&')).toBe(true);
    await publishNews();
    await expect.poll(() => subscriber.deliveries()[0]?.path).toBe('/cb?a=1&b=%20+c');
  });
});

describe('§5.1.2 subscription response', () => {
  it('an accepted request is answered with 202 before it is verified', async () => {
    subscriber.confirm(() => ({ status: 500 }));
    expect(await ask(asking())).toMatchObject({ status: 202 });
    await settle();
    expect(await subscriptions()).toBe(0);
  });

  it.each([
    ['no mode', { 'hub.mode': '' }],
    ['no callback', { 'hub.callback': '' }],
    ['a topic of another site', { 'hub.topic': 'https://other.example/feed' }],
  ])('%s is answered with an error and a line of plain text', async (_what, changes) => {
    const { status, type, text } = await ask(asking(changes));
    expect({ status, type }).toEqual({ status: 400, type: 'text/plain; charset=utf-8' });
    expect(text).toMatch(/^hub\.(mode|callback|topic) must be .*\.\n$/u);
  });

  it('an address that is not public is not called (SSRF), unless the config opens it', async () => {
    const { text } = await ask(asking({ 'hub.callback': 'http://10.0.0.1/cb' }));
    expect(text).toContain('must be a public address');
    // A name is judged when it is looked up.
    // What is open to sources (fetch.allow) is not open to subscribers.
    await app.reconfigure({ ...settingsWith({ websubAllow: [] }), sources: [] });
    expect((await subscribe({ 'hub.callback': subscriber.url.replace('127.0.0.1', 'localhost') })).status).toBe(202);
    await app.reconfigure({ ...settingsWith(), sources: [] });
    expect(subscriber.heard).toEqual([]);
    expect(logged.join('\n')).toContain('which is not a public address');
    expect(await subscriptions()).toBe(0);
  });
});

describe('§5.2 subscription validation', () => {
  it('a subscription that is no longer possible is denied with hub.mode=denied and a reason', async () => {
    await subscribe();
    subscriber.forget();
    await app.reconfigure({ ...settingsWith(), sources: [], categories: [] });
    await app.publishTouched();
    await expect.poll(() => subscriber.questions().length).toBe(1);
    expect(Object.fromEntries(subscriber.questions()[0]?.query ?? [])).toEqual({
      'hub.mode': 'denied',
      'hub.topic': origin + RSS,
      'hub.reason': 'this feed is no longer published',
    });
    expect(await subscriptions()).toBe(0);
    await app.reconfigure({ ...settingsWith(), sources: [] });
    await app.publishTouched();
  });
});

describe('§5.3 verification of intent', () => {
  it('asks the callback with mode, topic, challenge and lease', async () => {
    await subscribe({ 'hub.lease_seconds': '86400' });
    expect(subscriber.questions()).toHaveLength(1);
    const query = Object.fromEntries(subscriber.questions()[0]?.query ?? []);
    expect(query).toMatchObject({ 'hub.mode': 'subscribe', 'hub.topic': origin + RSS, 'hub.lease_seconds': '86400' });
    expect(query['hub.challenge']).toMatch(/^[\w-]{32}$/u);
  });

  it('has another challenge each time', async () => {
    await subscribe();
    await subscribe();
    const challenges = subscriber.questions().map(({ query }) => query.get('hub.challenge'));
    expect(new Set(challenges).size).toBe(2);
  });

  it('grants a lease of its own where none was asked for, and none for ever', async () => {
    await subscribe();
    await subscribe({ 'hub.lease_seconds': '99999999999' });
    const leases = subscriber.questions().map(({ query }) => query.get('hub.lease_seconds'));
    expect(leases).toEqual(['864000', '2592000']);
  });

  it('asks before it ends a subscription, too', async () => {
    await subscribe();
    subscriber.forget();
    await subscribe({ 'hub.mode': 'unsubscribe' });
    expect(subscriber.questions()[0]?.query.get('hub.mode')).toBe('unsubscribe');
    expect(subscriber.questions()[0]?.query.get('hub.challenge')).toMatch(/^[\w-]{32}$/u);
  });

  it.each([
    ['another body', { status: 200, body: 'yes' }],
    ['404, which says no', { status: 404 }],
    ['500', { status: 500 }],
    ['a redirect', { status: 302, headers: { location: '/cb?hub.challenge=x' } }],
  ])('takes %s for no', async (_what, answer) => {
    subscriber.confirm(() => answer);
    await subscribe();
    expect(await subscriptions()).toBe(0);
    expect(subscriber.heard).toHaveLength(1);
  });

  it('takes a challenge with a status that is no success for no', async () => {
    subscriber.confirm((heard) => ({ ...challengeOf(heard), status: 403 }));
    await subscribe();
    expect(await subscriptions()).toBe(0);
  });

  it('enforces the lease: after its end, nothing is delivered', async () => {
    await subscribe({ 'hub.lease_seconds': '3600' });
    offsetMs = HOUR_MS + 60_000;
    await publishNews();
    await settle();
    expect(subscriber.deliveries()).toEqual([]);
    expect(await subscriptions()).toBe(0);
  });
});

describe('§6 publishing', () => {
  it('a feed that did not change is not delivered again', async () => {
    await subscribe();
    await app.reconfigure({ ...settingsWith(), sources: [] });
    await app.publishTouched();
    await settle();
    expect(subscriber.deliveries()).toEqual([]);
  });

  it('feeds that are made when asked for, such as those of a tag, are topics like others', async () => {
    await publishNews(['股']);
    expect((await subscribe({ 'hub.topic': `${origin}/tag/%E8%82%A1.atom` })).status).toBe(202);
    await publishNews(['股']);
    await expect.poll(() => subscriber.deliveries().length).toBe(1);
    expect(subscriber.deliveries()[0]?.body).toEqual((await topic('/tag/%E8%82%A1.atom')).body);
    expect(subscriber.deliveries()[0]?.body.toString()).toContain(`第 ${version} 版`);
  });
});

describe('§7 content distribution', () => {
  it.each(FEEDS)('delivers %s by POST: the bytes, the type and the links of the topic', async (path) => {
    await subscribe({ 'hub.topic': origin + path });
    await publishNews();
    await expect.poll(() => subscriber.deliveries().length).toBe(1);
    const [delivery] = subscriber.deliveries();
    const { headers, body } = await topic(path);
    expect(delivery?.body).toEqual(body);
    expect(body.toString()).toContain(`第 ${version} 版`);
    expect(delivery?.headers['content-type']).toBe(headers['content-type']);
    expect(delivery?.headers['link']).toContain(`<${origin}/websub>; rel="hub"`);
    expect(delivery?.headers['link']).toContain(`<${origin}${path}>; rel="self"`);
    expect(delivery?.headers['x-hub-signature']).toBeUndefined();
    expect(delivery?.headers['user-agent']).toMatch(/^Feedmill\//u);
  });

  it('tries again after a failure, with what is newest by then', async () => {
    let failures = 2;
    subscriber.receive(() => ({ status: (failures -= 1) >= 0 ? 500 : 200 }));
    await subscribe();
    offsetMs = -48 * HOUR_MS;
    await publishNews();
    await expect.poll(() => subscriber.deliveries().length, { timeout: 15_000 }).toBe(3);
    await settle();
    expect(subscriber.deliveries()).toHaveLength(3);
    expect(subscriber.deliveries()[2]?.body).toEqual((await topic(RSS)).body);
  });

  it('takes a redirect for a failure and does not follow it', async () => {
    let answers = 0;
    subscriber.receive(() =>
      (answers += 1) === 1 ? { status: 301, headers: { location: '/elsewhere' } } : { status: 200 },
    );
    await subscribe();
    offsetMs = -48 * HOUR_MS;
    await publishNews();
    await expect.poll(() => subscriber.deliveries().map(({ path }) => path)).toEqual(['/cb', '/cb']);
  });

  it('drops a subscriber who answers 410', async () => {
    subscriber.receive(() => ({ status: 410 }));
    await subscribe();
    await publishNews();
    await expect.poll(subscriptions).toBe(0);
    await publishNews();
    await settle();
    expect(subscriber.deliveries()).toHaveLength(1);
  });

  it('gives up after failures over days', async () => {
    subscriber.receive(() => ({ status: 500 }));
    await subscribe();
    const [id = ''] = await app.hub.subscriptions.ofTopics([RSS]);
    await app.hub.subscriptions.note({ id, failures: 12, failingSince: Date.now() - 72 * HOUR_MS });
    await publishNews();
    await expect.poll(subscriptions).toBe(0);
    expect(logged.join('\n')).toContain('no delivery has succeeded for days; the last one: status 500');
  });

  it('delivers to one although another keeps silent', async () => {
    subscriber.receive(({ path }) => ({ status: path === '/dead' ? 500 : 200 }));
    await subscribe({ 'hub.callback': `${subscriber.url}/dead` });
    await subscribe();
    await publishNews();
    await expect.poll(() => subscriber.deliveries().map(({ path }) => path)).toContain('/cb');
    const [id = ''] = await app.hub.subscriptions.ofTopics([RSS]);
    expect(id).not.toBe('');
    // The failed delivery is parked before its queue is cleared; else it would be parked afterwards.
    await expect
      .poll(async () => (await app.queues.counts())['hub'], { timeout: 10_000 })
      .toMatchObject({ delayed: 1 });
    await app.hub.subscriptions.drop(await app.hub.subscriptions.ofTopics([RSS]));
    await redis.client.del(...(await redis.client.keys(`${redis.prefix}:hub:*`)));
  });
});

describe('a hub that strangers try to stop', () => {
  /** Takes connections and never answers. */
  async function startSilentHost(address: string) {
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket.resume().on('error', () => undefined));
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, address);
    await once(server, 'listening');
    // A server that listens on TCP has an address of this kind.
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://${address}:${port}`,
      connections: () => sockets.size,
      close: async () => {
        for (const socket of sockets) socket.destroy();
        server.close();
        await once(server, 'close');
      },
    };
  }

  async function stopWaiting(): Promise<void> {
    const keys = await redis.client.keys(`${redis.prefix}:h:request:*`);
    await redis.client.del(...keys, ...(await redis.client.keys(`${redis.prefix}:h:waiting:*`)), 'nothing');
  }

  it('verifies and serves others while callbacks of one host never answer', async () => {
    const silent = await startSilentHost('127.0.0.2');
    try {
      const statuses = await Promise.all(
        Array.from({ length: 300 }, async (_none, index) => {
          return (await ask(asking({ 'hub.callback': `${silent.url}/${index}` }))).status;
        }),
      );
      // This many wait; the others must come back later.
      expect(statuses.filter((status) => status === 202)).toHaveLength(20);
      expect(statuses.filter((status) => status === 503)).toHaveLength(280);
      await expect.poll(() => silent.connections()).toBeGreaterThan(0);
      expect((await ask(asking())).status).toBe(202);
      await expect.poll(subscriptions, { timeout: 4_000 }).toBe(1);
      await publishNews();
      await expect.poll(() => subscriber.deliveries().length, { timeout: 4_000 }).toBe(1);
      expect(silent.connections()).toBeLessThanOrEqual(2);
    } finally {
      await stopWaiting();
      await silent.close();
    }
  });

  it('asks a callback once for many requests of the same subscription', async () => {
    subscriber.confirm(() => ({ status: 404 }));
    await Promise.all(Array.from({ length: 30 }, () => ask(asking())));
    await settle();
    expect(subscriber.questions().length).toBeLessThan(10);
  });

  it('says when to come back', async () => {
    // As if one domain had used up its requests of this minute.
    for (let count = 0; count < 300; count += 1) {
      await app.hub.subscriptions.admit({ name: 'domain reader.example', most: 300 }, 60_000);
    }
    const answer = await request(`${origin}/websub`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(asking({ 'hub.callback': 'https://www.reader.example:8443/x' })).toString(),
    });
    await answer.body.dump();
    expect({ status: answer.statusCode, after: answer.headers['retry-after'] }).toEqual({ status: 429, after: '60' });
    expect((await ask(asking())).status).toBe(202);
    await settle();
  });

  it('takes no topic that was made up', async () => {
    const { status, text } = await ask(asking({ 'hub.topic': `${origin}/tag/made-up.rss` }));
    expect({ status, text }).toEqual({ status: 400, text: 'hub.topic names a feed without posts.\n' });
  });
});

describe('§7.1 authenticated content distribution', () => {
  it('signs the body with the secret, method and small hex digits in X-Hub-Signature', async () => {
    await subscribe({ 'hub.secret': '秘密 secret' });
    await publishNews();
    await expect.poll(() => subscriber.deliveries().length).toBe(1);
    const [delivery] = subscriber.deliveries();
    const signature = String(delivery?.headers['x-hub-signature']);
    expect(signature).toMatch(/^sha256=[0-9a-f]{64}$/u);
    expect(checkSignature(signature, delivery?.body ?? Buffer.of(), '秘密 secret').kind).toBe('valid');
  });

  it('tells nobody the secret', async () => {
    await subscribe({ 'hub.secret': 'not-for-the-log' });
    expect(logged.join('\n')).not.toContain('not-for-the-log');
    expect(subscriber.heard.map(({ path }) => path).join('\n')).not.toContain('not-for-the-log');
  });
});

describe('an outer hub', () => {
  it('is named by category feeds, and gets one ping for each changed feed', async () => {
    const hub = `${subscriber.url}/hub`;
    await app.reconfigure({ ...settingsWith({ websubHub: hub }), sources: [] });
    await app.publishTouched();
    const pings = () => subscriber.deliveries().map(({ body }) => new URLSearchParams(body.toString()));
    const topics = FEEDS.map((path) => origin + path);
    const paths = () => pings().map((form) => form.get('hub.url'));
    expect(paths()).toEqual(expect.arrayContaining(topics));
    expect(pings().every((form) => form.get('hub.mode') === 'publish')).toBe(true);
    expect((await topic(RSS)).body.toString()).toContain(`<atom:link href="${hub}" rel="hub"/>`);
    expect((await topic('/tag/%E8%82%A1.atom')).body.toString()).not.toContain('rel="hub"');
    subscriber.forget();
    await app.reconfigure({ ...settingsWith({ websubHub: hub }), sources: [] });
    await app.publishTouched();
    expect(pings()).toEqual([]);
    await publishNews();
    expect(paths()).toEqual(expect.arrayContaining(topics));
  });

  it('that does not take it makes the job fail, so that the queue tries again', async () => {
    await app.reconfigure({ ...settingsWith({ websubHub: `${subscriber.url}/hub` }), sources: [] });
    subscriber.receive(() => ({ status: 503 }));
    await publishNews();
    await expect(ping(RSS, app.hub, new AbortController().signal)).rejects.toThrow(/status 503/u);
    await expect.poll(async () => (await app.queues.counts())['hub']?.['delayed']).toBeGreaterThan(0);
    subscriber.receive(() => ({ status: 204 }));
    await ping(RSS, app.hub, new AbortController().signal);
    expect(await app.hub.subscriptions.pinged(RSS)).toContain(`${subscriber.url}/hub`);
    await app.reconfigure({ ...settingsWith(), sources: [] });
    await redis.client.del(...(await redis.client.keys(`${redis.prefix}:hub:*`)));
  });
});

describe('a site without a hub', () => {
  it('has no endpoint and names none', async () => {
    await app.reconfigure({ ...settingsWithoutHub(), sources: [] });
    expect((await ask(asking())).status).toBe(404);
    await app.publishTouched();
    expect((await topic(RSS)).body.toString()).not.toContain('rel="hub"');
    await app.reconfigure({ ...settingsWith(), sources: [] });
  });
});

function settingsWithoutHub(): Settings {
  const settings = settingsWith();
  const { websubHub: _hub, ...publish } = settings.publish;
  return { ...settings, publish };
}
