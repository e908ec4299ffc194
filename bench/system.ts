/**
 * What does the whole cost: the real command and the real worker with their embedded Redis, on feeds served over HTTP, beside
 * newsboat and sfeed_update on the same addresses?
 *
 *     npm run build && npx tsx bench/system.ts [--corpus DIRECTORY] [--feeds 448] [--only STEP]… [--limit 600] [--json FILE] [--prof DIRECTORY]
 *
 * Steps (`--only`, repeatable; all without it):
 *   peers     newsboat and sfeed_update: first import, second and third round, one changed feed
 *   import    `feedmill once`: first import, nothing new (twice), one changed feed; without a static copy
 *   copy      the same with a static copy: first copy of what is imported, nothing new, one new post; then an import with a copy from the start
 *   posts     a running worker with `--posts 1000,10000,100000` posts in a category: one new post, an edit, no copy
 *   archive   a running worker with a copy and 1,000 posts: one new post, an edit of an old post, a post that moves categories
 *   wide      a category of 1,000 sources: one new post
 *   memory    Redis by kind of key: `--sources` sources of 20 entries; bytes a source and a post
 *   sources   10,000 sources of three small entries in 50 categories: first round, idle, one new post, reload without and with a change
 *
 * With `--corpus` the documents are those of a directory, as they are, repeated under other addresses up to `--feeds`; without, made ones.
 * CPU is user and system time. `turn` is the longest turn of the event loop on a core, `>50` how many took more than 50 ms.
 * What an idle worker uses is taken off what a change costs. Each run has a time limit, `--limit` seconds.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hostOf } from './poll/origin.ts';
import { type Installation, makeInstallation, type RunningWorker } from './system/installation.ts';
import { documentOf, type MadeEntry, makeEntries } from './system/made-feeds.ts';
import type { Measured } from './system/measure.ts';
import { newsboat, type Peer, sfeed } from './system/peers.ts';
import { memoryByKind } from './system/redis-memory.ts';
import { heading, line, type Row } from './system/report.ts';
import { type SiteOrigin, startSiteOrigin } from './system/site-origin.ts';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    feeds: { type: 'string' },
    only: { type: 'string', multiple: true },
    posts: { type: 'string', default: '1000,10000,100000' },
    sources: { type: 'string', default: '10000' },
    limit: { type: 'string', default: '600' },
    repeat: { type: 'string', default: '5' },
    json: { type: 'string' },
    prof: { type: 'string' },
  },
});
const limitMs = 1_000 * Number(values.limit);
const repeats = Number(values.repeat);
const HOSTS = 500;
const CATEGORIES = 10;
const DAY_MS = 86_400_000;

const rows: Row[] = [];
function note(step: string, who: string, measured: Measured): void {
  const row = { step, who, ...measured };
  rows.push(row);
  console.log(line(row));
}

interface World {
  readonly origin: SiteOrigin;
  readonly urls: readonly string[];
  /** A source whose document the bench changes; the last of the addresses. */
  readonly desk: Desk;
}

interface Desk {
  readonly path: string;
  /** One more post on top. @returns its title */
  publish(): Promise<string>;
  /** Other words in the title of the entry at that place, and other terms where given. @returns the title */
  edit(place: number, tags?: readonly string[]): Promise<string>;
  /** Whether the newest version was fetched in full. */
  isFetched(): Promise<boolean>;
}

interface WorldOrder {
  readonly documents: readonly Uint8Array[];
  readonly hosts: number;
  readonly deskEntries: readonly MadeEntry[];
}

async function makeWorld({ documents, hosts, deskEntries }: WorldOrder): Promise<World> {
  const hostCount = Math.min(hosts, documents.length + 1);
  const addressOf = (feed: number): string => hostOf(feed, hostCount);
  const origin = await startSiteOrigin(Array.from({ length: hostCount }, (_, host) => addressOf(host)));
  await origin.put(documents.map((body, feed) => ({ path: `/feed/${feed}.xml`, body })));
  const desk = await makeDesk(origin, documents.length, deskEntries);
  const urls = Array.from(
    { length: documents.length + 1 },
    (_, feed) => `http://${addressOf(feed)}:${origin.port}/feed/${feed}.xml`,
  );
  return { origin, urls, desk };
}

