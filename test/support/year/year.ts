/** A site over years: edits, crashes, restarts and moves between stores, each followed by a look at everything published. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { type App, openApp } from '../../../src/app/app.ts';
import { exportStore } from '../../../src/app/export-store.ts';
import { expectImportable, importStore, readTarget, summariseExport } from '../../../src/app/import-store.ts';
import { readConfig } from '../../../src/config/read.ts';
import { connectRedis } from '../../../src/io/redis/connect.ts';
import { ConfigError } from '../../../src/model/errors.ts';
import type { Post } from '../../../src/model/post.ts';
import type { FeedScope } from '../../../src/model/output.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { seededRandom } from '../../../bench/fuzz/random.ts';
import { SILENT_LOG } from '../memory.ts';
import { freePort } from '../port.ts';
import type { TestRedis } from '../redis.ts';
import { drawEdit, FIRST_CONFIG, type YearConfig } from './edits.ts';
import { createYearModel } from './model.ts';
import { type Offered, startYearOrigin } from './origins.ts';

/** Every file is flushed to the disk as it is written, which is most of what a step costs: here there is no disk. */
const MEMORY = '/dev/shm';
const inMemory = existsSync(MEMORY);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const T0 = Date.UTC(2026, 0, 5);
const KEPT_DAYS = 60;
const ITEMS = 10;
const LEASE_MS = 60_000;
/** In the store, and in a feed read back by a reader. */
const FORMS = ['rss', 'atom', 'json', 'html'];

