/** Does the static copy hold exactly what is served, and is nothing touched that did not change? */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { type App, openApp } from '../../src/app/app.ts';
import type { Post } from '../../src/model/post.ts';
import type { Settings } from '../../src/model/settings.ts';
import { samplePost, sampleSettings, sampleSource } from '../stages/render/samples.ts';
import { SILENT_LOG } from '../support/memory.ts';
import { freePort } from '../support/port.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const CATEGORIES = 50;
const POSTS = 120;
const HOUR_MS = 3_600_000;

let redis: TestRedis;
let app: App;
let directory: string;
let origin: string;
let stopWeb: () => Promise<void>;

function settingsOf(changes: Partial<Settings> = {}): Settings {
  const settings = sampleSettings();
  return {
    ...settings,
    site: { ...settings.site, url: origin },
    http: { host: '127.0.0.1', port: Number(new URL(origin).port), redirects: {}, trustProxy: 0, metricsAllow: [] },
    redis: redis.settings,
    publish: { ...settings.publish, items: 20, windowMs: HOUR_MS, directory },
    categories: Array.from({ length: CATEGORIES }, (_, number) => ({
      slug: `c${number}`,
      was: [],
      title: `Category ${number}`,
      language: 'en',
      primary: [],
      jekyll: { frontMatter: {} },
    })),
    sources: [sampleSource()],
    ...changes,
  };
}

beforeAll(async () => {
  redis = await startTestRedis();
  directory = mkdtempSync(join(tmpdir(), 'feedmill-static-'));
  origin = `http://127.0.0.1:${await freePort()}`;
  app = await openApp({ settings: settingsOf(), log: SILENT_LOG, now: Date.now, random: Math.random });
  await app.reconfigure(settingsOf());
  stopWeb = await app.startWeb();
  await save(Array.from({ length: POSTS }, (_, number) => newsOf(number, number < 80 ? ['c7'] : ['c8'])));
  await app.publishTouched();
});

afterAll(async () => {
  await stopWeb();
  await app.close();
  await redis.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Ids are spread as real ones are. */
function newsOf(number: number, categories: readonly string[], changes: Partial<Post> = {}): Post {
  const id = ((0x9e37_79b9_7f4a_7c15n * BigInt(number + 1)) & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0');
  return samplePost(number, { id, categories, tags: [], ...changes });
}

async function save(posts: readonly Post[]): Promise<void> {
  const versions = await app.posts.versions(posts.map(({ id }) => id));
  const refused = await app.posts.save(
    posts.map((post, index) => ({
      post,
      mark: { sourceKey: '0'.repeat(16), titleKey: '0'.repeat(8), fingerprint: post.id },
      expectedVersion: versions[index] ?? 0,
    })),
    Date.now(),
  );
  expect(refused).toEqual([]);
}

/** Every file below the directory, with what changes when it is written. */
function snapshot(): Map<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const { ino, mtimeMs } = statSync(file);
      return [file.slice(directory.length), `${ino} ${mtimeMs}`];
    }),
  );
}

/** Files that were written, and those that went, between two snapshots; compressed forms under the name of their file. */
function touched(before: Map<string, string>, after: Map<string, string>): readonly string[] {
  const written = [...after].filter(([file, state]) => before.get(file) !== state).map(([file]) => file);
  const gone = [...before.keys()].filter((file) => !after.has(file)).map((file) => `-${file}`);
  return [...new Set([...written, ...gone].map((file) => file.replace(/\.(?:gz|br)$/u, '')))].sort();
}

const pages = (): readonly string[] =>
  [...snapshot().keys()].filter((file) => /^\/category\/c7\/before\/.*\.atom$/u.test(file)).sort();

async function served(path: string): Promise<string> {
  const answer = await request(origin + path);
  expect(answer.statusCode, path).toBe(200);
  return answer.body.text();
}

