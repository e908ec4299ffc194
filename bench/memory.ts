/**
 * How much of Redis' memory does it take to know an entry again, by its keys and by its text?
 *
 *     npx tsx bench/memory.ts [ENTRIES]…
 *
 * Starts a Redis of its own. Every entry has a guid that is an address (two keys, of which the first is its id and takes
 * no memory) and a canonical link (a third one), and a text unlike the others'; all lie within the window. Posts
 * themselves and their places in feeds are not counted: they are what is kept, not what it takes to tell that they are.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from 'ioredis';
import { pino } from 'pino';
import { connectRedis, type RedisClient } from '../src/io/redis/connect.ts';
import { createEntryMemory } from '../src/io/store/entry-memory.ts';
import { lua } from '../src/io/store/lua.ts';
import { createPosts } from '../src/io/store/posts.ts';
import { createNearDuplicates } from '../src/io/store/near-duplicates.ts';
import type { Draft } from '../src/model/post.ts';
import type { Source } from '../src/model/settings.ts';
import { MEMORY_PARTS } from '../src/ports/entry-memory.ts';
import type { SimilarityCandidate } from '../src/ports/near-duplicates.ts';
import { identify, type Identified } from '../src/stages/identify/identify.ts';
import { lookupOf } from '../src/stages/identify/match.ts';
import { newPost } from '../src/stages/classify/posts.ts';
import { randomFrom } from './publishing-times.ts';

const HOUR_MS = 3_600_000;
const WINDOW_MS = 72 * HOUR_MS;
const T0 = Date.UTC(2026, 0, 1);
const DOCUMENT_ENTRIES = 50;
const SOURCES = 500;
const SLOW_US = 1_000;
const SCRIPTS = [
  'store/entry-keys/look-up.lua',
  'store/posts/save.lua',
  'store/near-duplicates/remember-and-find.lua',
  'store/entry-memory/forget.lua',
];

const sizes = process.argv.slice(2).map(Number);
const directory = await mkdtemp(join(tmpdir(), 'feedmill-memory-'));
const handle = await connectRedis({ urls: [], directory }, pino({ level: 'silent' }));
try {
  for (const entries of sizes.length > 0 ? sizes : [100_000]) await measure(handle.client, entries);
} finally {
  await handle.close();
  await rm(directory, { recursive: true, force: true });
}

async function measure(client: RedisClient, entries: number): Promise<void> {
  await client.config('SET', 'appendonly', 'no');
  await client.config('SET', 'slowlog-log-slower-than', String(SLOW_US));
  await client.config('SET', 'slowlog-max-len', '100000');
  await client.call('SLOWLOG', 'RESET');
  await client.flushall();
  const random = randomFrom(entries);
  const posts = createPosts(client, `${handle.prefix}:`);
  const nearDuplicates = createNearDuplicates(client, `${handle.prefix}:`);
  const times = { lookUp: 0, save: 0, exchange: 0 };
  let candidates = 0;
  let exchangeCpu = 0;
  for (let done = 0; done < entries; done += DOCUMENT_ENTRIES) {
    const now = T0 + Math.floor((done / entries) * WINDOW_MS);
    const document = identified(done, random);
    times.lookUp += await timed(() => posts.lookUp(document.map(lookupOf), now));
    times.save += await timed(() =>
      posts.save(
        document.map((entry) => ({
          post: newPost(entry.id, entry.draft, {}, { at: now, place: 0 }),
          mark: entry,
          keys: entry.keys.slice(1).map(({ hash }) => ({ hash, id: entry.id })),
          expectedVersion: 0,
        })),
        now,
      ),
    );
    const tellings = document.map((entry) => telling(entry, now, random));
    const before = await cpuSeconds(client);
    times.exchange += await timed(async () => {
      const found = await nearDuplicates.rememberAndFind(tellings, WINDOW_MS, now);
      candidates += found.reduce((sum, { length }) => sum + length, 0);
    });
    exchangeCpu += (await cpuSeconds(client)) - before;
  }
  const memory = createEntryMemory(client, `${handle.prefix}:`);
  const forgetting = await timed(async () => {
    for (let parts = 0; parts < MEMORY_PARTS;) parts += (await memory.forget(T0, 64)).parts;
  });
  const used = await memoryOf(client, `${handle.prefix}:`);
  const per = (bytes: number): string => (bytes / entries).toFixed(1).padStart(7);
  const identity = (used.get('k') ?? 0) + (used.get('m') ?? 0);
  const near = used.get('n') ?? 0;
  console.log(`${entries} entries, bytes per entry by MEMORY USAGE`);
  console.log(`  keys beyond the first (two)     ${per(used.get('k') ?? 0)}`);
  console.log(`  marks                           ${per(used.get('m') ?? 0)}`);
  console.log(`  near-duplicates                 ${per(near)}`);
  for (const part of ['n records', 'n slots', 'n other'])
    console.log(`    ${part.padEnd(28)}  ${per(used.get(part) ?? 0)}`);
  console.log(`  together                        ${per(identity + near)}   (bound: 200)`);
  const us = (ms: number): string => ((1000 * ms) / entries).toFixed(1).padStart(7);
  console.log(
    `  µs an entry, waiting: look up ${us(times.lookUp)}, save ${us(times.save)}, exchange ${us(times.exchange)}`,
  );
  console.log(`  µs of Redis' CPU an entry: exchange ${us(1000 * exchangeCpu)}   (bound, with the signature: 500)`);
  console.log(`  ms to look at all once for entries to forget, waiting: ${forgetting.toFixed(0)}`);
  await printSlowest(client);
  console.log(`  entries of other texts looked at, for each entry: ${(candidates / entries).toFixed(3)}`);
}

/** The longest run of each script, and how many took longer than a millisecond. */
async function printSlowest(client: RedisClient): Promise<void> {
  const names = new Map(SCRIPTS.map((file) => [createHash('sha1').update(lua(file)).digest('hex'), file]));
  const slow = (await client.call('SLOWLOG', 'GET', '100000')) as [number, number, number, string[]][]; // as Redis documents it
  const runs = new Map<string, number[]>();
  for (const [, , us, [, digest = '']] of slow) {
    const name = names.get(digest);
    if (name !== undefined) runs.set(name, [...(runs.get(name) ?? []), us]);
  }
  for (const [name, times] of runs)
    console.log(`  ${name}: ${times.length} runs above ${SLOW_US} us, the longest ${Math.max(...times)} us`);
}

