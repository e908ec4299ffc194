/**
 * What does each step of the whole do? Counts, not times: the real command on a real Redis and a real origin, from first import to
 * static copy. `bench/system.ts` measures the same steps at size.
 */
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSharedCounters } from '../../src/io/metrics/shared-counters.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/io/redis/embedded.ts';
import build from '../support/build.ts';
import { makeWorkplace, type Workplace } from '../support/feedmill.ts';
import { SILENT_LOG } from '../support/memory.ts';

// Each step starts the real command, several of them twice.
vi.setConfig({ testTimeout: 120_000 });

const SOURCES = 4;
const ENTRIES = 30;
const ITEMS = 10;
const FORMATS = 4;
const PREFIX = '{feedmill}:';
const NOW = Date.now();
const HOUR_MS = 3_600_000;

interface Item {
  readonly id: string;
  readonly title: string;
  readonly at: number;
}

interface Counts {
  /** `rendered|feed` and the like, as the metrics count them; only what is not zero. */
  readonly documents: Readonly<Record<string, number>>;
  readonly added: number;
  readonly fetchedBodies: number;
  /** Commands that Redis did, those in scripts included. */
  readonly commands: number;
  /** Paths below the static copy that were written, compressed forms left out. */
  readonly files: readonly string[];
}

interface Whole {
  readonly items: Item[][];
  once(): Promise<Counts>;
  writeConfig(more?: string): Promise<void>;
  close(): Promise<void>;
}

const WORDS = 'harbour ministry river storm budget election science court railway museum festival school'.split(' ');

/** No two items are near-duplicates: each has words of its own. */
function textOf(id: string): string {
  return Array.from({ length: 40 }, (_, place) => `${WORDS[place % WORDS.length] ?? ''}${id}x${place * 7}`).join(' ');
}

function documentOf(source: number, items: readonly Item[]): string {
  const list = items.map(
    ({ id, title, at }) =>
      `<item><title>${title}</title><link>http://s${source}.example/${id}</link><guid isPermaLink="false">${id}</guid>` +
      `<pubDate>${new Date(at).toUTCString()}</pubDate><description>${textOf(id)}</description></item>`,
  );
  return `<rss version="2.0"><channel><title>Source ${source}</title><link>http://s${source}.example/</link><description>-</description>${list.join('')}</channel></rss>`;
}

