/** Categories are renamed, joined and split, sources move: do posts, feeds and old addresses follow at once? */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { type App, openApp } from '../../src/app/app.ts';
import { planConfig } from '../../src/jobs/plan/plan-config.ts';
import type { Category, Settings } from '../../src/model/settings.ts';
import { samplePost, sampleSettings, sampleSource } from '../stages/render/samples.ts';
import { SILENT_LOG } from '../support/memory.ts';
import { freePort } from '../support/port.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let redis: TestRedis;
let app: App;
let directory: string;
let origin: string;
let stopWeb: () => Promise<void>;

const category = (slug: string, ...was: readonly string[]): Category => ({
  slug,
  was,
  title: slug,
  language: 'en',
  primary: [],
  jekyll: { frontMatter: {} },
});

/** @param sources  categories of each source, by id */
function settingsOf(
  categories: readonly Category[],
  sources: Readonly<Record<string, readonly string[]>>,
  rules: Settings['sources'][number]['rules'] = [],
): Settings {
  const settings = sampleSettings();
  return {
    ...settings,
    site: { ...settings.site, url: origin },
    http: { ...settings.http, port: Number(new URL(origin).port) },
    redis: redis.settings,
    publish: { ...settings.publish, items: 5, windowMs: 0, directory, websubHub: 'self' },
    categories,
    sources: Object.entries(sources).map(([id, slugs]) =>
      sampleSource({ id, url: `https://${id}.example/feed`, categories: slugs, rules }),
    ),
  };
}

const POSTS = 30;

beforeAll(async () => {
  redis = await startTestRedis();
  directory = mkdtempSync(join(tmpdir(), 'feedmill-rename-'));
  origin = `http://127.0.0.1:${await freePort()}`;
  const settings = settingsOf([category('old'), category('other')], { one: ['old'], two: ['old'] });
  app = await openApp({ settings, log: SILENT_LOG, now: Date.now, random: Math.random });
  await app.reconfigure(settings);
  stopWeb = await app.startWeb();
  const posts = Array.from({ length: POSTS }, (_, number) => {
    const id = ((0x9e37_79b9_7f4a_7c15n * BigInt(number + 1)) & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0');
    const source = number % 3 === 0 ? 'two' : 'one';
    // Post 0 is in `other` because of a rule.
    const categories = number === 0 ? ['old', 'other'] : ['old'];
    return samplePost(number, {
      id,
      categories,
      tags: [],
      source: { id: source, feedUrl: `https://${source}.example/feed` },
    });
  });
  const refused = await app.posts.save(
    posts.map((post) => ({
      post,
      mark: { sourceKey: '0'.repeat(16), titleKey: '0'.repeat(8), fingerprint: post.id },
      expectedVersion: 0,
    })),
    Date.now(),
  );
  expect(refused).toEqual([]);
  await app.publishTouched();
});
afterAll(async () => {
  await stopWeb();
  await app.close();
  await redis.close();
  rmSync(directory, { recursive: true, force: true });
});

const ask = (path: string) => request(origin + path);
const count = (slug: string) => app.posts.count({ kind: 'category', slug });
const copyOf = (path: string): string => readFileSync(join(directory, path), 'utf8');
const archive = (slug: string) =>
  existsSync(join(directory, `category/${slug}/before`))
    ? readdirSync(join(directory, `category/${slug}/before`)).filter((name) => /\.(?:atom|html)$/u.test(name))
    : [];

async function change(settings: Settings): Promise<void> {
  await app.reconfigure(settings);
  await app.publishTouched();
}

describe('a renamed category', () => {
  it('is planned as such: all posts stay', async () => {
    const next = settingsOf([category('new', 'old'), category('other')], { one: ['new'], two: ['new'] });
    const { categories } = await planConfig(next, app, Date.now());
    expect(categories).toMatchObject([
      { slug: 'new', kind: 'changed', was: ['old'], added: [], removed: [], stayed: 5, older: 25 },
      { slug: 'other', kind: 'same' },
    ]);
    expect(await count('old')).toBe(POSTS);
  });

  it('takes its posts, its archive and its old addresses along', async () => {
    const pages = archive('old');
    expect(pages.length).toBeGreaterThan(4);
    await change(settingsOf([category('new', 'old'), category('other')], { one: ['new'], two: ['new'] }));
    expect([await count('new'), await count('old'), await count('other')]).toEqual([POSTS, 0, 1]);
    expect((await ask('/category/new.rss')).statusCode).toBe(200);
    for (const form of ['.rss', '.atom', '.json', '.html', '', ...pages.map((page) => `/before/${page}`)]) {
      const answer = await ask(`/category/old${form}`);
      expect([form, answer.statusCode, answer.headers['location']]).toEqual([form, 301, `/category/new${form}`]);
    }
    const page = pages.find((name) => name.endsWith('.atom')) ?? '';
    expect((await ask(`/category/new/before/${page}`)).statusCode).toBe(200);
    // The copy cannot redirect.
    expect(copyOf('category/old.rss')).toBe(copyOf('category/new.rss'));
    expect(copyOf('category/old.html')).toContain(`url=${origin}/category/new.html`);
    expect(archive('old')).toEqual(archive('new'));
    expect(archive('new')).toEqual(expect.arrayContaining(pages));
  });

  it('is still a topic of the hub under its old name', async () => {
    const form = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.topic': `${origin}/category/old.rss`,
      'hub.callback': 'https://reader.example/cb',
    });
    const { statusCode } = await request(`${origin}/websub`, {
      method: 'POST',
      body: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(statusCode).toBe(202);
  });
});

describe('a category that is split', () => {
  it('gives each source its own, at once and with its history; what rules added stays', async () => {
    const next = settingsOf([category('a', 'new', 'old'), category('b'), category('other')], {
      one: ['a'],
      two: ['b'],
    });
    const { categories } = await planConfig(next, app, Date.now());
    expect(categories).toMatchObject([
      { slug: 'a', was: ['new'], stayed: 3 },
      { slug: 'b', kind: 'new', stayed: 0 },
      { slug: 'other', kind: 'changed', changed: [{ because: 'categories' }] },
    ]);
    await change(next);
    expect([await count('a'), await count('b'), await count('other')]).toEqual([20, 10, 1]);
    expect((await ask('/category/new.atom')).headers['location']).toBe('/category/a.atom');
    expect((await ask('/category/old.atom')).headers['location']).toBe('/category/a.atom');
    expect(JSON.parse(await (await ask('/category/b.json')).body.text())).toMatchObject({ items: { length: 5 } });
  });
});

describe('categories that are joined', () => {
  it('hold each post once', async () => {
    const rule = { type: 'keyword', field: 'title', any: ['a'], categories: ['other'] };
    const next = settingsOf([category('all-of-it', 'a', 'b'), category('other')], {
      one: ['all-of-it'],
      two: ['all-of-it'],
    });
    await change(next);
    expect([await count('all-of-it'), await count('a'), await count('b')]).toEqual([POSTS, 0, 0]);
    // A source moves while a rule has its say about the posts that it had.
    const titled = settingsOf(
      [category('all-of-it', 'a', 'b'), category('other')],
      { one: ['other'], two: ['all-of-it'] },
      [rule, { type: 'category', remove: ['all-of-it'] }],
    );
    await change(titled);
    expect(await count('all-of-it')).toBe(10);
    expect(await count('other')).toBe(21);
  });
});
