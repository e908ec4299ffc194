/** Posts that are taken down: gone at once and everywhere, and never again. Old posts: which are kept, and which never come? */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { type App, openApp } from '../../src/app/app.ts';
import { expirePosts } from '../../src/jobs/ingest/expire-posts.ts';
import { takedownAct, takedownView } from '../../src/jobs/operator/admin-takedowns.ts';
import { purgeRemovedSources, purgeSource } from '../../src/jobs/operator/purge-source.ts';
import { removePosts, restorePost } from '../../src/jobs/operator/remove-post.ts';
import type { Settings } from '../../src/model/settings.ts';
import { sampleSettings, sampleSource } from '../stages/render/samples.ts';
import { SILENT_LOG } from '../support/memory.ts';
import { type Origin, startOrigin } from '../support/origin.ts';
import { freePort } from '../support/port.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const NOW = Date.UTC(2026, 10, 30);
const DAY_MS = 86_400_000;

let redis: TestRedis;
let origin: Origin;
let app: App;
let directory: string;
let site: string;
let stopWeb: () => Promise<void>;
let settings: Settings;

const TEXT =
  'A text that is long enough to be recognised wherever it is offered, under whatever guid and address. '.repeat(3);

interface Item {
  readonly guid: string;
  readonly link?: string;
  readonly title?: string;
  readonly ageDays?: number;
  readonly text?: string;
}
const feed = (...items: readonly Item[]): string =>
  `<rss version="2.0"><channel><title>Paper</title>${items
    .map(
      ({
        guid,
        link = `https://paper.example/${guid}`,
        title = `Post ${guid}`,
        ageDays = 1,
        text = `Text of ${guid}`,
      }) =>
        `<item><guid isPermaLink="false">${guid}</guid><link>${link}</link><title>${title}</title><category>wire</category>` +
        `<description>${text}</description><pubDate>${new Date(NOW - ageDays * DAY_MS).toUTCString()}</pubDate></item>`,
    )
    .join('')}</channel></rss>`;

beforeAll(async () => {
  redis = await startTestRedis();
  origin = await startOrigin();
  directory = mkdtempSync(join(tmpdir(), 'feedmill-takedown-'));
  site = `http://127.0.0.1:${await freePort()}`;
  const base = sampleSettings();
  const source = (id: string) =>
    sampleSource({
      id,
      url: `${origin.url}/${id}`,
      fetch: { ...base.fetch, allow: ['127.0.0.0/8'], host: { ...base.fetch.host, delayMs: 0 } },
    });
  settings = {
    ...base,
    site: { ...base.site, url: site },
    http: { ...base.http, port: Number(new URL(site).port) },
    redis: redis.settings,
    publish: { ...base.publish, items: 5, windowMs: 0, directory },
    sources: ['paper', 'other', 'yearly'].map(source),
  };
  app = await openApp({ settings, log: SILENT_LOG, now: () => NOW, random: Math.random });
  await app.reconfigure(settings);
  stopWeb = await app.startWeb();
});
afterAll(async () => {
  await stopWeb();
  await app.close();
  await redis.close();
  await origin.close();
  rmSync(directory, { recursive: true, force: true });
});

let visits = 0;
async function offer(id: string, ...items: readonly Item[]): Promise<void> {
  origin.on(`/${id}`, { body: feed(...items) });
  visits += 1;
  await app.checkSource(
    { sourceId: id, dueAt: Number.MAX_SAFE_INTEGER },
    `visit-${visits}`,
    AbortSignal.timeout(30_000),
  );
  await app.publishTouched();
}
const titles = async (scope: Parameters<App['posts']['latest']>[0]['scope'] = { kind: 'all' }) =>
  (await app.posts.latest({ scope, limit: 100 })).map(({ title }) => title);
const filesWith = (text: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:gz|br)$/u.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file, 'utf8').includes(text));

describe('post remove', () => {
  it('takes a post out of every document and copy, and answers 410', async () => {
    const secret: Item = { guid: 'secret', title: 'A secret', ageDays: 20, text: TEXT };
    await offer('paper', ...Array.from({ length: 25 }, (_, n): Item => ({ guid: `p${n}`, ageDays: n + 1 })), secret);
    expect(filesWith('A secret').length).toBeGreaterThan(4);
    const [post] = await removePosts('https://www.paper.example/secret', 'court order', app, NOW);
    expect(post?.title).toBe('A secret');
    await app.publishTouched();
    expect(filesWith('A secret')).toEqual([]);
    expect(existsSync(join(directory, `post/${post?.id}.html`))).toBe(false);
    expect((await request(`${site}/post/${post?.id}.html`)).statusCode).toBe(410);
    expect((await request(`${site}/post/00000000000000aa.html`)).statusCode).toBe(404);
    for (const scope of ['all', 'category/xinhuashe', 'source/paper', 'tag/wire'])
      expect(await (await request(`${site}/${scope}.rss`)).body.text()).not.toContain('A secret');
  });

  it('is never undone by its source or another, whatever it is called', async () => {
    const before = await titles();
    await offer('paper', { guid: 'secret', title: 'A secret', text: `${TEXT} More.` });
    await offer('paper', {
      guid: 'new-guid',
      link: 'https://paper.example/secret?utm_source=x',
      title: 'Another title',
    });
    await offer('paper', { guid: 'third', link: 'https://paper.example/elsewhere', title: 'A secret', text: TEXT });
    await offer('other', { guid: 'x', link: 'https://paper.example/secret', title: 'Copied' });
    await offer('other', { guid: 'y', link: 'https://other.example/y', title: 'A secret', text: TEXT });
    expect(await titles()).toEqual(before);
    // What only looks like it is let through: the guid of another source, a short text.
    await offer('other', { guid: 'secret', link: 'https://other.example/z', title: 'Innocent' });
    expect(await titles()).toEqual(expect.arrayContaining([...before, 'Innocent']));
  });

  it('is undone by post restore, under the same id', async () => {
    expect(await restorePost('nothing', app, NOW)).toEqual({ kind: 'unknown' });
    const restored = await restorePost('https://paper.example/secret', app, NOW);
    expect(restored).toMatchObject({ kind: 'published', post: { title: 'A secret' } });
    await app.publishTouched();
    const id = restored.kind === 'published' ? restored.post.id : '';
    expect((await request(`${site}/post/${id}.html`)).statusCode).toBe(200);
    expect(filesWith('A secret').length).toBeGreaterThan(4);
    expect(await restorePost(id, app, NOW)).toEqual({ kind: 'unknown' });
  });
});