/** Of the server, since it started. */
async function cpuSeconds(client: RedisClient): Promise<number> {
  const info = await client.info('cpu');
  return [...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gmu)].reduce(
    (sum, [, seconds]) => sum + Number(seconds),
    0,
  );
}

async function timed(step: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await step();
  return performance.now() - start;
}

/** One document's entries, through the real stage. */
function identified(from: number, random: () => number): readonly Identified[] {
  const number = (from / DOCUMENT_ENTRIES) % SOURCES;
  const source = { id: `source-${number}` } as Source; // nothing else of it is read where guids are unique
  const drafts = Array.from({ length: DOCUMENT_ENTRIES }, (_, place): Draft => {
    const address = `https://news.example/${number}/${from + place}-${Math.floor(random() * 1e9)}`;
    return {
      source: { id: source.id, feedUrl: `https://news.example/${number}.xml` },
      guid: `${address}?guid`,
      url: address,
      title: `Entry ${from + place}`,
      authors: [],
      publishedAt: T0,
      categories: [`category-${number % 10}`],
      tags: [],
      enclosures: [],
    };
  });
  return identify(drafts, source);
}

function telling({ id, sourceKey, draft }: Identified, now: number, random: () => number): SimilarityCandidate {
  return {
    id,
    sourceKey,
    categories: draft.categories,
    publishedAt: now,
    signature: Uint8Array.from({ length: 64 }, () => Math.floor(random() * 256)),
    bands: Array.from({ length: 6 }, () => Math.floor(random() * 0x100000000)),
  };
}

/** By kind of key. */
async function memoryOf(client: RedisClient, prefix: string): Promise<ReadonlyMap<string, number>> {
  if (client instanceof Cluster) throw new Error('measured on one server');
  const sums = new Map<string, number>();
  const add = (what: string, bytes: number): void => void sums.set(what, (sums.get(what) ?? 0) + bytes);
  for (let cursor = '0'; ;) {
    const [next, keys] = await client.scan(cursor, 'COUNT', 1000);
    const wanted = keys.filter((key) => /^(?:[km]|n2?):/u.test(key.slice(prefix.length)));
    const pipeline = client.pipeline();
    for (const key of wanted) pipeline.memory('USAGE', key);
    const replies = (await pipeline.exec()) ?? [];
    wanted.forEach((key, index) => {
      const name = key.slice(prefix.length);
      const bytes = Number(replies[index]?.[1] ?? 0);
      add(name.charAt(0), bytes);
      if (name.startsWith('n2:'))
        add(/:r\d+$/u.test(name) ? 'n records' : /:b[0-9a-f]{3}$/u.test(name) ? 'n slots' : 'n other', bytes);
    });
    if (next === '0') return sums;
    cursor = next;
  }
}