export interface YearReport {
  readonly seed: number;
  readonly steps: number;
  readonly days: number;
  /** How often each kind of step was taken. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly posts: number;
  readonly looks: number;
}

class Crash extends Error {
  override readonly name = 'Crash';
}

/** @throws Error naming the seed and the last steps when the published world is not what it should be */
export async function liveThrough(seed: number, steps: number, redis: TestRedis): Promise<YearReport> {
  const random = seededRandom(seed);
  /** For the product: how often it asks does not change what the operator does. */
  const chance = seededRandom(seed + 1);
  const origin = await startYearOrigin();
  const directory = await mkdtemp(join(inMemory ? MEMORY : tmpdir(), 'feedmill-year-'));
  const port = await freePort();
  const model = createYearModel();
  const history: YearConfig[] = [];
  const done: string[] = [];
  const kinds = new Map<string, number>();
  let clock = T0;
  /** Calls of the clock until the process dies; the clock is asked at every stage of the work. */
  let fuse = Number.POSITIVE_INFINITY;
  let store = 0;
  let number = 3;
  let guids = 0;
  let looks = 0;
  let config = FIRST_CONFIG;
  let running: { readonly app: App; readonly stopWeb: () => Promise<void> };
  const fresh = () => (number += 1);

  const now = () => {
    fuse -= 1;
    if (fuse <= 0) throw new Crash('the process has died');
    // No two posts are of the same moment.
    return (clock += 1);
  };

  function settingsOf(wanted: YearConfig): Settings {
    const categories = wanted.categories.map(
      ({ slug, was }) => `{ slug: ${slug}, was: [${was.join(', ')}], title: ${slug} }`,
    );
    const sources = [...wanted.sources].map(
      ([id, slugs]) => `{ id: ${id}, url: "${origin.url}${origin.pathOf(id)}", categories: [${slugs.join(', ')}] }`,
    );
    const text = `
site: { url: "${wanted.siteUrl}", title: Year }
http: { host: 127.0.0.1, port: ${port} }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s }, websub: false }
schedule: { default: 1h, min: 10m, max: 6h }
publish: { items: ${ITEMS}, window: 1h, directory: "${join(directory, 'public')}", copy: { encodings: [] } }
keep: { posts: ${KEPT_DAYS}d }
categories: [${categories.join(', ')}]
sources: [${sources.join(', ')}]
`;
    const settings = readConfig([{ path: 'config/feedmill.yaml', name: 'feedmill.yaml', text }], {});
    return { ...settings, redis: { ...redis.settings, prefix: prefix() } };
  }

  const prefix = () => `${redis.prefix.slice(1, -1)}-${store}`;

  async function open(): Promise<void> {
    const settings = settingsOf(config);
    const app = await openApp({ settings, log: SILENT_LOG, now, random: () => chance.int(1_000) / 1_000 });
    await app.reconfigure(settings);
    running = { app, stopWeb: await app.startWeb() };
    model.applied(config);
  }

  async function close(): Promise<void> {
    await running.stopWeb();
    await running.app.close();
  }

  async function apply(next: YearConfig): Promise<void> {
    config = next;
    history.push(next);
    await running.app.reconfigure(settingsOf(next));
    model.applied(next);
  }

  /** What workers do until nothing is due and nothing is left to publish. */
  async function work(): Promise<void> {
    const { app } = running;
    for (;;) {
      const due = await app.checks.claimDue(now(), 100, LEASE_MS);
      if (due.length === 0) break;
      for (const one of due) await app.checkSource(one, `now ${randomUUID()}`, new AbortController().signal);
    }
    await app.expireOld();
    await app.publishTouched();
  }

  function offerSome(): void {
    for (const id of config.sources.keys()) {
      if (random.chance(0.6)) continue;
      const entries = Array.from({ length: 1 + random.int(2) }, (): Offered => {
        guids += 1;
        const guid = `${id}-${guids}`;
        // Seconds are all that a date in RSS has.
        return random.chance(0.1) ? { guid } : { guid, at: Math.floor(clock / 1000) * 1000 - guids * 1000 };
      });
      origin.offer(id, entries);
    }
  }

  async function moveStore(): Promise<void> {
    await close();
    const file = join(directory, 'backup.gz');
    const nothing = () => undefined;
    const from = settingsOf(config);
    const source = await connectRedis(from.redis, SILENT_LOG);
    await exportStore(source, file, now, nothing).finally(() => source.close());
    store += 1;
    const to = settingsOf(config);
    const found = await readTarget(to, SILENT_LOG);
    const summary = await summariseExport(file, nothing);
    expectImportable(file, summary, found, to.site);
    await importStore(file, summary, { settings: to, target: found, log: SILENT_LOG, now, onWritten: nothing });
    await open();
  }

  async function crash(): Promise<void> {
    fuse = 1 + random.int(400);
    await work().catch((error: unknown) => {
      if (!String(error).includes('the process has died')) throw error;
    });
    fuse = Number.POSITIVE_INFINITY;
    await close();
    clock += 2 * LEASE_MS;
    await open();
  }

  function wrongFile(): void {
    const name = random.pick([...config.sources.keys()]);
    try {
      settingsOf({ ...config, sources: new Map([...config.sources, [name, ['no-such-category']]]) });
    } catch (error) {
      if (error instanceof ConfigError) return;
      throw error;
    }
    throw new Error('a config with an unknown category was accepted');
  }

  async function edit(): Promise<string> {
    const drawn = drawEdit(config, random, fresh);
    await apply(drawn.config);
    return drawn.what;
  }

  const actions: Readonly<Record<string, { readonly weight: number; readonly take: () => Promise<string> }>> = {
    edit: { weight: 10, take: edit },
    restore: {
      weight: 1,
      take: async () => {
        const earlier = random.int(history.length);
        await apply(history[earlier] ?? config);
        return `the config after edit ${earlier}`;
      },
    },
    wrong: {
      weight: 1,
      take: () => {
        wrongFile();
        return Promise.resolve('a wrong file');
      },
    },
    wait: {
      weight: 3,
      take: () => {
        const days = 1 + random.int(6);
        clock += days * DAY_MS;
        return Promise.resolve(`${days} days`);
      },
    },
    address: {
      weight: 1,
      take: async () => {
        const id = random.pick([...config.sources.keys()]);
        origin.move(id);
        await apply(config);
        return `${id} has another address`;
      },
    },
    crash: { weight: 2, take: () => crash().then(() => '') },
    restart: {
      weight: 1,
      take: () =>
        close()
          .then(open)
          .then(() => ''),
    },
    upgrade: { weight: 1, take: () => moveStore().then(() => `store ${store}`) },
  };
  const deck = Object.entries(actions).flatMap(([kind, { weight }]) => Array.from({ length: weight }, () => kind));

  const allOf = (scope: FeedScope) => running.app.posts.latest({ scope, limit: 100_000 });

  async function look(): Promise<void> {
    looks += 1;
    const wrong: string[] = [];
    const all = await allOf({ kind: 'all' });
    const bySource = new Map<string, Post[]>();
    const titles = new Set<string>();
    for (const post of all) {
      if (titles.has(post.title)) wrong.push(`${post.title} is there twice`);
      titles.add(post.title);
      bySource.set(post.source.id, [...(bySource.get(post.source.id) ?? []), post]);
      const change = model.seen(post.title, post);
      if (change !== undefined) wrong.push(change);
    }
    for (const [id, given] of origin.given) {
      for (const guid of given) {
        if (titles.has(guid)) continue;
        const at = model.publishedAt(guid);
        if (at === undefined) wrong.push(`${guid} of ${id} was never published`);
        else if (clock - at < KEPT_DAYS * DAY_MS) wrong.push(`${guid} of ${id} was lost`);
      }
    }
    for (const { slug } of config.categories) wrong.push(...(await lookAt(slug, bySource)));
    wrong.push(...(await lookAtFeed({ kind: 'all' }, '/all', all)), ...(await lookAtAddresses()));
    if (all.length > 0) wrong.push(...(await answers(`/post/${random.pick(all).id}.html`, 200)));
    if (wrong.length > 0) {
      throw new Error(
        `seed ${seed}, step ${done.length}:\n${wrong.slice(0, 12).join('\n')}\nafter ${done.slice(-8).join('; ')}`,
      );
    }
  }

  /** Exactly the posts of the sources that are or were in the category. */
  async function lookAt(slug: string, bySource: ReadonlyMap<string, readonly Post[]>): Promise<readonly string[]> {
    const posts = await allOf({ kind: 'category', slug });
    const expected = [...bySource].flatMap(([id, of]) => (model.categoriesOf(id).includes(slug) ? of : []));
    const found = new Set(posts.map(({ title }) => title));
    const wanted = new Set(expected.map(({ title }) => title));
    const differ = [
      ...[...wanted].filter((title) => !found.has(title)).map((title) => `${slug} lacks ${title}`),
      ...[...found].filter((title) => !wanted.has(title)).map((title) => `${slug} should not hold ${title}`),
    ];
    return [...differ, ...(await lookAtFeed({ kind: 'category', slug }, `/category/${slug}`, posts))];
  }

  /** The feed that is served, and its static copy, hold the newest posts, each once, under their ids. */
  async function lookAtFeed(scope: FeedScope, path: string, posts: readonly Post[]): Promise<readonly string[]> {
    const answer = await get(`${path}.json`);
    if (answer.status !== 200) return [`${path}.json answers ${answer.status}`];
    // Our own feed, whose form other tests check.
    const { items } = JSON.parse(answer.body) as {
      readonly items: readonly { readonly id: string; readonly title: string }[];
    };
    const ids = new Set(items.map(({ id }) => id));
    const wanted = posts.slice(0, ITEMS);
    const copy = await readFile(join(directory, 'public', `${path}.json`), 'utf8').catch(() => 'missing');
    return [
      ...(ids.size === items.length ? [] : [`${path}: an entry comes twice`]),
      ...(items.length >= wanted.length
        ? []
        : [`${path}: ${items.length} entries of ${posts.length} posts (${scope.kind})`]),
      ...wanted
        .filter(({ id, title }) => !items.some((item) => item.title === title && item.id.includes(id)))
        .map(({ title }) => `${path}: ${title} is missing or has another id`),
      ...(items.every(({ id }) => id.startsWith('https://news.example.org/')) ? [] : [`${path}: ids have changed`]),
      ...(copy === answer.body ? [] : [`${path}: the static copy differs`]),
    ];
  }

  async function lookAtAddresses(): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const [slug, to] of model.addresses()) {
      const form = random.pick(FORMS);
      const path = `/category/${slug}.${form}`;
      if (to === undefined) wrong.push(...(await answers(path, 404)));
      else if (to === slug) wrong.push(...(await answers(path, 200)));
      else wrong.push(...(await answers(path, 301, `/category/${to}.${form}`)));
    }
    return wrong;
  }

  async function answers(path: string, status: number, location?: string): Promise<readonly string[]> {
    const found = await get(path);
    if (found.status === status && found.location === location) return [];
    return [`${path} answers ${found.status} ${found.location ?? ''}, not ${status} ${location ?? ''}`];
  }

  async function get(path: string) {
    const { statusCode: status, headers, body } = await request(`http://127.0.0.1:${port}${path}`);
    const { location } = headers;
    return { status, body: await body.text(), location: typeof location === 'string' ? location : undefined };
  }

  try {
    history.push(config);
    await open();
    for (let step = 0; step < steps; step += 1) {
      clock += random.int(12) * HOUR_MS;
      offerSome();
      const kind = random.pick(deck);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      done.push(kind);
      const what = await actions[kind]?.take();
      done[done.length - 1] = `${kind} ${what ?? ''}`;
      await work();
      await look();
    }
    return {
      seed,
      steps,
      days: Math.round((clock - T0) / DAY_MS),
      kinds,
      posts: (await allOf({ kind: 'all' })).length,
      looks,
    };
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith('seed ')) {
      error.message = `seed ${seed}, step ${done.length} (${done.slice(-8).join('; ')}): ${error.message}`;
    }
    throw error;
  } finally {
    fuse = Number.POSITIVE_INFINITY;
    await close();
    await origin.close();
    await rm(directory, { recursive: true, force: true });
  }
}
