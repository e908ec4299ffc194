/** What happens where several processes, configs, sites or versions meet on one Redis? */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app/app.ts';
import { importStore, readTarget, summariseExport } from '../../src/app/import-store.ts';
import { LATEST_SCHEMA, migrations } from '../../src/app/migrations.ts';
import { readConfig } from '../../src/config/read.ts';
import { createSourceSubscriptions } from '../../src/io/store/source-subscriptions.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { Log } from '../../src/ports/log.ts';
import { type DumpedKey, loadStore } from '../support/store-dump.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
let opened: App[] = [];
let warnings: string[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  await redis.clear();
  warnings = [];
});
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});
afterAll(() => redis.close());

const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_facts, message) => void warnings.push(message),
  error: (_facts, message) => void warnings.push(message),
};

function config(sources: readonly string[], site = 'url: https://a.example', prefix?: string): Settings {
  const list = sources.map((id) => `{ id: ${id}, url: "https://${id}.example/feed" }`).join(', ');
  const text = `site: { ${site} }\nsources: [${list}]\n`;
  const settings = readConfig([{ path: 'config/feedmill.yaml', name: 'feedmill.yaml', text }], {});
  return { ...settings, redis: { ...redis.settings, ...(prefix !== undefined && { prefix }) } };
}

async function open(settings: Settings): Promise<App> {
  const app = await openApp({ settings, log, now: Date.now, random: Math.random });
  opened.push(app);
  return app;
}

async function start(settings: Settings): Promise<App> {
  const app = await open(settings);
  await app.reconfigure(settings);
  return app;
}

async function close(app: App): Promise<void> {
  opened = opened.filter((other) => other !== app);
  await app.close();
}

const scheduled = async () => [...(await redis.client.zrange(`${redis.prefix}:due`, '0', '-1'))].sort();

describe('two configs of one site', () => {
  it('the later one wins; an older process that starts again removes nothing', async () => {
    const older = config(['a', 'b']);
    const first = await start(older);
    await start(config(['a', 'c']));
    expect(await scheduled()).toEqual(['a', 'c']);
    await close(first);
    const again = await start(older);
    expect(await scheduled()).toEqual(['a', 'c']);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^another process runs a later config of this site: the sources and addresses of that config stay/u,
      ),
    ]);
    expect([...again.config().sources.keys()]).toEqual(['a', 'b']);
  });

  it('the older one is used again once nothing runs the later one', async () => {
    const older = config(['a', 'b']);
    await start(older);
    const later = await start(config(['a', 'c']));
    await close(later);
    await start(older);
    expect(await scheduled()).toEqual(['a', 'b']);
  });

  it('a change of the files of a running process is the latest, also one that takes a change back', async () => {
    const before = config(['a', 'b']);
    const app = await start(before);
    await start(before);
    await app.reconfigure(config(['a']));
    expect(await scheduled()).toEqual(['a']);
    await app.reconfigure(before);
    expect(await scheduled()).toEqual(['a', 'b']);
  });
});

describe('two sites', () => {
  it('the second is refused while the first runs, naming both and what to do', async () => {
    await start(config(['a']));
    const other = config(['x'], 'url: https://b.example');
    const app = await open(other);
    await expect(app.reconfigure(other)).rejects.toThrow(
      /holds the site https:\/\/a\.example, which is running, and this config is of https:\/\/b\.example: another site needs its own redis\.prefix or redis\.url; if the site has moved, write site\.id: https:\/\/a\.example or stop/u,
    );
    expect(await scheduled()).toEqual(['a']);
  });

  it('the second is refused by its id at any time', async () => {
    await close(await start(config(['a'], 'url: https://a.example, id: https://first.example')));
    const other = config(['x'], 'url: https://b.example, id: https://second.example');
    const app = await open(other);
    await expect(app.reconfigure(other)).rejects.toThrow(
      /holds the site https:\/\/first\.example, but site\.id is https:\/\/second\.example/u,
    );
    expect(await scheduled()).toEqual(['a']);
  });

  it.each([
    ['by its files', 'url: https://moved.example'],
    ['with site.id', 'url: https://moved.example, id: https://a.example'],
  ])('a site that moves %s is one site', async (title, site) => {
    const app = await start(config(['a']));
    const moved = config(['a'], site);
    if (title === 'by its files') await app.reconfigure(moved);
    else await start(moved);
    expect((await open(moved)).storedSite).toMatchObject({ id: 'https://a.example', url: 'https://moved.example' });
  });

  it('with a prefix of its own, each has its own data', async () => {
    await start(config(['a']));
    const prefix = `${redis.prefix.slice(1, -1)}-b`;
    const second = await start(config(['x'], 'url: https://b.example', prefix));
    expect(await scheduled()).toEqual(['a']);
    expect(await redis.client.zrange(`{${prefix}}:due`, '0', '-1')).toEqual(['x']);
    await close(second);
    const keys = await redis.client.keys(`{${prefix}}:*`);
    if (keys.length > 0) await redis.client.unlink(...keys);
  });
});