describe('the static copy', () => {
  it('holds exactly the bytes that are served', async () => {
    const files = [...snapshot().keys()].filter((file) => !/\.(?:gz|br)$/u.test(file) && file !== '/_headers');
    expect(files.length).toBeGreaterThan(4 * CATEGORIES + POSTS);
    for (const file of files) {
      const path = file === '/index.html' ? '/' : file.split('/').map(encodeURIComponent).join('/');
      expect(await served(path), path).toBe(readFileSync(join(directory, file), 'utf8'));
    }
  });

  it('leads from a feed through all its archive pages to the first post', () => {
    const titles = new Set<string>();
    const visited: string[] = [];
    for (let next: string | undefined = '/category/c7.atom'; next !== undefined;) {
      visited.push(next);
      const text: string = readFileSync(join(directory, next), 'utf8');
      for (const [, title = ''] of text.matchAll(/<entry>\s*<title>([^<]+)</gu)) titles.add(title);
      next = /rel="prev-archive" href="http:\/\/[^/]+([^"]+)"/u.exec(text)?.[1];
    }
    expect(titles.size).toBe(80);
    expect(visited.slice(1).sort()).toEqual(pages());
    expect(visited.length).toBeGreaterThan(3);
  });

  it('is touched only where something changed: one new post among 50 categories', async () => {
    const before = snapshot();
    const post = newsOf(-1, ['c7'], { title: 'Just in' });
    await save([post]);
    await app.publishTouched();
    const feeds = ['/all', '/category/c7', '/source/xinhua-finance'].flatMap((path) =>
      ['.atom', '.html', '.json', '.rss'].map((suffix) => path + suffix),
    );
    const written = touched(before, snapshot());
    // A window that moves on may end a page that was not there before; nothing else.
    const others = written.filter((file) => !/\/before\//u.test(file));
    expect(others).toEqual([...feeds, '/index.html', `/post/${post.id}.html`, '/sitemap.xml'].sort());
    expect(written.length - others.length).toBeLessThanOrEqual(3 * 4);
  });

  it('is touched nowhere when nothing changed', async () => {
    const before = snapshot();
    await app.reconfigure(settingsOf());
    await app.publishTouched();
    expect(touched(before, snapshot())).toEqual([]);
  });

  it('is written again if the config makes pages look different', async () => {
    const settings = settingsOf();
    const changed = { ...settings, site: { ...settings.site, title: 'Another name' } };
    await app.reconfigure(changed);
    await app.publishTouched();
    const plain = [...snapshot().keys()].filter((file) => file.endsWith('.html'));
    const stale = plain.filter((file) => !readFileSync(join(directory, file), 'utf8').includes('Another name'));
    expect(stale).toEqual([]);
    await app.reconfigure(settingsOf());
    await app.publishTouched();
  });

  it('has a new archive page of an old post when that post changes', async () => {
    const before = snapshot();
    const old = newsOf(70, ['c7'], { title: 'Corrected & complete' });
    await save([old]);
    await app.publishTouched();
    const holding = pages().filter((file) =>
      readFileSync(join(directory, file), 'utf8').includes('Corrected &amp; complete'),
    );
    expect(holding).toHaveLength(1);
    expect(touched(before, snapshot())).toEqual(expect.arrayContaining(holding));
    expect(touched(before, snapshot()).filter((file) => file.startsWith('/category/c7/before/'))).toHaveLength(4);
  });

  it('loses what is gone: a post, its page, its place in the archive', async () => {
    const gone = newsOf(71, ['c7']);
    await app.posts.remove([gone.id]);
    await app.publishTouched();
    expect(snapshot().has(`/post/${gone.id}.html`)).toBe(false);
    expect(pages().filter((file) => readFileSync(join(directory, file), 'utf8').includes(gone.id))).toEqual([]);
  });

  it('loses the archive pages at the end when their posts are forgotten, and no page leads to them', async () => {
    const before = pages().length;
    const forgotten = Array.from({ length: 30 }, (_, index) => newsOf(50 + index, ['c7']).id);
    await app.posts.remove(forgotten);
    await app.publishTouched();
    expect(pages().length).toBeLessThan(before);
    const links = pages().flatMap((file) => {
      const next = /rel="prev-archive" href="http:\/\/[^/]+([^"]+)"/u.exec(readFileSync(join(directory, file), 'utf8'));
      return next?.[1] === undefined ? [] : [next[1]];
    });
    expect(links.filter((path) => !pages().includes(path))).toEqual([]);
  });

  it('has one file for tags that differ in letter case only, which some file systems take for one name', async () => {
    const tagged = (from: number, tag: string) =>
      Array.from({ length: 5 }, (_, n) => newsOf(from + n, ['c8'], { tags: [tag] }));
    await save([...tagged(1_000, 'Öl'), ...tagged(1_010, 'Ai')]);
    await app.publishTouched();
    await save([...tagged(1_020, 'AI'), ...tagged(1_030, 'O\u0308l')]);
    await app.publishTouched();
    const files = [...snapshot().keys()].filter((file) => file.startsWith('/tag/'));
    const names = files.map((file) => file.normalize('NFC').toLowerCase());
    expect(new Set(names).size).toBe(files.length);
    expect(files).toEqual(expect.arrayContaining(['/tag/Ai.rss', '/tag/Öl.rss']));
    // Each is served all the same, and no page of a copy leads to what the copy lacks.
    expect(await served('/tag/AI.json')).toContain('"AI"');
    const page = (number: number) => readFileSync(join(directory, `/post/${newsOf(number, []).id}.html`), 'utf8');
    expect(page(1_010)).toContain('href="/tag/Ai');
    expect(page(1_020)).not.toContain('href="/tag/AI');
  });

  it('loses a category that left the config, archive included; the web server, too', async () => {
    const without = settingsOf();
    await app.reconfigure({ ...without, categories: without.categories.filter(({ slug }) => slug !== 'c7') });
    await app.publishTouched();
    expect([...snapshot().keys()].filter((file) => file.startsWith('/category/c7'))).toEqual([]);
    const answer = await request(`${origin}/category/c7.rss`);
    await answer.body.dump();
    expect(answer.statusCode).toBe(404);
  });
});