async function makeDesk(origin: SiteOrigin, number: number, first: readonly MadeEntry[]): Promise<Desk> {
  const path = `/feed/${number}.xml`;
  let entries = first;
  let bodies = 0;
  let made = 0;
  async function put(next: readonly MadeEntry[]): Promise<void> {
    entries = next;
    bodies = (await origin.count()).bodies;
    await origin.put([{ path, body: documentOf(number, entries) }]);
  }
  await put(first);
  return {
    path,
    publish: async () => {
      made += 1;
      const [fresh] = makeEntries(900_000 + number + made, 1, { newestAt: Date.now(), spacingMs: 1_000 });
      if (fresh === undefined) throw new Error('no entry was made');
      await put([fresh, ...entries]);
      return fresh.title;
    },
    edit: async (place, tags) => {
      const entry = entries.at(place);
      if (entry === undefined) throw new Error(`the desk has no entry ${place}`);
      made += 1;
      const title = `Corrected ${made}: ${entry.title}`;
      const text = `${entry.text} This sentence number ${made} was added by the editors after the fact.`;
      await put(entries.with(place, { ...entry, title, text, ...(tags && { tags }) }));
      return title;
    },
    isFetched: async () => (await origin.count()).bodies > bodies,
  };
}

async function corpusDocuments(): Promise<readonly Uint8Array[]> {
  if (values.corpus === undefined) {
    const feeds = Number(values.feeds ?? 448);
    return Array.from({ length: feeds }, (_, feed) => documentOf(feed, madeEntries(feed, 20, 60)));
  }
  const directory = values.corpus;
  const names = (await readdir(directory)).sort();
  const documents = await Promise.all(names.map((name) => readFile(join(directory, name))));
  const feeds = Number(values.feeds ?? documents.length);
  return Array.from({ length: feeds }, (_, feed) => documents[feed % documents.length] ?? new Uint8Array());
}

/** Spread evenly over this many days. */
function madeEntries(source: number, count: number, days: number): readonly MadeEntry[] {
  return makeEntries(source, count, { newestAt: Date.now() - 3_600_000, spacingMs: (days * DAY_MS) / count });
}

interface ConfigOrder {
  readonly urls: readonly string[];
  readonly categories: number;
  /** Checked each second, as far as the rest of the config allows. */
  readonly hot?: string;
  readonly more?: string;
  readonly publish?: string;
  readonly deskRules?: string;
}

function configOf({ urls, categories, hot, more = '', publish = '', deskRules = '' }: ConfigOrder): string {
  const sources = urls.map((url, index) => {
    const fast = url === hot ? `, schedule: { default: 1s, min: 1s, max: 1s }${deskRules}` : '';
    return `  - { id: s${index}, url: "${url}", categories: [c${index % categories}]${fast} }`;
  });
  return `
site: { title: Bench, url: http://bench.example, language: en, timezone: UTC }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
keep: { posts: 20000d, perCategory: 1000000 }
limits: { maxEntries: 100000 }
${publish}
categories:
${Array.from({ length: categories }, (_, index) => `  - { slug: c${index}, title: Category ${index} }`).join('\n')}
sources:
${sources.join('\n')}
${more}`;
}

/** What was opened last is closed first, whatever happens. */
type Closers = (() => Promise<void>)[];