describe('versions of the data', () => {
  it('the last step makes the newest version', () => {
    expect(migrations({ sourceSubscriptions: createSourceSubscriptions(redis.client, '') }).at(-1)?.to).toBe(
      LATEST_SCHEMA,
    );
  });

  it('data of a newer Feedmill are refused, and no connection stays open', async () => {
    await redis.client.set(`${redis.prefix}:schema`, '1000');
    await expect(open(config(['a']))).rejects.toThrow('have version 1000, but this Feedmill works with 2');
  });

  it('data without a version are brought up to date', async () => {
    const former = {
      sourceId: 'a',
      offer: { hubs: ['https://hub.example/'], topic: 'https://a.example/feed' },
      orders: [{ callbackId: 'c1', status: 'leaving', actAt: 1_800_000_000_000, askedAt: 1_700_000_000_000 }],
    };
    const key = (name: string) => `${redis.prefix}:${name}`;
    await redis.client.zadd(key('due'), 1, 'a');
    await redis.client.hset(key('w:s:a'), { j: JSON.stringify(former), v: 3, c: 'c1' });
    await redis.client.sadd(key('w:all'), 'a');
    await open(config(['a']));
    const stored = JSON.parse((await redis.client.hget(key('w:s:a'), 'j')) ?? '') as unknown;
    expect(stored).toEqual({
      sourceId: 'a',
      discovered: former.offer,
      list: [{ callbackId: 'c1', status: 'unsubscribing', actAt: 1_800_000_000_000, requestedAt: 1_700_000_000_000 }],
    });
    expect(await redis.client.get(key('schema'))).toBe('2');
  });

  it('a store of version 2 is read: its posts, its source with validators, its last document', async () => {
    const fixture = readFileSync(new URL('./fixtures/store-2.json', import.meta.url), 'utf8');
    await loadStore(redis.client, `${redis.prefix}:`, JSON.parse(fixture) as readonly DumpedKey[]);
    await expectTheSmallStore(await open(config(['news'], 'url: https://site.example')));
  });

  it('an export of format 1 with data of version 2 is imported: the same', async () => {
    const file = fileURLToPath(new URL('./fixtures/export-1.jsonl', import.meta.url));
    const settings = config(['news'], 'url: https://site.example');
    const summary = await summariseExport(file, () => undefined);
    expect(summary).toMatchObject({ header: { format: 1, schema: 2 }, posts: 2, entries: 2, sources: 1 });
    const target = await readTarget(settings, log);
    expect(target).toMatchObject({ schema: undefined, posts: 0 });
    await importStore(file, summary, { settings, target, log, now: Date.now, onWritten: () => undefined });
    await expectTheSmallStore(await open(settings));
  });
});

/** As it was written once; later versions bring it up to date and find the same in it. */
async function expectTheSmallStore(app: App): Promise<void> {
  const posts = await app.posts.latest({ scope: { kind: 'all' }, limit: 10 });
  expect(posts.map(({ id, title, tags }) => [id, title, tags])).toEqual([
    [expect.stringMatching(/^[0-9a-f]{16}$/u), 'Two', ['tea']],
    [expect.stringMatching(/^[0-9a-f]{16}$/u), 'One 你好', []],
  ]);
  expect(await app.posts.latest({ scope: { kind: 'category', slug: 'news' }, limit: 10 })).toEqual(posts);
  expect(await app.checks.read(['news'])).toMatchObject([
    { etag: '"v1"', title: 'News', last: { kind: 'feed', entries: 2, added: 2 } },
  ]);
  const document = await app.lastDocuments.get('news');
  expect(Buffer.from(document?.body ?? []).toString()).toContain('<title>One 你好</title>');
  expect(app.storedSite).toMatchObject({ id: 'https://site.example' });
}