describe('the admin pages', () => {
  const deps = () => ({ ...app, settings: () => settings });
  const view = (path: string, query = '') => takedownView(path, new URLSearchParams(query), deps());

  it('remove a post after showing it, list it, and restore it', async () => {
    const [post] = await app.posts.latest({ scope: { kind: 'source', id: 'paper' }, limit: 1 });
    const id = post?.id ?? '';
    expect(await view(`post/${id}/remove`)).toMatchObject({ kind: 'confirm-remove', post: { id } });
    expect(await takedownAct('remove', id, 'a reason', deps(), NOW)).toBe('done');
    expect(await view(`post/${id}/remove`)).toBeUndefined();
    expect(await view('removed', 'done=remove&result=done')).toMatchObject({
      posts: [{ id, sourceId: 'paper', why: 'a reason', title: post?.title }],
      done: { action: 'remove', result: 'done' },
    });
    expect(await takedownAct('remove', id, '', deps(), NOW)).toBe('unknown');
    expect(await takedownAct('restore', id, '', deps(), NOW)).toBe('done');
    expect(await view('removed')).toMatchObject({ posts: [] });
    expect((await app.posts.get([id]))[0]?.title).toBe(post?.title);
    await app.publishTouched();
  });

  it('purge nothing of a source without posts', async () => {
    expect(await view('source/nobody/purge')).toBeUndefined();
    expect(await takedownAct('purge', 'nobody', '', deps(), NOW)).toBe('unknown');
    expect(await view('source/paper/purge')).toMatchObject({ kind: 'confirm-purge', sourceId: 'paper' });
  });
});

describe('source purge', () => {
  it('removes all posts of a source, and keeps the stories of others', async () => {
    const shared = { link: 'https://shared.example/story', title: 'Shared story', text: TEXT.toUpperCase() };
    await offer('paper', { guid: 's1', ...shared });
    await offer('other', { guid: 's2', ...shared });
    expect((await titles()).filter((title) => title === 'Shared story')).toHaveLength(1);
    const { posts, outbox } = app;
    const purged = await purgeSource('paper', { posts, outbox, categories: settings.categories }, NOW);
    await app.publishTouched();
    expect(purged).toEqual({ removed: 26, kept: 1 });
    expect(await titles({ kind: 'source', id: 'paper' })).toEqual([]);
    expect(await titles({ kind: 'source', id: 'other' })).toEqual(['Shared story', 'Innocent']);
    expect(filesWith('Post p3')).toEqual([]);
    await offer('paper', { guid: 'p3', ageDays: 4 });
    expect(await titles({ kind: 'source', id: 'paper' })).toEqual([]);
  });

  it('happens by itself after keep.removedSources', async () => {
    const without = { ...settings, sources: settings.sources.filter(({ id }) => id !== 'other') };
    const { posts, outbox, assigned } = app;
    const purge = (removedSourcesMs: number, now: number) =>
      purgeRemovedSources(
        { ...without, keep: { ...without.keep, removedSourcesMs } },
        { posts, outbox, assigned },
        now,
      );
    expect(await purgeRemovedSources(without, { posts, outbox, assigned }, NOW)).toEqual([]);
    expect(await purge(7 * DAY_MS, NOW + 6 * DAY_MS)).toEqual([]);
    expect(await purge(7 * DAY_MS, NOW + 7 * DAY_MS)).toEqual(['other']);
    expect(await titles()).toEqual([]);
  });
});

describe('old posts', () => {
  it('are published only as the newest of their source, and then they stay', async () => {
    const old = Array.from({ length: 15 }, (_, n): Item => ({ guid: `y${n}`, ageDays: 365 * (n + 1) }));
    await offer('yearly', ...old);
    expect(await titles({ kind: 'source', id: 'yearly' })).toEqual(old.slice(0, 10).map(({ guid }) => `Post ${guid}`));
    expect(await expirePosts(settings, { posts: app.posts, trace: app.trace }, NOW)).toMatchObject({ forgotten: 0 });
    await offer('yearly', { guid: 'young', ageDays: 0 }, ...old);
    expect(await expirePosts(settings, { posts: app.posts, trace: app.trace }, NOW)).toMatchObject({ forgotten: 1 });
    expect(await titles({ kind: 'source', id: 'yearly' })).toHaveLength(10);
    await offer('yearly', { guid: 'young', ageDays: 0, text: 'Another text of it.' }, ...old);
    expect(await titles({ kind: 'source', id: 'yearly' })).toHaveLength(10);
  });
});