async function openWhole(entries: number): Promise<Whole> {
  const items = Array.from({ length: SOURCES }, (_, source) =>
    Array.from({ length: entries }, (_entry, place): Item => ({
      id: `s${source}n${place}`,
      title: `Story ${place} of source ${source}`,
      at: NOW - (3 + place) * HOUR_MS - source * 60_000,
    })),
  );
  const origin = createServer((request, response) => {
    const source = Number(request.url?.slice(1));
    const body = documentOf(source, items[source] ?? []);
    const etag = `"${body.length}-${items[source]?.map(({ title }) => title.length).join('') ?? ''}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, 'content-type': 'application/rss+xml' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const place = await makeWorkplace();
  const server = await startEmbeddedRedis({ directory: place.path('redis'), log: SILENT_LOG });
  const redis = new Redis({ path: server.socketPath });
  return whole({ origin, place, server, redis, items });
}

interface Parts {
  readonly origin: Server;
  readonly place: Workplace;
  readonly server: EmbeddedRedis;
  readonly redis: Redis;
  readonly items: Item[][];
}

function whole({ origin, place, server, redis, items }: Parts): Whole {
  const counters = createSharedCounters(redis, PREFIX);
  // A server that listens on TCP has an address of this kind.
  const { port } = origin.address() as { port: number };

  async function writeConfig(more = ''): Promise<void> {
    const sources = items.map(
      (_, index) => `  - { id: s${index}, url: "http://127.0.0.1:${port}/${index}", categories: [c${index % 2}] }`,
    );
    await place.write(
      'config/feedmill.yaml',
      `
site: { url: http://site.example, timezone: UTC }
redis: { url: "${server.socketPath}" }
fetch: { allow: [127.0.0.0/8], host: { delay: 0s } }
categories: [{ slug: c0, title: C0 }, { slug: c1, title: C1 }]
sources:
${sources.join('\n')}
publish:
  items: ${ITEMS}
  window: 1h
${more}`,
    );
  }

  async function commands(): Promise<number> {
    const info = await redis.info('commandstats');
    return [...info.matchAll(/^cmdstat_(?!info|client|hello|ping)[^:]+:calls=(\d+)/gm)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    );
  }

  async function files(): Promise<ReadonlyMap<string, string>> {
    const root = place.path('public');
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    const marks = entries
      .filter((entry) => entry.isFile() && !/\.(?:gz|br)$/.test(entry.name))
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const { mtimeMs, ino } = await stat(file);
        return [file.slice(root.length), `${mtimeMs} ${ino}`] as const;
      });
    return new Map(await Promise.all(marks));
  }

  async function runOnce(): Promise<Counts> {
    const before = { tally: await counters.read(), files: await files(), commands: await commands() };
    const { code, stderr } = await place.run(['once']);
    expect(code, stderr).toBe(0);
    const done = await commands();
    const tally = await counters.read();
    const grown = [...tally].map(([name, value]) => [name, value - (before.tally.get(name) ?? 0)] as const);
    const of = (name: string): number => grown.find(([key]) => key === name)?.[1] ?? 0;
    return {
      documents: Object.fromEntries(
        grown.filter(([name, by]) => by > 0 && /^(?:rendered|compressed|written)\|/.test(name)).sort(),
      ),
      added: of('posts|added'),
      fetchedBodies: of('fetches|body'),
      commands: done - before.commands,
      files: [...(await files())].flatMap(([file, mark]) => (before.files.get(file) === mark ? [] : [file])).sort(),
    };
  }

  return {
    items,
    once: runOnce,
    writeConfig,
    close: async () => {
      redis.disconnect();
      await place.close();
      await server.stop();
      origin.close();
    },
  };
}

function publishOn({ items }: Whole, source: number, id: string): void {
  items[source]?.unshift({ id, title: `Just in: ${id}`, at: NOW - HOUR_MS });
}

const feedFiles = (...paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => ['.atom', '.html', '.json', '.rss'].map((suffix) => `${path}${suffix}`));

/** Of one kind of step: `rendered`, `compressed`, `written`. */
const sumOf = (step: string, { documents }: Counts): number =>
  Object.entries(documents)
    .filter(([name]) => name.startsWith(`${step}|`))
    .reduce((sum, [, count]) => sum + count, 0);

let small: Whole;

beforeAll(async () => {
  build();
  small = await openWhole(ENTRIES);
  await small.writeConfig();
});

afterAll(() => small.close());

describe('feedmill once without a copy', () => {
  let warm: Counts;

  it('renders at the first import each feed once, and neither archive pages nor pages of posts', async () => {
    const { documents, added, fetchedBodies } = await small.once();
    expect({ added, fetchedBodies }).toEqual({ added: SOURCES * ENTRIES, fetchedBodies: SOURCES });
    expect(documents['rendered|feed']).toBe(3 * FORMATS);
    expect(documents['written|feed']).toBe(3 * FORMATS);
    expect(documents['rendered|archive']).toBeUndefined();
    expect(documents['rendered|post']).toBeUndefined();
  });

  it('renders, compresses and writes nothing when nothing is new', async () => {
    warm = await small.once();
    expect(warm).toMatchObject({ documents: {}, added: 0, fetchedBodies: 0, files: [] });
  });

  it('does the same when only a comment of the config changed', async () => {
    await small.writeConfig('# nothing but a comment\n');
    const { documents, added, commands } = await small.once();
    expect({ documents, added }).toEqual({ documents: {}, added: 0 });
    expect(commands).toBeLessThanOrEqual(warm.commands + 10);
  });

  it('renders for a new post its category, the feed of all and the front page, and not the other category', async () => {
    publishOn(small, 0, 'fresh1');
    const { documents, added, fetchedBodies } = await small.once();
    expect({ added, fetchedBodies }).toEqual({ added: 1, fetchedBodies: 1 });
    expect(documents).toMatchObject({ 'rendered|feed': 2 * FORMATS, 'written|feed': 2 * FORMATS, 'rendered|home': 1 });
    // And the sitemap, which names the post.
    expect(sumOf('rendered', { ...warm, documents })).toBe(2 * FORMATS + 2);
    expect(sumOf('compressed', { ...warm, documents })).toBeLessThanOrEqual(2 * FORMATS + 2);
  });
});

describe('feedmill once with a copy', () => {
  beforeAll(async () => {
    await small.writeConfig('  directory: public\n');
  });

  it('writes each document once', async () => {
    const first = await small.once();
    const posts = SOURCES * ENTRIES + 1;
    expect(first.files.filter((file) => file.startsWith('/post/'))).toHaveLength(posts);
    expect(first.files).toEqual(expect.arrayContaining([...feedFiles('/all', '/category/c0', '/source/s3')]));
    expect(first.documents['rendered|post']).toBe(posts);
    expect(sumOf('written', first)).toBeGreaterThanOrEqual(
      first.files.filter((file) => file !== '/.feedmill-copy').length,
    );
  });

  it('touches no file and renders nothing when nothing is new', async () => {
    expect(await small.once()).toMatchObject({ documents: {}, files: [] });
  });

  it('writes for a new post its feeds, its page, the front page and at most two archive pages a feed', async () => {
    publishOn(small, 0, 'fresh2');
    const { files, documents } = await small.once();
    const pages = files.filter((file) => file.includes('/before/'));
    const others = files.filter((file) => !pages.includes(file) && !file.startsWith('/post/'));
    expect(others).toEqual([...feedFiles('/all', '/category/c0', '/source/s0'), '/index.html', '/sitemap.xml'].sort());
    expect(files.filter((file) => file.startsWith('/post/'))).toHaveLength(1);
    expect(documents['rendered|post']).toBe(1);
    expect(documents['rendered|feed']).toBe(3 * FORMATS);
    // The page that the end of the feed moves into, and the one before, which leads to it.
    expect(pages.length).toBeLessThanOrEqual(2 * 3 * FORMATS);
    expect(documents['written|archive'] ?? 0).toBe(pages.length);
  });

  it('writes for an edit of an old post its page and the archive pages on which it stands', async () => {
    const last = small.items[0]?.at(-1);
    if (last === undefined || small.items[0] === undefined) throw new Error('no entry to edit');
    small.items[0][small.items[0].length - 1] = { ...last, title: 'Corrected: quite another headline' };
    const { files, documents } = await small.once();
    const pages = files.filter((file) => file.includes('/before/'));
    expect(pages).toHaveLength(3 * FORMATS);
    expect(documents['rendered|archive']).toBe(3 * FORMATS);
    expect(files.filter((file) => file.startsWith('/post/'))).toHaveLength(1);
    expect(documents['rendered|post']).toBe(1);
  });

  it('reads one more source for a source that is added, and renders what shows the list of sources', async () => {
    small.items.push([{ id: 'other1', title: 'First of a new source', at: NOW - HOUR_MS }]);
    await small.writeConfig('  directory: public\n');
    const { files, added, fetchedBodies } = await small.once();
    expect({ added, fetchedBodies }).toEqual({ added: 1, fetchedBodies: 1 });
    const untouched = files.filter((file) => /^\/(?:category\/c1|source\/s[0-3])\b/.test(file));
    expect(untouched).toEqual([]);
  });
});

describe('a new post', () => {
  it('costs as many commands of Redis whatever the history', async () => {
    const large = await openWhole(4 * ENTRIES);
    try {
      await large.writeConfig();
      await large.once();
      publishOn(large, 1, 'fresh3');
      const among480 = await large.once();
      publishOn(small, 1, 'fresh3');
      await small.writeConfig();
      await small.once();
      publishOn(small, 1, 'fresh4');
      const among120 = await small.once();
      expect(among480.documents).toEqual(among120.documents);
      expect(among480.commands).toBeLessThanOrEqual(1.1 * among120.commands);
    } finally {
      await large.close();
    }
  });
});