async function withWorld(order: WorldOrder, use: (world: World, place: Place) => Promise<void>): Promise<void> {
  const closers: Closers = [];
  try {
    const world = await makeWorld(order);
    closers.push(() => {
      world.origin.stop();
      return Promise.resolve();
    });
    const directory = await mkdtemp(join(tmpdir(), 'fm-'));
    const remove = (): void => {
      rmSync(directory, { recursive: true, force: true });
    };
    process.once('exit', remove);
    closers.push(() => {
      process.off('exit', remove);
      remove();
      return Promise.resolve();
    });
    await use(world, {
      directory,
      installation: (name) => makeInstallation(join(directory, name), values.prof),
      closers,
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

interface Place {
  readonly directory: string;
  installation(name: string): Promise<Installation>;
  readonly closers: Closers;
}

async function started(installation: Installation, role: 'all' | 'worker', { closers }: Place): Promise<RunningWorker> {
  const worker = await installation.start(role, limitMs);
  closers.push(() => worker.stop());
  return worker;
}

const corpusWorld = async (): Promise<WorldOrder> => ({
  documents: await corpusDocuments(),
  hosts: HOSTS,
  deskEntries: madeEntries(800_000, 20, 2),
});

async function peerRounds(peer: Peer, steps: readonly string[], world: World): Promise<void> {
  for (const step of steps) {
    if (step === 'one changed feed') await world.desk.publish();
    const round = peer.round(limitMs);
    if (round === undefined) {
      console.log(`${peer.name} is not installed; skipped`);
      return;
    }
    note(step, peer.name, await round);
  }
}

const steps: Readonly<Record<string, () => Promise<void>>> = {
  peers: async () =>
    withWorld(await corpusWorld(), async (world, { directory }) => {
      const boat = await newsboat(join(directory, 'newsboat'), world.urls);
      await peerRounds(boat, ['first import', 'second round', 'nothing new', 'one changed feed'], world);
      // It sends no validators: each round costs the same.
      await peerRounds(await sfeed(join(directory, 'sfeed'), world.urls), ['first import', 'nothing new'], world);
    }),

  import: async () =>
    withWorld(await corpusWorld(), async ({ urls, desk }, place) => {
      const installation = await place.installation('import');
      await installation.writeConfig(configOf({ urls, categories: CATEGORIES }));
      note('first import', 'once', await installation.once(limitMs));
      note('second round', 'once', await installation.once(limitMs));
      note('nothing new', 'once', await installation.once(limitMs));
      await desk.publish();
      note('one changed feed', 'once', await installation.once(limitMs));
    }),

  copy: async () =>
    withWorld(await corpusWorld(), async ({ urls, desk }, place) => {
      const installation = await place.installation('copy');
      const withCopy = configOf({
        urls,
        categories: CATEGORIES,
        publish: `publish: { directory: ${installation.publicDirectory} }`,
      });
      await installation.writeConfig(withCopy);
      note('first import with a copy', 'once', await installation.once(limitMs));
      note('nothing new, with a copy', 'once', await installation.once(limitMs));
      await desk.publish();
      note('one new post, with a copy', 'once', await installation.once(limitMs));
      const later = await place.installation('later');
      await later.writeConfig(configOf({ urls, categories: CATEGORIES }));
      const imported = await later.once(limitMs);
      if (imported.note !== undefined) return;
      const publish = `publish: { directory: ${later.publicDirectory} }`;
      await later.writeConfig(configOf({ urls, categories: CATEGORIES, publish }));
      note('copy of what is imported', 'once', await later.once(limitMs));
    }),

  posts: async () => {
    for (const posts of values.posts.split(',').map(Number)) await onePostAmong(posts);
  },

  archive: () => archive(1_000),

  wide: async () => {
    const documents = Array.from({ length: 1_000 }, (_, feed) => documentOf(feed, madeEntries(feed, 10, 60)));
    await withWorld({ documents, hosts: HOSTS, deskEntries: madeEntries(800_000, 20, 2) }, async (world, place) => {
      const worker = await importedBy(world, place, { categories: 1, step: 'category of 1,000 sources' });
      await newPosts('new post, category of 1,000 sources', worker, world.desk);
    });
  },

  memory: () => redisMemory(Math.min(1_000, Number(values.sources)), 20),

  sources: () => manySources(Number(values.sources)),
};

/** A running worker that has read everything and rests. */
async function importedBy(
  world: World,
  place: Place,
  {
    categories,
    step,
    copy = false,
    deskRules,
  }: { categories: number; step: string; copy?: boolean; deskRules?: string },
): Promise<RunningWorker> {
  const installation = await place.installation('worker');
  const hot = world.urls.at(-1);
  await installation.writeConfig(
    configOf({
      urls: world.urls,
      categories,
      ...(hot !== undefined && { hot }),
      ...(copy && { publish: `publish: { directory: ${installation.publicDirectory} }` }),
      ...(deskRules !== undefined && { deskRules }),
    }),
  );
  const worker = await started(installation, 'all', place);
  const first = await worker.measured(
    () => Promise.resolve(),
    async () => (await world.origin.count()).bodies >= world.urls.length,
  );
  note(step, 'first round', first);
  await noteIdle(step, worker);
  return worker;
}

async function noteIdle(step: string, worker: RunningWorker): Promise<void> {
  const { worker: own, redis } = await worker.idle(10);
  console.log(
    `${step}, idle: ${(1e3 * own).toFixed(1)} ms of worker and ${(1e3 * redis).toFixed(1)} of Redis a second`,
  );
}

/** The middle one of several by CPU; the longest turn and the peak of memory are those of all. */
async function newPosts(step: string, worker: RunningWorker, desk: Desk): Promise<void> {
  const found: Measured[] = [];
  let title = '';
  for (let round = 0; round < repeats; round += 1) {
    found.push(
      await worker.measured(
        async () => {
          title = await desk.publish();
        },
        () => desk.isFetched(),
      ),
    );
  }
  await expectServed(worker, title);
  note(step, `median of ${repeats}`, medianOf(found));
}

function medianOf(found: readonly Measured[]): Measured {
  const middle = [...found].sort((a, b) => a.cpuS - b.cpuS)[Math.floor(found.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  const most = (of: (one: Measured) => number | undefined): number => Math.max(...found.map((one) => of(one) ?? 0));
  return { ...middle, busyMs: most((one) => one.busyMs), over50: most((one) => one.over50) };
}

/** @throws Error when what was measured did not happen */
async function expectServed(worker: RunningWorker, title: string): Promise<void> {
  const feed = await worker.get('/all.json');
  if (!feed.includes(title)) throw new Error(`the feed of all posts does not have "${title}"`);
}

const ENTRIES_A_SOURCE = 100;

async function onePostAmong(posts: number): Promise<void> {
  const documents = Array.from({ length: Math.round(posts / ENTRIES_A_SOURCE) }, (_, feed) =>
    documentOf(feed, madeEntries(feed, ENTRIES_A_SOURCE, 60)),
  );
  const name = `${posts.toLocaleString('en')} posts`;
  await withWorld({ documents, hosts: HOSTS, deskEntries: madeEntries(800_000, 20, 2) }, async (world, place) => {
    const worker = await importedBy(world, place, { categories: 1, step: name });
    await newPosts(`new post, ${name}`, worker, world.desk);
    let title = '';
    const edited = await worker.measured(
      async () => {
        title = await world.desk.edit(0);
      },
      () => world.desk.isFetched(),
    );
    await expectServed(worker, title);
    note(`edited post, ${name}`, 'once', edited);
  });
}

async function archive(posts: number): Promise<void> {
  const documents = Array.from({ length: Math.round(posts / ENTRIES_A_SOURCE) }, (_, feed) =>
    documentOf(feed, madeEntries(feed, ENTRIES_A_SOURCE, 60)),
  );
  // The desk's own oldest entries lie among the oldest of all.
  const order = { documents, hosts: HOSTS, deskEntries: madeEntries(800_000, 40, 58) };
  await withWorld(order, async (world, place) => {
    const deskRules = ', rules: [{ type: tag, any: [moved], categories: [c1] }]';
    const worker = await importedBy(world, place, { categories: 2, step: 'with a copy', copy: true, deskRules });
    await newPosts('new post, with a copy', worker, world.desk);
    note(
      'edit of an old post',
      'with a copy',
      await worker.measured(
        async () => {
          await world.desk.edit(-1);
        },
        () => world.desk.isFetched(),
      ),
    );
    note(
      'an old post moves categories',
      'with a copy',
      await worker.measured(
        async () => {
          await world.desk.edit(-2, ['moved']);
        },
        () => world.desk.isFetched(),
      ),
    );
  });
}

async function redisMemory(count: number, entries: number): Promise<void> {
  const documents = Array.from({ length: count }, (_, feed) => documentOf(feed, madeEntries(feed, entries, 20)));
  await withWorld({ documents, hosts: HOSTS, deskEntries: madeEntries(800_000, 20, 2) }, async (world, place) => {
    const worker = await importedBy(world, place, { categories: 10, step: 'memory' });
    const posts = (count + 1) * entries;
    console.log(`Redis by kind of key, ${count} sources, ${posts} posts: keys, bytes, bytes a source, bytes a post`);
    for (const { kind, keys, bytes } of await memoryByKind(worker.redis)) {
      const each = `${(bytes / count).toFixed(0).padStart(8)}${(bytes / posts).toFixed(0).padStart(8)}`;
      console.log(`  ${kind.padEnd(28)}${String(keys).padStart(9)}${String(bytes).padStart(12)}${each}`);
    }
  });
}

async function manySources(count: number): Promise<void> {
  const documents = Array.from({ length: count }, (_, feed) => documentOf(feed, madeEntries(feed, 3, 20)));
  const order = { documents, hosts: HOSTS, deskEntries: madeEntries(800_000, 20, 2) };
  await withWorld(order, async ({ urls, origin, desk }, place) => {
    const name = `${count.toLocaleString('en')} sources`;
    const installation = await place.installation('worker');
    const [added = '', ...known] = urls;
    const hot = urls.at(-1);
    const config = (sources: readonly string[]): string =>
      configOf({ urls: sources, categories: 50, ...(hot !== undefined && { hot }) });
    await installation.writeConfig(config(known));
    const worker = await started(installation, 'worker', place);
    const first = await worker.measured(
      () => Promise.resolve(),
      async () => (await origin.count()).bodies >= known.length,
    );
    note(name, 'first round', first);
    await noteIdle(name, worker);
    const posts: Measured[] = [];
    for (let round = 0; round < repeats; round += 1) {
      posts.push(
        await worker.measured(
          async () => {
            await desk.publish();
          },
          () => desk.isFetched(),
        ),
      );
    }
    note(name, 'one new post', medianOf(posts));
    note(
      name,
      'reload, a comment changed',
      await worker.measured(() => installation.writeConfig(`${config(known)}# a comment\n`)),
    );
    const bodies = (await origin.count()).bodies;
    note(
      name,
      'reload, one source added',
      await worker.measured(
        () => installation.writeConfig(config([...known, added])),
        async () => (await origin.count()).bodies > bodies,
      ),
    );
  });
}

const wanted = values.only ?? Object.keys(steps);
const unknown = wanted.filter((name) => steps[name] === undefined);
if (unknown.length > 0) {
  console.error(`no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

console.log(heading());
for (const name of wanted) {
  try {
    await steps[name]?.();
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
if (values.json !== undefined) {
  const about = {
    at: new Date().toISOString(),
    node: process.version,
    corpus: values.corpus ?? 'made',
    feeds: values.feeds,
  };
  await writeFile(values.json, `${JSON.stringify({ ...about, rows }, undefined, 2)}\n`);
}
